// What `nearside paths` finds of the sessions that run.
#include "near/session_rules.hpp"

#include "io/files.hpp"
#include "world.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nearside::near_end {
namespace {

constexpr const char* kId = "0123456789abcdef";

SessionRules example() {
  return {kId,
          "tls://h:1",
          "dlv",
          "/home/u/p",
          ::getpid(),
          {{"/home/u/p", "/src/p", paths::Origin::kLearned, "learned from main.go"},
           {"C:\\x", "/mnt/c/x", paths::Origin::kUser, "--map"}},
          {true, {"/mnt/c"}, false},
          {false, {}, true}};
}

class SessionRulesTest : public testing::Test {
 protected:
  std::filesystem::path state() const { return folder / "state"; }
  std::filesystem::path file() const { return state() / "sessions" / (std::string(kId) + ".json"); }
  io::TemporaryFolder folder;
};

TEST_F(SessionRulesTest, AreToldAsTheyAreAndGoWithTheSession) {
  EXPECT_TRUE(list_session_rules(state()).empty());
  {
    SessionRulesFile session(state());
    ASSERT_TRUE(session.write(example()));
    const auto all = list_session_rules(state());
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].session, kId);
    EXPECT_EQ(all[0].target, "tls://h:1");
    EXPECT_EQ(all[0].adapter, "dlv");
    EXPECT_EQ(all[0].workspace, "/home/u/p");
    EXPECT_EQ(all[0].pid, ::getpid());
    EXPECT_EQ(all[0].rules, example().rules);
    EXPECT_TRUE(all[0].local.folds_case);
    EXPECT_EQ(all[0].local.case_exceptions, std::vector<std::string>{"/mnt/c"});
    EXPECT_TRUE(all[0].remote.is_windows);
    struct stat status {};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);

    auto fewer = example();
    fewer.rules.pop_back();
    ASSERT_TRUE(session.write(fewer));
    EXPECT_EQ(list_session_rules(state())[0].rules, fewer.rules);
  }
  EXPECT_TRUE(list_session_rules(state()).empty());
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SessionRulesTest, OfANearEndThatWasKilledAreTakenAway) {
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(dead, nullptr, 0), dead);
  SessionRulesFile session(state());
  auto left = example();
  left.pid = dead;
  ASSERT_TRUE(session.write(left));
  EXPECT_TRUE(list_session_rules(state()).empty());
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SessionRulesTest, AreNotWrittenUnderANameThatAFarEndMadeUp) {
  SessionRulesFile session(state());
  for (const char* name :
       {"", "../../../../etc/x", "0123456789ABCDEF", "0123456789abcde", "0123456789abcdef/"}) {
    auto bad = example();
    bad.session = name;
    const auto written = session.write(bad);
    ASSERT_FALSE(written) << name;
    EXPECT_EQ(written.error().condition, Condition::kPeerViolation);
  }
}

TEST_F(SessionRulesTest, ThatNobodyCanReadAreNotTold) {
  SessionRulesFile session(state());
  ASSERT_TRUE(session.write(example()));
  for (const char* text : {"", "{", "[]", R"({"session":"x"})", R"({"pid":"1"})"}) {
    ASSERT_TRUE(io::write_private_file(file(), text));
    EXPECT_TRUE(list_session_rules(state()).empty()) << text;
  }
}

}  // namespace
}  // namespace nearside::near_end
