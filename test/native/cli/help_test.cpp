#include "cli/help.hpp"

#include "cli/commands.hpp"
#include "outcome.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace nearside::cli {
namespace {

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, line.size());
  return widest;
}

class HelpOf : public testing::TestWithParam<Command> {};

TEST_P(HelpOf, HasUsageOptionsAndExamplesAndFitsATerminal) {
  const std::string text = help_of(GetParam());
  for (const char* part : {"\nUsage:\n  nearside ", "\nOptions:\n", "\nExamples:\n", "--help"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  EXPECT_LE(widest_line(text), kHelpWidth) << text;
  EXPECT_FALSE(GetParam().summary.empty());
  EXPECT_FALSE(GetParam().purpose.empty());
}

TEST_P(HelpOf, ShowsEachOptionAndOperandButTheHiddenOnes) {
  const std::string text = help_of(GetParam());
  for (const Option& option : GetParam().options) {
    EXPECT_EQ(text.find("  " + std::string(option.name)) == std::string::npos, option.hidden)
        << option.name;
    EXPECT_TRUE(option.hidden || option.text.ends_with('.') || option.text.ends_with('}'))
        << option.name << ": " << option.text;
  }
  for (const Operand& operand : GetParam().operands)
    EXPECT_NE(text.find(operand.name), std::string::npos) << operand.name;
}

TEST_P(HelpOf, SaysItsExitCodesUnlessItIsNotForPeople) {
  EXPECT_EQ(help_of(GetParam()).find("\nExit codes:\n  0  ") == std::string::npos,
            GetParam().hidden);
}

TEST_P(HelpOf, IsTheSameByEachWayOfAsking) {
  std::istringstream name{std::string(GetParam().name)};
  std::vector<std::string> words;
  for (std::string word; name >> word;) words.push_back(word);
  std::vector<std::string> asked{"help"};
  asked.insert(asked.end(), words.begin(), words.end());
  words.push_back("--help");
  for (const auto& line : {words, asked}) {
    const Outcome outcome = outcome_of(line);
    EXPECT_EQ(outcome.code, kExitOk);
    EXPECT_EQ(outcome.out, help_of(GetParam()));
    EXPECT_EQ(outcome.err, "");
  }
}

INSTANTIATE_TEST_SUITE_P(EachCommand, HelpOf, testing::ValuesIn(commands()), [](const auto& one) {
  std::string name(one.param.name);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
});

TEST(Overview, ListsEachCommandThatIsForPeopleAndFitsATerminal) {
  const std::string text = outcome_of({"--help"}).out;
  EXPECT_EQ(text, overview(commands()));
  EXPECT_LE(widest_line(text), kHelpWidth) << text;
  for (const Command& command : commands())
    EXPECT_EQ(text.find("\n  " + std::string(command.name) + " ") == std::string::npos,
              command.hidden)
        << command.name;
}

TEST(Overview, IsAnErrorWhenNoCommandWasGiven) {
  const Outcome outcome = outcome_of({});
  EXPECT_EQ(outcome.code, kExitUsage);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, overview(commands()));
}

TEST(AWordWithSubCommandsOnly, HasTheirHelpOneAfterTheOther) {
  for (const auto& line :
       {std::vector<std::string>{"paths", "--help"}, {"paths", "-h"}, {"help", "paths"}}) {
    const Outcome outcome = outcome_of(line);
    EXPECT_EQ(outcome.code, kExitOk);
    EXPECT_NE(outcome.out.find("nearside paths explain"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("nearside paths rules"), std::string::npos);
    EXPECT_LE(widest_line(outcome.out), kHelpWidth);
    EXPECT_EQ(outcome.err, "");
  }
}

TEST(TheTable, HasEachNameOnceAndABodyForIt) {
  std::set<std::string_view> names;
  for (const Command& command : commands()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_NE(command.run, nullptr) << command.name;
  }
}

TEST(AnUnknownWord, IsNamedWithTheCommandThatWasMeant) {
  for (const auto& [words, message] : std::vector<std::pair<std::vector<std::string>, const char*>>{
           {{"statsu"}, "There is no command 'statsu'. Did you mean 'status'?"},
           {{"conect", "--stdio"}, "There is no command 'conect'. Did you mean 'connect'?"},
           {{"agent", "piar"}, "There is no command 'agent piar'. Did you mean 'agent pair'?"},
           {{"agent", "--lisetn", "x"}, "has no option '--lisetn'. Did you mean '--listen'?"},
           {{"paths", "explian", "/x"}, "'paths explian'. Did you mean 'paths explain'?"},
           {{"paths"}, "'nearside paths' is not complete: there is 'nearside paths explain'"},
           {{"pahts"}, "There is no command 'pahts'. Did you mean 'paths'?"},
           {{"help", "peer"}, "There is no command 'peer'. Did you mean 'peers'?"},
           {{"--jsno"}, "nearside has no option '--jsno' before a command."}}) {
    const Outcome outcome = outcome_of(words);
    EXPECT_EQ(outcome.code, kExitUsage);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err.find("nearside: "), 0u) << outcome.err;
    EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
  EXPECT_EQ(outcome_of({"keepr"}).err.find("mean"), std::string::npos);
}

TEST(TheVersion, NamesWhatIsBuiltIn) {
  const Outcome outcome = outcome_of({"--version"});
  EXPECT_EQ(outcome.code, kExitOk);
  EXPECT_EQ(outcome.out.find("nearside "), 0u) << outcome.out;
  for (const char* part : {"link protocol ", "OpenSSL 3", "Boost 1.", "zstd 1."})
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " in\n" << outcome.out;
}

TEST(ConnectAndAgent, SayWhatIsMissingOrContradictsItself) {
  const std::vector<std::pair<std::vector<std::string>, const char*>> cases{
      {{"connect", "--adapter", "dlv", "--stdio"}, "wants --target"},
      {{"connect", "--target", "local", "--stdio"}, "wants either --adapter"},
      {{"connect", "--target", "local", "--adapter", "dlv", "--session", "1", "--stdio"},
       "wants either --adapter"},
      {{"connect", "--target", "local", "--session", "1", "--stdio", "--linger-end", "explode"},
       "--linger-end wants as-started"},
      {{"connect", "--target", "local", "--adapter", "dlv"}, "either --stdio or --listen"},
      {{"connect", "--target", "local", "--adapter", "dlv", "--stdio", "--listen", "127.0.0.1:0"},
       "either --stdio or --listen"},
      {{"connect", "--target", "moon", "--adapter", "dlv", "--stdio"}, "moon"},
      {{"connect", "--target", "local", "--adapter", "dlv", "--listen", "0.0.0.0:1"}, "--listen: "},
      {{"connect", "--target", "local", "--adapter", "dlv", "--stdio", "--allow", "x"},
       "add --ca FILE"},
      {{"agent", "--listen", "127.0.0.1:4711"}, "tls://0.0.0.0:4711"},
      {{"agent", "--listen", "tls://127.0.0.1"}, "--listen tls://127.0.0.1: "},
      {{"agent", "--idle-limit", "soon"}, "--idle-limit wants a whole number"},
      {{"agent", "--ca", "/dev/null/none", "--allow", "x"}, "--ca names no file"},
      {{"agent", "--ca", "/etc/hostname"}, "add --allow NAME"},
      {{"identity", "--request", "--install", "x"}, "one at a time"},
      {{"authorize", "nonsense"}, "nonsense"},
      {{"authorize"}, "wants a FINGERPRINT"},
      {{"authorize", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "--as", "agent"},
       "wants --name HOST:PORT"},
      {{"authorize", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "--as", "friend"},
       "client or agent"},
  };
  for (const auto& [words, message] : cases) {
    const Outcome outcome = outcome_of(words);
    EXPECT_EQ(outcome.code, kExitUsage) << outcome.err;
    EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
  }
}

}  // namespace
}  // namespace nearside::cli
