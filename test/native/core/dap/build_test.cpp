#include "core/dap/build.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::dap {
namespace {

using nlohmann::json;

TEST(Build, MakesMessagesWithTheirMembersInTheOrderOfTheSpecification) {
  EXPECT_EQ(
      make_request("disconnect", json{{"terminateDebuggee", true}}),
      R"({"seq":0,"type":"request","command":"disconnect","arguments":{"terminateDebuggee":true}})");
  EXPECT_EQ(make_event("stopped", json{{"reason", "step"}}),
            R"({"seq":0,"type":"event","event":"stopped","body":{"reason":"step"}})");
  EXPECT_EQ(
      make_response(7, "threads", json{{"threads", json::array()}}),
      R"({"seq":0,"type":"response","request_seq":7,"success":true,"command":"threads","body":{"threads":[]}})");
}

TEST(Build, LeavesOutWhatIsNull) {
  EXPECT_EQ(make_request("threads", nullptr), R"({"seq":0,"type":"request","command":"threads"})");
  EXPECT_EQ(make_event("terminated", nullptr), R"({"seq":0,"type":"event","event":"terminated"})");
  EXPECT_EQ(make_response(1, "disconnect", nullptr),
            R"({"seq":0,"type":"response","request_seq":1,"success":true,"command":"disconnect"})");
}

TEST(Build, MakesAnErrorResponseThatTheClientShowsToItsUser) {
  const Fault fault{Errc::kAdapterMissing, Condition::kMisconfigured,
                    "dlv was not found. Install it."};
  const auto response = json::parse(make_error_response(3, "launch", fault));
  EXPECT_EQ(response, json::parse(R"({
    "seq": 0, "type": "response", "request_seq": 3, "success": false, "command": "launch",
    "message": "dlv was not found. Install it.",
    "body": {"error": {"id": 501, "format": "dlv was not found. Install it.", "showUser": true}}})"));
}

TEST(Build, NamesTheCategoriesOfOutput) {
  EXPECT_EQ(
      make_output(OutputCategory::kStdout, "a\n"),
      R"({"seq":0,"type":"event","event":"output","body":{"category":"stdout","output":"a\n"}})");
  EXPECT_NE(make_output(OutputCategory::kStderr, "").find(R"("stderr")"), std::string::npos);
  EXPECT_NE(make_output(OutputCategory::kConsole, "").find(R"("console")"), std::string::npos);
  EXPECT_NE(make_output(OutputCategory::kImportant, "").find(R"("important")"), std::string::npos);
}

TEST(Build, PutsAReplacementCharacterWhereTextIsNotUtf8) {
  for (const std::string_view text : {"a\xff z", "\xc3", "\xed\xa0\x80", "\xf8\x88\x80\x80\x80"}) {
    const auto message = make_output(OutputCategory::kStdout, text);
    EXPECT_TRUE(Message::parse(message)) << message;
    EXPECT_NE(message.find("\xEF\xBF\xBD"), std::string::npos) << message;
  }
  const Fault fault{Errc::kUsage, Condition::kInternal, "bad \xff"};
  EXPECT_TRUE(Message::parse(make_error_response(1, "x\xff", fault)));
  EXPECT_TRUE(Message::parse(make_request("x", json{{"k\xff", "v\xff"}})));
}

TEST(Build, EscapesWhatJsonNeedsEscaped) {
  const std::string text("quote \" backslash \\ newline \n escape \x1b nul \0 end", 49);
  const auto message = json::parse(make_output(OutputCategory::kStdout, text));
  EXPECT_EQ(message["body"]["output"], text);
}

}  // namespace
}  // namespace nearside::dap
