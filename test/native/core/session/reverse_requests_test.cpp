// What an adapter asks for: terminals, which the far end runs, and debug sessions, which a client
// may.
#include "core/session/limits.hpp"
#include "core/session/session.hpp"
#include "sessions.hpp"

#include <gtest/gtest.h>

namespace nearside::session {
namespace {

TEST(Session, RunsWhatTheAdapterAsksForAtTheFarEndAndNeverAsksTheClient) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #50 request runInTerminal {"kind":"integrated","title":"Debug","cwd":"/src","args":["python3","a b.py"],"env":{"A":"1","B":null}}
    << terminal 1 ["python3","a b.py"] in /src A=1 -B titled Debug
    >> adapter #51 request runInTerminal {"cwd":"","args":["x"]}
    << terminal 2 ["x"]
    >> terminal started 1 4242
    << adapter #2 response to 50 runInTerminal {"processId":4242}
    >> terminal failed 2 x was not found.
    << adapter #3 error 503 to 51 runInTerminal: x was not found.
    >> terminal started 2 1
    >> terminal failed 7 x
  )");
}

TEST(Session, RefusesTerminalsThatNobodyCouldRun) {
  const std::vector<std::pair<std::string, std::string>> bad{
      {"", "\"arguments\" is not an object"},
      {" []", "\"arguments\" is not an object"},
      {" {\"cwd\":\"/\"}", "\"args\" is not a list"},
      {" {\"args\":\"ls\"}", "\"args\" is not a list"},
      {" {\"args\":[]}", "\"args\" names no command"},
      {" {\"args\":[\"\"]}", "\"args\" names no command"},
      {" {\"args\":[\"ls\",1]}", "\"args\" holds what is not a string without NUL"},
      {" {\"args\":[\"l\\u0000s\"]}", "\"args\" holds what is not a string without NUL"},
      {" {\"args\":[\"ls\"],\"cwd\":1}", "\"cwd\" is not a string without NUL"},
      {" {\"args\":[\"ls\"],\"title\":[]}", "\"title\" is not a string without NUL"},
      {" {\"args\":[\"ls\"],\"kind\":\"magic\"}", "\"kind\" is neither integrated nor external"},
      {" {\"args\":[\"ls\"],\"env\":[]}", "\"env\" is not an object"},
      {" {\"args\":[\"ls\"],\"env\":{\"A=B\":\"\"}}",
       "\"env\" holds a name that is empty or has '=' or NUL in it"},
      {" {\"args\":[\"ls\"],\"env\":{\"\":\"\"}}",
       "\"env\" holds a name that is empty or has '=' or NUL in it"},
      {" {\"args\":[\"ls\"],\"env\":{\"A\":1}}",
       "\"env\" holds a value that is not a string without NUL"}};
  auto session = attached();
  int seq = 0;
  for (const auto& [arguments, what] : bad) {
    const auto script =
        ">> adapter #9 request runInTerminal" + arguments + "\n<< adapter #" +
        std::to_string(++seq) +
        " error 504 to 9 runInTerminal: The adapter's runInTerminal request cannot be run: " +
        what + ".\n";
    EXPECT_TRANSCRIPT(session, script);
  }
}

TEST(Session, UsesAShellOnlyWhenTheClientSaidThatOneMay) {
  const std::string_view request = R"(
    >> adapter #1 request runInTerminal {"cwd":"","args":["echo","$HOME","a b"],"argsCanBeInterpretedByShell":true})";
  auto with = initialized(
      R"({"supportsRunInTerminalRequest":true,"supportsArgsCanBeInterpretedByShell":true})");
  EXPECT_TRANSCRIPT(
      with, std::string(request) + "\n<< terminal 1 [\"/bin/sh\",\"-c\",\"echo $HOME a b\"]");
  auto without = initialized();
  EXPECT_TRANSCRIPT(without, std::string(request) + "\n<< terminal 1 [\"echo\",\"$HOME\",\"a b\"]");
}

TEST(Session, RunsNothingMoreOnceItEnds) {
  auto session = launched();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request disconnect
    << adapter #3 request disconnect
    >> adapter #9 request runInTerminal {"cwd":"","args":["x"]}
    << adapter #4 error 505 to 9 runInTerminal: This debug session is ending.
    >> adapter #0 response to 3 disconnect
    << client #0 response to 3 disconnect
    << end
    >> adapter #9 request runInTerminal {"cwd":"","args":["x"]}
    >> client #4 request threads
    << client #0 error 505 to 4 threads: This debug session is over. Start a new one.
  )");
}

TEST(Session, GivesStartDebuggingToAClientThatCanDoIt) {
  auto session =
      initialized(R"({"supportsRunInTerminalRequest":true,"supportsStartDebuggingRequest":true})");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 request startDebugging {"request":"attach","configuration":{"subProcessId":7}}
    << client #1 request startDebugging {"request":"attach","configuration":{"subProcessId":7}}
    >> adapter #0 request startDebugging {"request":"attach","configuration":{"subProcessId":8}}
    << client #2 request startDebugging {"request":"attach","configuration":{"subProcessId":8}}
    >> client #8 response to 2 startDebugging
    << adapter #2 response to 0 startDebugging
    >> client #9 response to 2 startDebugging
    >> gone
    << adapter #3 error 505 to 0 startDebugging: The client has gone.
    << adapter #4 request disconnect {"terminateDebuggee":true}
  )");
}

TEST(Session, FailsStartDebuggingBackWhenTheClientCannot) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #5 request startDebugging {"request":"attach","configuration":{}}
    << adapter #2 error 106 to 5 startDebugging: The client cannot start another debug session (it does not declare supportsStartDebuggingRequest), so this subprocess is not debugged.
    >> adapter #6 request handshake {"value":"x"}
    << client #1 request handshake {"value":"x"}
  )");
}

TEST(Session, HoldsNoMoreReverseRequestsThanTheLimit) {
  auto session = initialized();
  for (std::size_t i = 0; i < kMaxReverseRequests; ++i) {
    const auto commands = session.handle_adapter_message(
        message_of_words(R"(#1 request runInTerminal {"cwd":"","args":["x"]})"));
    ASSERT_TRUE(std::holds_alternative<RunInTerminal>(commands.at(0)));
  }
  const auto commands = session.handle_adapter_message(message_of_words("#2 request custom"));
  ASSERT_TRUE(std::holds_alternative<SendToAdapter>(commands.at(0)));
}

}  // namespace
}  // namespace nearside::session
