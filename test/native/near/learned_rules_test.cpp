// What is remembered of paths, through files that others write, too.
#include "near/learned_rules.hpp"

#include "io/files.hpp"
#include "near/limits.hpp"
#include "world.hpp"

#include <sys/stat.h>

#include <fstream>

namespace nearside::near_end {
namespace {

using Rules = std::vector<paths::Rule>;

paths::Rule learned(const std::string& local, const std::string& remote) {
  return {local, remote, paths::Origin::kLearned, "learned from main.go"};
}

class LearnedRulesTest : public testing::Test {
 protected:
  LearnedRulesTest() { std::filesystem::create_directory(state()), ::chmod(state().c_str(), 0700); }
  std::filesystem::path state() const { return folder / "state"; }
  std::filesystem::path file() const { return state() / "learned-rules.json"; }
  LearnedRules of(const std::string& workspace, const std::string& target = "local") const {
    return {state(), workspace, target};
  }
  Rules loaded(const std::string& workspace, const std::string& target = "local") const {
    return of(workspace, target).load().value();
  }

  io::TemporaryFolder folder;
  const Rules one{learned("/home/u/p", "/src/p")}, other{learned("/home/u/q", "/src/q")};
};

TEST_F(LearnedRulesTest, AreThereInTheNextSessionOfTheSameWorkspaceAndTarget) {
  EXPECT_EQ(loaded("/w"), Rules());
  ASSERT_TRUE(of("/w").save(one, 1));
  EXPECT_EQ(loaded("/w"), one);
  EXPECT_EQ(loaded("/other"), Rules());
  EXPECT_EQ(loaded("/w", "tls://h:1"), Rules());
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(LearnedRulesTest, OfTwoSessionsAtOnceAreAllKept) {
  auto here = of("/w"), there = of("/w");
  ASSERT_TRUE(here.load());
  ASSERT_TRUE(there.load());
  ASSERT_TRUE(here.save(one, 1));
  ASSERT_TRUE(there.save(other, 2));
  const auto both = loaded("/w");
  EXPECT_EQ(both, (Rules{other[0], one[0]}));
}

TEST_F(LearnedRulesTest, ThatASessionDropsAreForgotten) {
  ASSERT_TRUE(of("/w").save(one, 1));
  auto session = of("/w");
  ASSERT_TRUE(session.load());
  ASSERT_TRUE(session.save(other, 2));
  EXPECT_EQ(loaded("/w"), other);
  ASSERT_TRUE(session.save({}, 3));
  EXPECT_EQ(loaded("/w"), Rules());
}

TEST_F(LearnedRulesTest, InADamagedFileAreSaidAndBegunAnew) {
  for (const char* text :
       {"", "[1,2", "[]", R"({"workspaces":3})", R"({"workspaces":[7]})", "\xFF"}) {
    ASSERT_TRUE(io::write_private_file(file(), text));
    const auto damaged = of("/w").load();
    ASSERT_FALSE(damaged) << text;
    EXPECT_NE(damaged.error().message.find("learned-rules.json is damaged"), std::string::npos);
    ASSERT_TRUE(of("/w").save(one, 1));
    EXPECT_EQ(loaded("/w"), one);
  }
}

TEST_F(LearnedRulesTest, PassOverMembersThatAreNoRules) {
  ASSERT_TRUE(io::write_private_file(
      file(), R"({"workspaces":[{"workspace":"/w","target":"local","used":"x","rules":[3,{},
               {"local":"/a","remote":7},{"local":"/home/u/p","remote":"/src/p",
               "source":"learned from main.go"}]},{}]})"));
  EXPECT_EQ(loaded("/w"), one);
}

TEST_F(LearnedRulesTest, AreForgottenOneByOneAndOthersStay) {
  Rules two = one;
  two.push_back(learned("/home/u/q", "/src/q"));
  ASSERT_TRUE(of("/w").save(two, 1));
  ASSERT_TRUE(of("/other").save(one, 1));
  EXPECT_TRUE(of("/w").forget("/home/u/q=/src/q").value());
  EXPECT_EQ(loaded("/w"), one);
  EXPECT_EQ(loaded("/other"), one);
  EXPECT_FALSE(of("/w").forget("/home/u/q=/src/q").value());
  EXPECT_FALSE(of("/nowhere").forget("/home/u/q=/src/q").value());
}

TEST_F(LearnedRulesTest, AreNotReadFromAFileThatOthersMayWrite) {
  ASSERT_TRUE(of("/w").save(one, 1));
  ::chmod(file().c_str(), 0666);
  EXPECT_FALSE(of("/w").load());
}

TEST_F(LearnedRulesTest, StayWithinTheirLimitsAndTheOldestGoFirst) {
  Rules many;
  for (std::size_t i = 0; i < kMaxLearnedRules + 10; ++i)
    many.push_back(learned("/home/" + std::to_string(i), "/src/" + std::to_string(i)));
  ASSERT_TRUE(of("/w").save(many, 1));
  EXPECT_EQ(loaded("/w").size(), kMaxLearnedRules);
  for (std::size_t i = 0; i < kMaxLearnedWorkspaces; ++i)
    ASSERT_TRUE(of("/w" + std::to_string(i)).save(one, 2 + static_cast<std::int64_t>(i)));
  EXPECT_EQ(loaded("/w"), Rules());
  EXPECT_EQ(loaded("/w0"), one);
  EXPECT_LE(std::filesystem::file_size(file()), kMaxLearnedFileBytes);
}

}  // namespace
}  // namespace nearside::near_end
