#include "core/paths/explanation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::paths {
namespace {

using testing::ElementsAre;

/// One file is there; what is of Windows cannot be looked for.
class OneFile final : public LocalFiles {
 public:
  explicit OneFile(std::string path) : path_(std::move(path)) {}
  Presence presence(const std::string& path) override {
    if (path == path_) return Presence::kThere;
    return path.starts_with('/') ? Presence::kMissing : Presence::kUnknown;
  }
  std::string digest(const std::string& /*path*/) override { return {}; }
  std::vector<std::string> named(const std::string& /*name*/) override { return {}; }

 private:
  std::string path_;
};

TEST(AnExplanation, NamesEachRuleThatMatchesAndWhyOneWins) {
  const RuleSet rules({{"/home", "/far", Origin::kUser, "--map"},
                       {"/home/me/app", "/app", Origin::kPreset, "mounts"},
                       {"/home/me", "/me", Origin::kUser, "settings"}},
                      {}, {});
  OneFile files("/home/me/app/x.go");
  const auto told = explain(rules, "/home/me/./app/x.go", &files);
  EXPECT_THAT(
      told.steps,
      ElementsAre(
          "'/home/me/./app/x.go' is a POSIX path. Normalised, it is '/home/me/app/x.go'.",
          "As a path of this machine:",
          "  1. '/home/me' = '/me' (user, settings) gives '/me/app/x.go' and wins: the longest "
          "match.",
          "  2. '/home' = '/far' (user, --map) gives '/far/me/app/x.go' and is passed over: a "
          "shorter match.",
          "  3. '/home/me/app' = '/app' (preset, mounts) gives '/app/x.go' and is passed over: a "
          "weaker kind of rule.",
          "  Back again it becomes '/home/me/app/x.go'.",
          "  On this machine, '/home/me/app/x.go' is there.",
          "As a path of the far end: no rule maps it."));
  EXPECT_EQ(told.canonical, "/home/me/app/x.go");
  EXPECT_EQ(told.result, "/me/app/x.go");
  EXPECT_EQ(told.to_remote.size(), 3u);
  EXPECT_EQ(told.to_local.size(), 0u);
}

TEST(AnExplanation, TellsWhenTheWayBackIsAnothers) {
  const RuleSet rules({{"/ws", "/app", Origin::kUser, ""}, {"/lib", "/app/lib", Origin::kUser, ""}},
                      {}, {});
  const auto told = explain(rules, "/ws/lib/x.go", nullptr);
  EXPECT_THAT(told.steps, testing::Contains(
                              "  Back again it becomes '/lib/x.go', which is another file: '/lib' "
                              "= '/app/lib' (user) has the say there."));
}

TEST(AnExplanation, SaysWhyNothingIsMapped) {
  const RuleSet rules({{"C:\\Work", "/src", Origin::kUser, ""}}, {}, {});
  EXPECT_THAT(explain(rules, "main.go", nullptr).steps,
              ElementsAre("'main.go' is a relative path, as Go's -trimpath writes it.",
                          "As a path of this machine: no rule maps it.",
                          "As a path of the far end: no rule maps it."));
  EXPECT_THAT(explain(rules, "../main.go", nullptr).steps,
              ElementsAre("Only whole paths are mapped, and '../main.go' is relative; write the "
                          "whole path."));
  EXPECT_THAT(explain(rules, "/src/a\\b", nullptr).steps,
              testing::Contains("A backslash is part of a name in it: no path of Windows can stand "
                                "for that."));
  EXPECT_THAT(
      explain(rules, "/../x", nullptr).steps,
      testing::Contains("'/../x' is a POSIX path. Normalised, it is '/x'. A '..' went above "
                        "its root and stayed there."));
  EXPECT_EQ(explain(rules, "", nullptr).result, "");
}

TEST(AnExplanation, IsTheSameAsJson) {
  const RuleSet rules({{"C:\\Work", "/src", Origin::kLearned, "learned from main.go"}}, {}, {});
  const auto told = explain(rules, "/src/main.go", nullptr);
  const auto document = to_json(told);
  EXPECT_EQ(document["toLocal"], nlohmann::json::parse(R"([{"local": "C:\\Work", "remote": "/src",
    "origin": "learned", "source": "learned from main.go", "result": "C:\\Work\\main.go",
    "verdict": "wins: nothing else matches"}])"));
  EXPECT_EQ(document["toRemote"], nlohmann::json::array());
  EXPECT_EQ(document["result"], "C:\\Work\\main.go");
  EXPECT_EQ(document["steps"].size(), told.steps.size());
}

}  // namespace
}  // namespace nearside::paths
