#include "core/paths/limits.hpp"
#include "core/paths/rules.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::paths {
namespace {

using namespace std::string_literals;

std::string why_refused(std::string local, std::string remote) {
  const RuleSet rules({Rule{std::move(local), std::move(remote), Origin::kUser, "--map"}}, {}, {});
  if (rules.refused().empty()) return "taken";
  EXPECT_TRUE(rules.rules().empty());
  const Fault& fault = rules.refused().front().fault;
  EXPECT_EQ(fault.code, Errc::kConfigurationInvalid);
  EXPECT_EQ(fault.condition, Condition::kMisconfigured);
  EXPECT_LT(fault.message.size(), 700u);
  // It goes into JSON, so it is UTF-8 whatever was in the rule.
  EXPECT_NO_THROW(static_cast<void>(nlohmann::json(fault.message).dump()));
  return fault.message;
}

TEST(ARuleThatCannotBeOne, IsRefusedByNameAndReason) {
  EXPECT_EQ(why_refused("", "/x"),
            "The mapping rule '' = '/x' (--map) is not used: its local side is empty.");
  const std::string long_path = "/" + std::string(kMaxPathBytes, 'x');
  const std::vector<std::tuple<std::string, std::string, std::string>> cases{
      {"/x", "", "remote side is empty"},
      {"src", "/x", "local side is relative; write the whole path"},
      {"/x", "./src", "remote side is relative"},
      {"/x", ".", "remote side is relative"},
      {"example.com/mod", "/x", "local side is relative"},
      {"/x", "some folder/x", "remote side is relative"},
      {"~/x", "/x", "begins with '~', which only a shell expands"},
      {"${workspaceFolder}", "/x", "holds a variable that nobody has put a value for"},
      {"/a/${user}", "/x", "holds a variable that nobody has put a value for"},
      {"/a/$x{", "/x", "taken"},
      {"C:x", "/x", "depends on the drive's current folder"},
      {"\\x", "/x", "names no drive; write C:\\ before it"},
      {"/x", "\\\\server", "names a server without a share; write \\\\server\\share"},
      {"/x", "\\\\.\\pipe\\x", "names a device, not a folder"},
      {"/a/../..", "/x", "local side leaves its root with '..'"},
      {"/x", "C:\\..\\x", "remote side leaves its root with '..'"},
      {"/x", "example.com/../../x", "remote side is relative"},
      {"/a\0b"s, "/x", "holds a NUL byte, which no file name can"},
      {"/x", "file:///a%00b", "is a URI without an absolute path in it"},
      {"file:x", "/x", "is a URI without an absolute path in it"},
      {long_path, "/x", "has 65537 bytes, and no system takes more than 65536"},
      {"/\xff\x01", "x y", "'/?\?'"},
  };
  for (const auto& [local, remote, reason] : cases) {
    const std::string message = why_refused(local, remote);
    EXPECT_NE(message.find(reason), std::string::npos) << message;
  }
}

TEST(ARuleWithOddBytes, WorksAsItIsWritten) {
  const RuleSet rules({{"/home/\xff\xfe", "/src/a b\n", Origin::kUser, ""}},
                      {.folds_case = true, .case_exceptions = {}}, {});
  EXPECT_EQ(rules.to_remote("/HOME/\xff\xfe/x\xc3")->path, "/src/a b\n/x\xc3");
  EXPECT_EQ(rules.to_local("/src/a b\n/x\xc3")->path, "/home/\xff\xfe/x\xc3");
  EXPECT_FALSE(rules.to_remote("/home/\xff\xff/x"));
}

TEST(ARuleWithOtherSlashes, WorksOrIsDoubted) {
  const RuleSet rules({{"/home\\me", "/x", Origin::kUser, ""}, {"C:/a", "/y", Origin::kUser, ""}},
                      {}, {});
  EXPECT_TRUE(rules.refused().empty());
  ASSERT_EQ(rules.warnings().size(), 1u);
  EXPECT_EQ(rules.warnings()[0],
            "The mapping rule '/home\\me' = '/x' is taken as it is: in a POSIX path a backslash is "
            "part of a name. Write '/' if a separator was meant.");
}

TEST(APath, OfSixtyFourKibibytesIsMappedAndALongerOneIsNot) {
  const RuleSet rules({{"/a", "/b", Origin::kUser, ""}}, {}, {});
  const std::string longest = "/a/" + std::string(kMaxPathBytes - 3, 'x');
  ASSERT_TRUE(rules.to_remote(longest));
  EXPECT_EQ(rules.to_remote(longest)->path, "/b" + longest.substr(2));
  EXPECT_FALSE(rules.to_remote(longest + "x"));
  std::string deepest = "/a";
  while (deepest.size() + 2 <= kMaxPathBytes) deepest += "/x";
  EXPECT_EQ(rules.to_remote(deepest)->path, "/b" + deepest.substr(2));
  // What would become longer than any system takes is not made.
  const RuleSet longer({{"/a", "/bb", Origin::kUser, ""}}, {}, {});
  EXPECT_FALSE(longer.to_remote(longest));
  EXPECT_FALSE(rules.to_remote("/a/\0x"s));
}

TEST(AHundredThousandRules, AreTakenAndFound) {
  std::vector<Rule> many;
  for (int i = 0; i < 100'000; ++i)
    many.push_back(
        {"/home/" + std::to_string(i) + "/src", "/far/" + std::to_string(i), Origin::kUser, ""});
  many.push_back({"relative", "/x", Origin::kUser, ""});
  const RuleSet rules(std::move(many), {}, {});
  EXPECT_EQ(rules.rules().size(), 100'000u);
  EXPECT_EQ(rules.refused().size(), 1u);
  EXPECT_TRUE(rules.warnings().empty());
  EXPECT_EQ(rules.to_remote("/home/77777/src/a.go")->path, "/far/77777/a.go");
  EXPECT_EQ(rules.to_local("/far/99999/a.go")->path, "/home/99999/src/a.go");
  EXPECT_FALSE(rules.to_remote("/home/100000/src/a.go"));
}

TEST(Doubts, NameTwoLocalsForOneRemoteAndTheReverse) {
  const RuleSet rules({{"/a", "/x", Origin::kUser, ""},
                       {"/b", "/x/", Origin::kLaunch, ""},
                       {"/a", "/y", Origin::kUser, ""}},
                      {}, {});
  EXPECT_EQ(rules.warnings(),
            (std::vector<std::string>{
                "Two local folders for one remote: '/a' = '/x' and '/b' = '/x/'. Paths from the "
                "far end become the first one's.",
                "Two remote folders for one local: '/a' = '/x' and '/a' = '/y'. Paths to the far "
                "end become the first one's."}));
}

TEST(Doubts, NameARuleThatIsNeverUsed) {
  const RuleSet rules(
      {{"/home", "/far", Origin::kUser, ""}, {"/home/me", "/far/me", Origin::kLaunch, ""}}, {}, {});
  EXPECT_EQ(rules.warnings(),
            (std::vector<std::string>{"The mapping rule '/home/me' = '/far/me' is never used: "
                                      "'/home' = '/far' always comes before it."}));
}

TEST(Doubts, AreNotRaisedByTheSameRuleTwiceNorByWhatWasFoundOut) {
  const RuleSet rules({{"/a", "/x", Origin::kUser, ""},
                       {"/a/", "/x", Origin::kLaunch, ""},
                       {"/b", "/x", Origin::kPreset, ""},
                       {"/c", "/x", Origin::kLearned, ""},
                       {"/a/b/c", "/x/y", Origin::kUser, ""}},
                      {}, {});
  EXPECT_TRUE(rules.warnings().empty());
}

TEST(Doubts, ByTheThousandAreCounted) {
  std::vector<Rule> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back({"/l" + std::to_string(i), "/r", Origin::kUser, ""});
  const RuleSet rules(std::move(many), {}, {});
  ASSERT_EQ(rules.warnings().size(), kMaxWarnings + 1);
  EXPECT_EQ(rules.warnings().back(), "And 979 more doubts of these kinds about the mapping rules.");
}

TEST(ARuleOnACommandLine, IsSplitWhereBothSidesAreAbsolute) {
  const auto read = [](std::string_view text) {
    const auto rule = parse_rule(text);
    return rule ? rule->local + " | " + rule->remote : rule.error().message;
  };
  EXPECT_EQ(read("/a=/b"), "/a | /b");
  EXPECT_EQ(read("/a=b/c=/d=e"), "/a=b/c | /d=e");
  EXPECT_EQ(read("C:\\a=b=\\\\s\\x"), "C:\\a=b | \\\\s\\x");
  EXPECT_EQ(read("/a=example.com/mod"), "/a | example.com/mod");
  EXPECT_EQ(read("/a=b=example.com/mod"), "/a=b | example.com/mod");
  EXPECT_EQ(read("file:///a=/b"), "file:///a | /b");
  EXPECT_NE(read("/a").find("has no '=': write LOCAL=REMOTE"), std::string::npos);
  EXPECT_NE(read("").find("has no '='"), std::string::npos);
  EXPECT_NE(read("a=/b").find("its local side is relative"), std::string::npos);
  EXPECT_NE(read("=").find("its local side is empty"), std::string::npos);
}

}  // namespace
}  // namespace nearside::paths
