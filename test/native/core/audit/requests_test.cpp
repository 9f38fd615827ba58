// What is recorded of a client's requests, and what never is.
#include "core/audit/requests.hpp"

#include <gtest/gtest.h>

namespace nearside::audit {
namespace {

using nlohmann::json;

dap::Message message(const json& object) {
  return dap::Message::parse(object.dump()).value();
}

dap::Message request(int seq, const char* command, json arguments = json::object()) {
  return message(
      {{"seq", seq}, {"type", "request"}, {"command", command}, {"arguments", arguments}});
}

dap::Message response(int request_seq, bool success) {
  return message({{"seq", 1},
                  {"type", "response"},
                  {"request_seq", request_seq},
                  {"success", success},
                  {"command", "x"}});
}

TEST(AuditRequests, WhatOnlyLooksIsNotRecorded) {
  for (const char* command :
       {"initialize", "threads", "stackTrace", "scopes", "variables", "source", "completions",
        "exceptionInfo", "modules", "readMemory", "disassemble", "cancel", "configurationDone"})
    EXPECT_FALSE(is_recorded(request(1, command))) << command;
  EXPECT_FALSE(is_recorded(request(1, "evaluate", {{"expression", "a.b"}, {"context", "hover"}})));
}

TEST(AuditRequests, WhatDoesSomethingIsRecorded) {
  for (const char* command :
       {"launch", "attach", "disconnect", "terminate", "restart", "setBreakpoints",
        "setDataBreakpoints", "setVariable", "next", "continue", "stepIn", "pause", "goto",
        "setExpression", "writeMemory", "terminateThreads", "custom"})
    EXPECT_TRUE(is_recorded(request(1, command))) << command;
  EXPECT_TRUE(is_recorded(request(1, "evaluate", {{"expression", "f()"}, {"context", "watch"}})));
  EXPECT_TRUE(is_recorded(request(1, "evaluate", {{"expression", "a"}, {"context", "repl"}})));
}

TEST(AuditRequests, ARequestIsRecordedWithItsOutcome) {
  Requests requests;
  EXPECT_FALSE(requests.handle_request(request(7, "next", {{"threadId", 3}})));
  EXPECT_FALSE(requests.handle_request(request(8, "pause", {{"threadId", 3}})));
  EXPECT_FALSE(
      requests.handle_message(message({{"seq", 1}, {"type", "event"}, {"event", "output"}})));
  const auto failed = requests.handle_message(response(8, false));
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->request, "pause");
  EXPECT_EQ(failed->outcome, "failed");
  const auto done = requests.handle_message(response(7, true));
  ASSERT_TRUE(done);
  EXPECT_EQ(done->outcome, "done");
  EXPECT_EQ(done->details, (json{{"thread", 3}}));
  EXPECT_FALSE(requests.handle_message(response(7, true))) << "once";
}

TEST(AuditRequests, NoValueExpressionConditionOrArgumentIsKept) {
  Requests requests;
  const std::string secret = "s3cret";
  requests.handle_request(request(1, "launch",
                                  {{"program", "/src/main.go"},
                                   {"args", {secret}},
                                   {"env", {{"TOKEN", secret}}},
                                   {secret, secret}}));
  requests.handle_request(
      request(2, "evaluate", {{"expression", secret}, {"context", "repl"}, {"frameId", 1}}));
  requests.handle_request(
      request(3, "setVariable", {{"variablesReference", 1}, {"name", secret}, {"value", secret}}));
  requests.handle_request(
      request(4, "setBreakpoints",
              {{"source", {{"path", "/src/main.go"}}},
               {"breakpoints",
                {{{"line", 3}, {"condition", secret}}, {{"line", 9}, {"logMessage", secret}}}}}));
  requests.handle_request(
      request(5, "setFunctionBreakpoints", {{"breakpoints", {{{"name", secret}}}}}));
  requests.handle_request(request(6, "writeMemory", {{"data", secret}}));
  std::string all;
  for (int seq = 1; seq <= 6; ++seq) {
    const auto entry = requests.handle_message(response(seq, true));
    ASSERT_TRUE(entry) << seq;
    all += open_json(*entry, 1) + "\n";
  }
  EXPECT_EQ(all.find(secret), std::string::npos) << all;
  EXPECT_NE(all.find(R"("details":{"count":2,"lines":[3,9],"path":"/src/main.go"})"),
            std::string::npos)
      << all;
  EXPECT_NE(all.find(R"("program":"/src/main.go")"), std::string::npos);
}

TEST(AuditRequests, WhatIsNotAnsweredIsToldWhenTheClientGoes) {
  Requests requests;
  requests.handle_request(request(7, "continue", {{"threadId", 1}}));
  const auto left = requests.handle_gone();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].outcome, "unanswered");
  EXPECT_TRUE(requests.handle_gone().empty());
}

TEST(AuditRequests, ANumberThatIsUsedTwiceTakesNoOthersAnswer) {
  Requests requests;
  EXPECT_FALSE(requests.handle_request(request(7, "next")));
  const auto second = requests.handle_request(request(7, "terminate"));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->outcome, "unanswered");
  EXPECT_EQ(requests.handle_message(response(7, true))->request, "next");
}

TEST(AuditRequests, AClientThatAsksWithoutEndIsRecordedWithinBounds) {
  Requests requests;
  for (int seq = 1; seq <= 1000; ++seq) EXPECT_FALSE(requests.handle_request(request(seq, "next")));
  EXPECT_TRUE(requests.handle_request(request(1001, "next")));
}

}  // namespace
}  // namespace nearside::audit
