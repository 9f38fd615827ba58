#include "core/paths/conventions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace nearside::paths {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A machine with these folders; paths of Windows belong to another one.
class FakeFiles final : public LocalFiles {
 public:
  explicit FakeFiles(std::set<std::string> there) : there_(std::move(there)) {}
  Presence presence(const std::string& path) override {
    if (there_.contains(path)) return Presence::kThere;
    return path.starts_with('/') ? Presence::kMissing : Presence::kUnknown;
  }
  std::string digest(const std::string& /*path*/) override { return {}; }
  std::vector<std::string> named(const std::string& /*name*/) override { return {}; }

 private:
  std::set<std::string> there_;
};

using Pair = std::pair<std::string, std::string>;

std::vector<Pair> pairs_of(const LaunchRules& taken) {
  std::vector<Pair> pairs;
  for (const Rule& rule : taken.rules) {
    EXPECT_EQ(rule.origin, Origin::kLaunch);
    pairs.emplace_back(rule.local, rule.remote);
  }
  return pairs;
}

LaunchRules take(json& arguments, LocalFiles* files = nullptr, std::string_view os = {}) {
  return take_rules(arguments, "dlv", files, os);
}

TEST(SubstitutePath, IsLocalToRemoteAndLeavesTheArguments) {
  json arguments = json::parse(R"({"program": "x", "guessSubstitutePath": {"clientGOROOT": "/go"},
    "substitutePath": [{"from": "/home/me/app", "to": "/src/app"},
                       {"from": "C:\\Work", "to": "example.com/work"}]})");
  const auto taken = take(arguments);
  EXPECT_THAT(pairs_of(taken),
              ElementsAre(Pair("/home/me/app", "/src/app"), Pair("C:\\Work", "example.com/work")));
  EXPECT_THAT(taken.notices, IsEmpty());
  EXPECT_TRUE(taken.changed);
  EXPECT_EQ(arguments, json::parse(R"({"program": "x"})"));
}

TEST(SubstitutePath, IsTurnedWhenOnlyTheOtherWayMakesSense) {
  FakeFiles files({"/home/me/app", "/both"});
  const auto read = [&](const char* from, const char* to, std::string_view os = {}) {
    json arguments = {{"substitutePath", json::array({{{"from", from}, {"to", to}}})}};
    const auto taken = take(arguments, &files, os);
    EXPECT_EQ(taken.rules.size(), 1u);
    EXPECT_EQ(taken.notices.size(), taken.rules.at(0).local == to ? 1u : 0u);
    return Pair(taken.rules.at(0).local, taken.rules.at(0).remote);
  };
  // By the folders that are there.
  EXPECT_EQ(read("/src/app", "/home/me/app"), Pair("/home/me/app", "/src/app"));
  EXPECT_EQ(read("/home/me/app", "/src/app"), Pair("/home/me/app", "/src/app"));
  EXPECT_EQ(read("/both", "/home/me/app"), Pair("/both", "/home/me/app"));
  EXPECT_EQ(read("/neither", "/nor"), Pair("/neither", "/nor"));
  EXPECT_EQ(read("/src/app", "C:\\Work"), Pair("C:\\Work", "/src/app"));
  EXPECT_EQ(read("/neither", "/"), Pair("/neither", "/"));
  // By what the far machine is.
  EXPECT_EQ(read("/src/app", "C:\\Work", "linux"), Pair("C:\\Work", "/src/app"));
  EXPECT_EQ(read("/src/app", "C:\\Work", "windows"), Pair("/src/app", "C:\\Work"));
  EXPECT_EQ(read("C:\\Work", "/src/app", "windows"), Pair("/src/app", "C:\\Work"));
  EXPECT_EQ(read("D:\\a", "C:\\Work", "linux"), Pair("D:\\a", "C:\\Work"));
  // Nobody has a folder at an import path.
  EXPECT_EQ(read("example.com/mod", "/home/me/app"), Pair("/home/me/app", "example.com/mod"));
}

TEST(SubstitutePath, ThatIsTurnedIsTold) {
  FakeFiles files({"/home/me/app"});
  json arguments =
      json::parse(R"({"substitutePath": [{"from": "/src/app", "to": "/home/me/app"}]})");
  EXPECT_THAT(take(arguments, &files).notices,
              ElementsAre("substitutePath is read the other way round: '/home/me/app' is taken for "
                          "the folder on this machine, '/src/app' for the one at the far end."));
}

TEST(SourceMap, IsRemoteToLocalInEveryFormThatItHas) {
  for (const char* map : {R"([["/build", "/home/me/src"], ["/sdk", "/opt/sdk"]])",
                          R"({"/build": "/home/me/src", "/sdk": "/opt/sdk"})"}) {
    json arguments = {{"sourceMap", json::parse(map)}};
    const auto taken = take_rules(arguments, "lldb-dap", nullptr);
    EXPECT_THAT(pairs_of(taken),
                ElementsAre(Pair("/home/me/src", "/build"), Pair("/opt/sdk", "/sdk")));
    EXPECT_THAT(taken.notices, IsEmpty());
    EXPECT_EQ(arguments, json::object());
  }
}

TEST(SourceMap, WithWhatIsNoRuleIsTakenOutAndTold) {
  json arguments = json::parse(R"({"sourceMap": {"/build": null, "./": "/home/me/src"}})");
  const auto taken = take_rules(arguments, "codelldb", nullptr);
  EXPECT_THAT(taken.rules, IsEmpty());
  EXPECT_THAT(taken.notices, ElementsAre(HasSubstr("'./' (sourceMap) is not used: its remote side "
                                                   "is relative"),
                                         HasSubstr("An entry of sourceMap is not used")));
  EXPECT_EQ(arguments, json::object());
}

TEST(SourcePath, OfLldbDapStaysAndMapsToItself) {
  json arguments = {{"sourcePath", "/home/me/src"}};
  const auto taken = take_rules(arguments, "lldb-dap", nullptr);
  EXPECT_THAT(pairs_of(taken), ElementsAre(Pair("/home/me/src", "/home/me/src")));
  EXPECT_FALSE(taken.changed);
  EXPECT_EQ(arguments, json::parse(R"({"sourcePath": "/home/me/src"})"));
}

TEST(SourcePath, BesideASourceMapMeansNothingToLldbDap) {
  json arguments = {{"sourcePath", "/x"}, {"sourceMap", {{"/build", "/home/me/src"}}}};
  const auto taken = take_rules(arguments, "lldb-dap", nullptr);
  EXPECT_THAT(pairs_of(taken), ElementsAre(Pair("/home/me/src", "/build")));
  EXPECT_EQ(arguments, json::object());
}

TEST(PathMappings, AreTakenAsTheyAreNamed) {
  FakeFiles files({"/app"});
  json arguments =
      json::parse(R"({"pathMappings": [{"localRoot": "/home/me/app", "remoteRoot": "/app"}]})");
  const auto taken = take_rules(arguments, "debugpy", &files);
  EXPECT_THAT(pairs_of(taken), ElementsAre(Pair("/home/me/app", "/app")));
  EXPECT_THAT(taken.notices, IsEmpty());
  EXPECT_EQ(arguments, json::object());
}

TEST(PathMappings, WithADotOrAVariableAreRefusedAloud) {
  json arguments = json::parse(R"({"pathMappings": [
    {"localRoot": "/home/me/app", "remoteRoot": "."},
    {"localRoot": "${workspaceFolder}", "remoteRoot": "/app"},
    {"localRoot": "~/app", "remoteRoot": "/app"},
    {"localRoot": null, "remoteRoot": "/app"}, 7]})");
  const auto taken = take_rules(arguments, "debugpy", nullptr);
  EXPECT_THAT(taken.rules, IsEmpty());
  EXPECT_THAT(
      taken.notices,
      ElementsAre(HasSubstr("its remote side is relative; write the whole path"),
                  HasSubstr("its local side holds a variable that nobody has put a value for"),
                  HasSubstr("its local side begins with '~'"),
                  HasSubstr("\"localRoot\" and \"remoteRoot\""),
                  HasSubstr("\"localRoot\" and \"remoteRoot\"")));
}

TEST(Arguments, WithoutRulesAreLeftAlone) {
  for (json arguments : {json::parse(R"({"program": "/x", "sourceMaps": true})"), json(nullptr),
                         json::array({1}), json("substitutePath")}) {
    const json before = arguments;
    const auto taken = take(arguments);
    EXPECT_FALSE(taken.changed);
    EXPECT_THAT(taken.rules, IsEmpty());
    EXPECT_EQ(arguments, before);
  }
}

TEST(Arguments, OfAWrongTypeAreTakenOutAllTheSame) {
  for (const char* member : {"substitutePath", "sourceMap", "pathMappings"}) {
    for (const json& value : {json(7), json("x"), json(true), json{{"from", 1}}, json{{1, 2, 3}}}) {
      json arguments = {{member, value}};
      const auto taken = take(arguments);
      EXPECT_THAT(taken.rules, IsEmpty());
      EXPECT_FALSE(taken.notices.empty()) << member << " " << value;
      EXPECT_EQ(arguments, json::object());
    }
  }
}

TEST(AWorkspaceFolder, ThatTheClientHasExpandedIsUnderstoodWithEitherSlash) {
  for (const char* from : {"C:\\Users\\me\\app", "c:/Users/me/app", "c:\\Users\\me\\app/"}) {
    json arguments = {{"substitutePath", json::array({{{"from", from}, {"to", "/src/app"}}})}};
    const RuleSet rules(take(arguments).rules, {}, {});
    const auto mapped = rules.to_remote("C:\\Users\\me\\app\\cmd\\main.go");
    ASSERT_TRUE(mapped) << from;
    EXPECT_EQ(mapped->path, "/src/app/cmd/main.go");
  }
}

TEST(PathMembers, AreThoseOfTheAdapter) {
  const json arguments = json::parse(R"({"program": "/a", "cwd": "/b", "output": "/c",
    "dlvCwd": "/d", "coreFilePath": "", "traceDirPath": 7, "args": ["/e"], "envFile": "/f",
    "stdio": [null, "/g", ""], "python": ["/h", "-X"], "name": "/i"})");
  EXPECT_THAT(path_members("dlv", arguments),
              ElementsAre("/program", "/cwd", "/dlvCwd", "/output"));
  EXPECT_THAT(path_members("lldb-dap", arguments), ElementsAre("/program", "/cwd", "/stdio/1"));
  EXPECT_THAT(path_members("debugpy", arguments), ElementsAre("/program", "/cwd", "/python/0"));
  EXPECT_THAT(path_members("codelldb", arguments),
              ElementsAre("/program", "/cwd", "/envFile", "/stdio/1"));
  EXPECT_THAT(path_members("stdio:gdb -i dap", arguments), ElementsAre("/program", "/cwd"));
  EXPECT_THAT(path_members("codelldb", json::parse(R"({"stdio": {"stdout": "/x"}})")),
              ElementsAre("/stdio/stdout"));
  for (const json& none : {json(), json(7), json::array()})
    EXPECT_THAT(path_members("dlv", none), IsEmpty());
}

}  // namespace
}  // namespace nearside::paths
