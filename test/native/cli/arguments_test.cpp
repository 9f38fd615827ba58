#include "cli/arguments.hpp"

#include "cli/settings.hpp"

#include <gtest/gtest.h>

namespace nearside::cli {
namespace {

const Command kCommand{
    .name = "cut",
    .operands = {{"WHAT"}, {"WITH", true}},
    .options = {{"--json", "", ""},
                {"--state", "DIR", ""},
                {"--allow", "NAME", "", true},
                {"--secret", "", "", false, true}},
};

std::string refusal(const std::vector<std::string>& words) {
  const auto parsed = parse(kCommand, words);
  if (parsed) return "(taken)";
  EXPECT_EQ(parsed.error().code, Errc::kUsage);
  return parsed.error().message;
}

TEST(Arguments, TakeOptionsAndOperandsInAnyOrder) {
  const auto parsed = parse(kCommand, {"wood", "--state", "/s", "--json", "saw"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->operand(0), "wood");
  EXPECT_EQ(parsed->operand(1), "saw");
  EXPECT_EQ(parsed->operand(2), std::nullopt);
  EXPECT_EQ(parsed->value("--state"), "/s");
  EXPECT_TRUE(parsed->has("--json"));
  EXPECT_FALSE(parsed->has("--allow"));
}

TEST(Arguments, TakeAValueAfterAnEqualsSignAlsoOneThatHoldsOne) {
  const auto parsed = parse(kCommand, {"wood", "--state=a=b"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->value("--state"), "a=b");
}

TEST(Arguments, KeepEachValueOfAnOptionThatMayBeRepeated) {
  const auto parsed = parse(kCommand, {"wood", "--allow", "a", "--allow=b"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->values("--allow"), (std::vector<std::string>{"a", "b"}));
}

TEST(Arguments, TakeADashForAnOperandAndEverythingAfterTwoDashes) {
  const auto parsed = parse(kCommand, {"-", "--", "--json"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->operand(0), "-");
  EXPECT_EQ(parsed->operand(1), "--json");
  EXPECT_FALSE(parsed->has("--json"));
}

TEST(Arguments, AskForHelpBeforeAnythingElseIsChecked) {
  for (const char* word : {"-h", "--help"}) {
    const auto parsed = parse(kCommand, {word});
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(parsed->help);
  }
}

TEST(Arguments, NameAnUnknownOptionAndTheOneThatWasMeant) {
  EXPECT_EQ(refusal({"wood", "--jsno"}),
            "'nearside cut' has no option '--jsno'. Did you mean '--json'? See 'nearside cut "
            "--help'.");
  EXPECT_EQ(refusal({"wood", "--stat=x"}),
            "'nearside cut' has no option '--stat'. Did you mean '--state'? See 'nearside cut "
            "--help'.");
}

TEST(Arguments, SuggestNoHiddenOptionAndNothingFarAway) {
  EXPECT_EQ(refusal({"wood", "--secert"}).find("mean"), std::string::npos);
  EXPECT_EQ(refusal({"wood", "--colour"}).find("mean"), std::string::npos);
}

TEST(Arguments, RefuseWhatIsIncompleteOrTooMuch) {
  EXPECT_NE(refusal({}).find("wants a WHAT"), std::string::npos);
  EXPECT_NE(refusal({"a", "b", "c"}).find("'c'"), std::string::npos);
  EXPECT_NE(refusal({"a", "--state"}).find("--state DIR"), std::string::npos);
  EXPECT_NE(refusal({"a", "--state="}).find("--state DIR"), std::string::npos);
  EXPECT_NE(refusal({"a", "--json=yes"}).find("takes no value"), std::string::npos);
  EXPECT_NE(refusal({"a", "--state", "x", "--state", "y"}).find("twice"), std::string::npos);
}

TEST(TheStateFolder, IsQuotedForAShellWhereWeTellPeopleWhatToRun) {
  const auto words = [](std::vector<std::string> line) {
    line.push_back("wood");
    return state_words(*parse(kCommand, line));
  };
  EXPECT_EQ(words({}), "");
  EXPECT_EQ(words({"--state", "/tmp/a-b"}), " --state /tmp/a-b");
  EXPECT_EQ(words({"--state", "it's mine"}), " --state 'it'\\''s mine'");
}

TEST(Numbers, AreWholeAndWithinTheirLimitsOrTheOptionAndTheLimitsAreNamed) {
  EXPECT_EQ(*parse_number("--idle-limit", "90", 1, 100), 90);
  for (const char* text : {"", "0", "101", "9x", "x", "1.5", "99999999999999999999"}) {
    const auto number = parse_number("--idle-limit", text, 1, 100);
    ASSERT_FALSE(number) << text;
    EXPECT_NE(number.error().message.find("--idle-limit wants a whole number from 1 to 100"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace nearside::cli
