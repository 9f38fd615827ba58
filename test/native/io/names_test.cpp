// Names by getent, for which a script stands in, and without it.
#include "io/names.hpp"

#include "loop.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>

namespace nearside::io {
namespace {

using asio::ip::make_address;
using testing::ElementsAre;
using testing::HasSubstr;

/// A PATH whose getent is this script.
Environment with_getent(const TemporaryFolder& folder, const std::string& script) {
  const auto file = folder.path() / "getent";
  std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
  ::chmod(file.c_str(), 0700);
  return {{"PATH", folder.path().string() + ":/usr/bin:/bin"}};
}

Result<Addresses> look_up(const std::string& host, Environment environment,
                          std::chrono::milliseconds limit = kTestLimit) {
  Loop loop;
  return loop.run(addresses_of(loop.executor(), host, limit, std::move(environment)));
}

TEST(Names, AreLookedUpByGetentInItsOrderEachAddressOnce) {
  const TemporaryFolder folder;
  const auto found =
      look_up("build-box", with_getent(folder,
                                       "[ \"$1 $2\" = 'ahosts build-box' ] || exit 2\n"
                                       "echo 'fd00::7         STREAM build-box'\n"
                                       "echo 'fd00::7         DGRAM'\n"
                                       "echo '192.0.2.7       STREAM'"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre(make_address("fd00::7"), make_address("192.0.2.7")));
}

TEST(Names, ThatGetentDoesNotKnowAreNotKnown) {
  const TemporaryFolder folder;
  const auto found = look_up("build-box", with_getent(folder, "exit 2"));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("build-box"));
}

TEST(Names, AreGivenUpWhenNobodyAnswersAndGetentIsEnded) {
  const TemporaryFolder folder;
  const auto file = (folder.path() / "process").string();
  auto environment = with_getent(
      folder, "echo $$ >" + file + ".new; mv " + file + ".new " + file + "; exec sleep 1000");
  pid_t process = 0;
  for (int seconds = 1; process == 0 && seconds < 60; seconds *= 2) {
    const auto found = look_up("build-box", environment, std::chrono::seconds(seconds));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Errc::kTimedOut);
    std::ifstream(file) >> process;  // a busy machine may not have got so far
  }
  ASSERT_GT(process, 0);
  // The loop that would have waited for it is gone. One that lived on would be waited for in vain.
  while (::waitpid(-1, nullptr, 0) > 0) continue;
}

TEST(Names, AreLookedUpWithoutGetentToo) {
  const TemporaryFolder empty;
  const auto found = look_up("localhost", {{"PATH", empty.path().string()}});
  ASSERT_TRUE(found) << found.error().message;
  for (const auto& address : *found) EXPECT_TRUE(address.is_loopback()) << address;
}

TEST(Names, ThatAreAddressesNeedNobody) {
  const auto found = look_up("2001:db8::1", {});
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(make_address("2001:db8::1")));
}

TEST(Names, ThatLookLikeOptionsAreRefused) {
  EXPECT_FALSE(look_up("-s", {}));
}

TEST(Names, OfGetentArePassedOverWhereTheyAreNoAddress) {
  EXPECT_THAT(addresses_in("\nnonsense STREAM\n10.0.0.1\tSTREAM\n10.0.0.1"),
              ElementsAre(make_address("10.0.0.1")));
}

}  // namespace
}  // namespace nearside::io
