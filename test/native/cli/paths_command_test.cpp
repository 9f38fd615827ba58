#include "cli/commands.hpp"
#include "outcome.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::cli {
namespace {

Outcome explain(std::vector<std::string> words) {
  words.insert(words.begin(), {"paths", "explain"});
  return outcome_of(words);
}

TEST(PathsExplain, TellsTheStepsAndTheResult) {
  const Outcome outcome = explain(
      {"c:/Work/app/main.go", "--rules", "C:\\Work\\app=/src/app", "--rules", "C:\\=/mnt/c"});
  EXPECT_EQ(outcome.code, kExitOk);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, R"('c:/Work/app/main.go' is a path on a Windows drive. Normalised, it is )"
                         R"('C:\Work\app\main.go'.
As a path of this machine:
  1. 'C:\Work\app' = '/src/app' (user) gives '/src/app/main.go' and wins: the longest match.
  2. 'C:\' = '/mnt/c' (user) gives '/mnt/c/Work/app/main.go' and is passed over: a shorter match.
  Back again it becomes 'C:\Work\app\main.go'.
  On this machine, 'C:\Work\app\main.go' cannot be looked for.
As a path of the far end: no rule maps it.

c:/Work/app/main.go  ->  /src/app/main.go
)");
}

TEST(PathsExplain, LooksWhetherTheFileIsHere) {
  EXPECT_NE(explain({"/src/hosts", "--rules", "/etc=/src"}).out.find("'/etc/hosts' is there."),
            std::string::npos);
  EXPECT_NE(explain({"/src/none", "--rules", "/etc=/src"}).out.find("'/etc/none' is not there."),
            std::string::npos);
}

TEST(PathsExplain, PrintsJsonWhateverTheBytes) {
  const Outcome outcome = explain({"/src/\xff.go", "--rules", "/a=/src", "--json"});
  EXPECT_EQ(outcome.code, kExitOk);
  const auto told = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(told["toLocal"][0]["local"], "/a");
  EXPECT_EQ(told["toRemote"].size(), 0u);
  EXPECT_EQ(told["result"], "/a/\xef\xbf\xbd.go");
}

TEST(PathsExplain, FoldsOnTheSideThatIsSaid) {
  const std::vector<std::string> line{"C:\\WORK\\x.go", "--rules", "C:\\Work=/src"};
  EXPECT_NE(explain(line).out.find("no rule maps it"), std::string::npos);
  auto folding = line;
  folding.insert(folding.end(), {"--folds", "local"});
  EXPECT_NE(explain(folding).out.find("->  /src/x.go"), std::string::npos);
}

TEST(PathsExplain, NamesARuleThatCannotBeOne) {
  for (const auto& [rule, why] : std::vector<std::pair<const char*, const char*>>{
           {"/a=./x", "its remote side is relative"},
           {"=/x", "its local side is empty"},
           {"/a", "has no '='"},
           {"/a=/b/../../..", "its remote side leaves its root"}}) {
    const Outcome outcome = explain({"/x", "--rules", rule});
    EXPECT_EQ(outcome.code, kExitUsage) << rule;
    EXPECT_NE(outcome.err.find(why), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(PathsExplain, SaysWhatIsDoubtfulAboutTheRules) {
  const Outcome outcome = explain({"/src/x", "--rules", "/a=/src", "--rules", "/b=/src"});
  EXPECT_EQ(outcome.code, kExitOk);
  EXPECT_NE(outcome.err.find("Two local folders for one remote"), std::string::npos);
}

}  // namespace
}  // namespace nearside::cli
