// What each role is given, request by request, as it was decided for the whole specification
// (test/fixtures/dap/request_access.json; test/specification/ holds that file against it).
#include "core/session/role.hpp"

#include "../dap/recording.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <fstream>
#include <string>

namespace nearside::session {
namespace {

using nlohmann::json;

constexpr std::array kRoles{Role::kObserver, Role::kController, Role::kOwner};

json decisions() {
  std::ifstream file(dap::find_recording().parent_path() / "dap/request_access.json");
  return json::parse(file, nullptr, /*allow_exceptions=*/false);
}

TEST(Role, HasAWordThatIsReadBack) {
  for (const auto role : kRoles) EXPECT_EQ(role_from(to_string(role)), role);
  EXPECT_EQ(role_from("Owner"), std::nullopt);
  EXPECT_EQ(role_from(""), std::nullopt);
}

TEST(Role, IsGivenEachRequestOfTheSpecificationAsItWasDecided) {
  const auto decided = decisions();
  ASSERT_GT(decided.size(), 40U);
  constexpr auto kCall = R"j({"expression":"f()"})j";
  for (const auto& [command, access] : decided.items()) {
    EXPECT_TRUE(is_known_request(command)) << command;
    const bool looks = access == "looks", ends = access == "ends";
    EXPECT_EQ(allows(Role::kObserver, command, kCall, false), looks) << command;
    EXPECT_EQ(allows(Role::kController, command, kCall, false), !ends) << command;
    EXPECT_TRUE(allows(Role::kOwner, command, kCall, false)) << command;
  }
}

TEST(Role, OfAnObserverGetsNoRequestThatNobodyKnows) {
  EXPECT_FALSE(allows(Role::kObserver, "lldb.do", "{}", false));
  EXPECT_TRUE(allows(Role::kController, "lldb.do", "{}", false));
}

TEST(Role, OfAnObserverEvaluatesOnlyWhatIsPureBySyntax) {
  const auto may = [](const char* arguments, bool reading_runs_code = false) {
    return allows(Role::kObserver, "evaluate", arguments, reading_runs_code);
  };
  EXPECT_TRUE(may(R"({"expression":"people[5].name","context":"watch"})"));
  EXPECT_TRUE(may(R"({"expression":"people[5].name"})"));
  EXPECT_FALSE(may(R"({"expression":"people[5].name","context":"repl"})"));
  EXPECT_FALSE(may(R"({"expression":"x = 5","context":"hover"})"));
  EXPECT_FALSE(may(R"j({"expression":"os.getpid()","context":"hover"})j"));
  EXPECT_FALSE(may(R"({"expression":"x","context":"hover"})", true));
  EXPECT_FALSE(may(R"({"context":"hover"})"));
  EXPECT_FALSE(may("nothing that is JSON"));
}

TEST(Role, IsNamedByARefusalWithWhoCould) {
  EXPECT_EQ(refusal(Role::kObserver, "next", "{}", false)->message,
            "`next` is not for this session's observers: they only look. Its owner or a controller "
            "can.");
  EXPECT_EQ(refusal(Role::kController, "terminate", "{}", false)->message,
            "`terminate` is not for this session's controllers: it ends the program for all. Its "
            "owner can.");
}

}  // namespace
}  // namespace nearside::session
