#include "core/session/named_sources.hpp"

#include "core/session/limits.hpp"
#include "transcript.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearside::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NamedSources, AreGivenOnceInTheOrderInWhichTheAdapterNamesThem) {
  NamedSources named;
  const auto stack = message_of_words(
      R"(#1 response to 1 stackTrace {"stackFrames":[{"source":{"path":"/a"}},{"source":{"path":"/a"}},{"source":{"path":"/b"}}]})");
  EXPECT_THAT(named.take_new(stack), ElementsAre("/a", "/b"));
  EXPECT_THAT(named.take_new(stack), IsEmpty());
  EXPECT_THAT(named.take_new(message_of_words(
                  R"(#1 event loadedSource {"source":{"path":"/b","sources":[{"path":"/c"}]}})")),
              ElementsAre("/c"));
  EXPECT_TRUE(named.contains("/a"));
  EXPECT_FALSE(named.contains("/A"));
  EXPECT_FALSE(named.contains(""));
}

TEST(NamedSources, AreKeptAsTheyAreSpelledWhateverTheEscapes) {
  NamedSources named;
  EXPECT_THAT(named.take_new(
                  message_of_words(R"(#1 event output {"source":{"path":"C:\\src\\\u00e9.go"}})")),
              ElementsAre("C:\\src\\\xC3\xA9.go"));
  EXPECT_TRUE(named.contains("C:\\src\\\xC3\xA9.go"));
  EXPECT_THAT(named.take_new(message_of_words(R"(#1 event output {"source":{"path":""}})")),
              IsEmpty());
}

TEST(NamedSources, DoNotComeFromTheClientsOwnWords) {
  NamedSources named;
  EXPECT_THAT(
      named.take_new(message_of_words(
          R"(#1 response to 1 setBreakpoints {"breakpoints":[{"source":{"path":"/etc/shadow"}}]})")),
      IsEmpty());
  EXPECT_THAT(named.take_new(message_of_words(
                  R"(#1 request setBreakpoints {"source":{"path":"/etc/shadow"}})")),
              IsEmpty());
  EXPECT_FALSE(named.contains("/etc/shadow"));
}

TEST(NamedSources, TakeListsOfPathsToo) {
  NamedSources named;
  EXPECT_THAT(named.take_new(std::vector<std::string>{"/a", "/b", "/a", ""}),
              ElementsAre("/a", "/b"));
  EXPECT_TRUE(named.contains("/b"));
}

TEST(NamedSources, KeepTheOldestWhenThereAreTooMany) {
  NamedSources named;
  const std::string long_name(1024 * 1024, 'x');
  std::size_t taken = 0;
  for (int i = 0; i < 40; ++i)
    taken += named.take_new(std::vector<std::string>{"/" + std::to_string(i) + long_name}).size();
  EXPECT_EQ(taken, 31U);
  EXPECT_TRUE(named.contains("/0" + long_name));
  EXPECT_FALSE(named.contains("/39" + long_name));
}

}  // namespace
}  // namespace nearside::session
