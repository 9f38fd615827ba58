// What could be hovered over on a line.
#include "core/inspect/hover_words.hpp"

#include <gtest/gtest.h>

namespace nearside::inspect {
namespace {

std::string words(std::string_view line, std::size_t most = 8) {
  std::string all;
  for (const auto& word : hover_words(line, most)) all += (all.empty() ? "" : " ") + word;
  return all;
}

TEST(HoverWords, AreNamesAndChainsUpToEachName) {
  EXPECT_EQ(words("\tsum += people[i].name.len // sum of all"), "sum people i");
  EXPECT_EQ(words("total = outer.inner.count + p->next->value"),
            "total outer outer.inner outer.inner.count p p->next p->next->value");
}

TEST(HoverWords, LeaveOutCallsNumbersTextsCommentsAndWordsOfTheLanguage) {
  EXPECT_EQ(words("for i := range list { fmt.Println(\"a \\\" b\", i, 3.5, 0x1f) }"), "i list fmt");
  EXPECT_EQ(words("if x is not None:  # y"), "x");
  EXPECT_EQ(words("f(g(), 'c', `d`)"), "");
}

TEST(HoverWords, AreNoMoreThanWanted) {
  EXPECT_EQ(words("a b c d", 2), "a b");
  EXPECT_EQ(words("a a a b", 2), "a b");
  EXPECT_EQ(words(""), "");
  EXPECT_EQ(words("\"never closed \\"), "");
}

}  // namespace
}  // namespace nearside::inspect
