// `nearside paths` of sessions that run: here they are files that this process has written.
#include "cli/commands.hpp"
#include "near/session_rules.hpp"
#include "outcome.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

namespace nearside::cli {
namespace {

using near_end::SessionRules;
using near_end::SessionRulesFile;

class PathsOfSessions : public testing::Test {
 protected:
  PathsOfSessions() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nearside-XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    state = pattern;
  }
  ~PathsOfSessions() override { std::filesystem::remove_all(state); }

  SessionRules example(const std::string& id) const {
    return {
        id,         "tls://box:4711",
        "dlv",      "/home/u/app",
        ::getpid(), {{"/home/u/app", "/src/app", paths::Origin::kLearned, "learned from main.go"}},
        {},         {}};
  }
  Outcome run_paths(std::vector<std::string> words) const {
    words.insert(words.begin(), "paths");
    words.insert(words.end(), {"--state", state.string()});
    return outcome_of(words);
  }

  std::filesystem::path state;
};

TEST_F(PathsOfSessions, AreListedWithTheirOrigin) {
  SessionRulesFile one(state);
  ASSERT_TRUE(one.write(example("0123456789abcdef")));
  const auto outcome = run_paths({"rules"});
  EXPECT_EQ(outcome.code, kExitOk) << outcome.err;
  EXPECT_EQ(outcome.out, R"(Session 0123456789abcdef: dlv at tls://box:4711, workspace /home/u/app

ORIGIN   LOCAL        REMOTE    FROM
learned  /home/u/app  /src/app  learned from main.go
)");
  const auto told = nlohmann::json::parse(run_paths({"rules", "--json"}).out);
  EXPECT_EQ(told["origin"], "learned");
  EXPECT_EQ(told["local"], "/home/u/app");
}

TEST_F(PathsOfSessions, WithoutRulesSaySo) {
  SessionRulesFile one(state);
  auto none = example("0123456789abcdef");
  none.rules.clear();
  ASSERT_TRUE(one.write(none));
  EXPECT_NE(run_paths({"rules"}).out.find("No rules:"), std::string::npos);
  EXPECT_EQ(run_paths({"rules", "--json"}).out, "");
}

TEST_F(PathsOfSessions, AreExplainedOnePathAtATime) {
  SessionRulesFile one(state);
  ASSERT_TRUE(one.write(example("0123456789abcdef")));
  const auto outcome = run_paths({"explain", "/src/app/x/main.go", "--session", "01"});
  EXPECT_EQ(outcome.code, kExitOk) << outcome.err;
  EXPECT_NE(outcome.out.find("/src/app/x/main.go  ->  /home/u/app/x/main.go"), std::string::npos)
      << outcome.out;
  const auto both = run_paths({"explain", "/x", "--session", "01", "--rules", "/a=/b"});
  EXPECT_EQ(both.code, kExitUsage);
}

TEST_F(PathsOfSessions, AreListedWhenItIsNotClearWhichIsMeant) {
  EXPECT_NE(run_paths({"rules"}).err.find("No session runs here"), std::string::npos);
  SessionRulesFile one(state), other(state);
  ASSERT_TRUE(one.write(example("0123456789abcdef")));
  ASSERT_TRUE(other.write(example("0f00000000000000")));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"rules"}, {"rules", "--session", "0"}}) {
    const auto outcome = run_paths(words);
    EXPECT_EQ(outcome.code, kExitUsage);
    EXPECT_NE(outcome.err.find("0123456789abcdef"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("0f00000000000000"), std::string::npos) << outcome.err;
  }
  EXPECT_EQ(run_paths({"rules", "--session", "0f"}).code, kExitOk);
  const auto unknown = run_paths({"rules", "--session", "ff"});
  EXPECT_EQ(unknown.code, kExitUsage);
  EXPECT_NE(unknown.err.find("No session's id begins with 'ff'"), std::string::npos);
}

TEST(ConnectsPathOptions, AreRefusedByNameAndReason) {
  const auto complaint = [](const std::vector<std::string>& more) {
    std::vector<std::string> words{"connect", "--target", "local",      "--adapter",
                                   "dlv",     "--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    std::ostringstream err;
    auto* const before = std::cerr.rdbuf(err.rdbuf());
    EXPECT_EQ(run(words), kExitUsage);
    std::cerr.rdbuf(before);
    return err.str();
  };
  EXPECT_NE(complaint({"--map", "src=/app"}).find("--map: "), std::string::npos);
  EXPECT_NE(complaint({"--map", "src=/app"}).find("src"), std::string::npos);
  EXPECT_NE(complaint({"--map", "/only-one"}).find("/only-one"), std::string::npos);
  EXPECT_NE(complaint({"--workspace", "/nonexistent"}).find("--workspace names no folder"),
            std::string::npos);
}

}  // namespace
}  // namespace nearside::cli
