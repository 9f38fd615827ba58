// A session between two clients: what stays, and what the next one is told.
#include "sessions.hpp"

namespace nearside::session {
namespace {

/// Launched, configured, stopped; the adapter has seen seq 3.
Session stopped(
    const std::string& client = R"({"clientID":"vscode","supportsRunInTerminalRequest":true})") {
  auto session = initialized(
      client, R"({"supportTerminateDebuggee":true,"supportsConfigurationDoneRequest":true})");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request launch {"program":"/p"}
    << adapter #2 request launch {"program":"/p"}
    >> client #3 request configurationDone
    << adapter #3 request configurationDone
    >> adapter #0 response to 3 configurationDone
    << client #0 response to 3 configurationDone
    >> adapter #0 response to 2 launch
    << client #0 response to 2 launch
    >> adapter #4 event stopped {"reason":"breakpoint","threadId":1,"allThreadsStopped":true}
    << client #4 event stopped {"reason":"breakpoint","threadId":1,"allThreadsStopped":true}
  )");
  return session;
}

TEST(JoinedSession, IsToldOfThePresentStopAsIfTheSessionHadJustBegun) {
  auto session = stopped();
  EXPECT_TRANSCRIPT(session, R"(
    >> left
    >> joins
    >> client2 #1 request initialize {"clientID":"nvim"}
    << client2 #0 response to 1 initialize {"supportTerminateDebuggee":true,"supportsConfigurationDoneRequest":true}
    << client2 #0 event initialized
    >> client2 #2 request attach {}
    << client2 #0 response to 2 attach
    >> client2 #3 request setExceptionBreakpoints {"filters":[]}
    << adapter #4 request setExceptionBreakpoints {"filters":[]}
    >> adapter #0 response to 4 setExceptionBreakpoints
    << client2 #0 response to 3 setExceptionBreakpoints
    >> client2 #4 request configurationDone
    << client2 #0 response to 4 configurationDone
    << client2 #4 event stopped {"reason":"breakpoint","threadId":1,"allThreadsStopped":true}
    >> client2 #5 request next {"threadId":1}
    << adapter #5 request next {"threadId":1}
  )");
}

TEST(JoinedSession, IsToldOfAStopWithTheIdsThatClientsKnow) {
  auto session = stopped();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request setFunctionBreakpoints {"breakpoints":[{"name":"f"}]}
    << adapter #4 request setFunctionBreakpoints {"breakpoints":[{"name":"f"}]}
    >> adapter #0 response to 4 setFunctionBreakpoints {"breakpoints":[{"id":41,"verified":true}]}
    << client #0 response to 4 setFunctionBreakpoints {"breakpoints":[{"id":1,"verified":true}]}
    >> left
    >> adapter #9 event stopped {"reason":"function breakpoint","hitBreakpointIds":[41],"allThreadsStopped":true}
    >> joins
    >> client2 #1 request configurationDone
    << client2 #0 response to 1 configurationDone
    << client2 #0 event breakpoint {"breakpoint":{"id":1,"verified":true},"reason":"new"}
    << client2 #9 event stopped {"reason":"function breakpoint","hitBreakpointIds":[1],"allThreadsStopped":true}
  )");
}

TEST(JoinedSession, HearsOfNoStopThatARunningProgramHasLeft) {
  auto session = stopped();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request continue {"threadId":1}
    << adapter #4 request continue {"threadId":1}
    >> left
    >> adapter #0 response to 4 continue
    >> joins
    >> client2 #1 request initialize {}
    << client2 #0 response to 1 initialize {"supportTerminateDebuggee":true,"supportsConfigurationDoneRequest":true}
    << client2 #0 event initialized
    >> client2 #2 request configurationDone
    << client2 #0 response to 2 configurationDone
    >> adapter #9 event stopped {"reason":"pause","threadId":1}
    << client2 #9 event stopped {"reason":"pause","threadId":1}
  )");
}

TEST(JoinedSession, HearsOfTheStopThatARefusedResumeDidNotLeave) {
  auto session = stopped();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request continue {"threadId":9}
    << adapter #4 request continue {"threadId":9}
    >> adapter #0 error to 4 continue: no such thread
    << client #0 error to 4 continue: no such thread
    >> left
    >> joins
    >> client2 #2 request configurationDone
    << client2 #0 response to 2 configurationDone
    << client2 #4 event stopped {"reason":"breakpoint","threadId":1,"allThreadsStopped":true}
  )");
}

TEST(JoinedSession, GetsTheOutputAndTheEndThatNobodyHeard) {
  auto session = stopped();
  EXPECT_TRANSCRIPT(session, R"(
    >> left
    >> adapter #5 event continued {"threadId":1}
    >> adapter #6 event output {"category":"stdout","output":"all done"}
    >> output and from the pipe
    >> adapter #7 event exited {"exitCode":0}
    >> adapter #8 event terminated
    >> joins
    >> client2 #1 request initialize {}
    << client2 #0 response to 1 initialize {"supportTerminateDebuggee":true,"supportsConfigurationDoneRequest":true}
    << client2 #0 event output {"category":"stdout","output":"all doneand from the pipe"}
    << client2 #0 event initialized
    >> client2 #2 request configurationDone
    << client2 #0 response to 2 configurationDone
    << client2 #7 event exited {"exitCode":0}
    << client2 #8 event terminated
  )");
}

TEST(JoinedSession, RefusesAClientThatCountsOtherwise) {
  auto session = stopped();
  EXPECT_TRANSCRIPT(session, R"(
    >> left
    >> joins
    >> client2 #1 request initialize {"linesStartAt1":false}
    << client2 #0 error 106 to 1 initialize: This session was begun with lines from 1, columns from 1, paths as paths, and the adapter cannot be told otherwise; this client wants lines from 0, columns from 1, paths as paths.
  )");
}

TEST(Session, IsLeftByVsCodeWhenItsWindowGoesAndEndedWhenItSaysSo) {
  auto reloaded = stopped();
  EXPECT_TRANSCRIPT(reloaded, R"(
    >> client #4 request disconnect {"restart":false}
    << client #0 response to 4 disconnect
    << release client
  )");
  auto ended = stopped();
  EXPECT_TRANSCRIPT(ended, R"(
    >> client #4 request disconnect {"restart":false,"terminateDebuggee":true}
    << adapter #4 request disconnect {"restart":false,"terminateDebuggee":true}
  )");
  auto restarted = stopped();
  EXPECT_TRANSCRIPT(restarted, R"(
    >> client #4 request disconnect {"restart":true}
    << adapter #4 request disconnect {"restart":true}
  )");
  auto of_another_editor = stopped(R"({"clientID":"nvim","supportsRunInTerminalRequest":true})");
  EXPECT_TRANSCRIPT(of_another_editor, R"(
    >> client #4 request disconnect {"restart":false}
    << adapter #4 request disconnect {"restart":false}
  )");
}

TEST(Session, EndsAnOrphanAsItsPolicySays) {
  const auto end_of = [](std::optional<bool> terminate) {
    auto session = stopped();
    static_cast<void>(session.handle_client_left(1));
    const auto commands = session.end_debuggee(terminate);
    return commands.size() == 1 ? std::get<SendToAdapter>(commands[0]).bytes : std::string();
  };
  EXPECT_NE(end_of(std::nullopt).find(R"("terminateDebuggee":true)"), std::string::npos);
  EXPECT_NE(end_of(true).find(R"("terminateDebuggee":true)"), std::string::npos);
  EXPECT_NE(end_of(false).find(R"("terminateDebuggee":false)"), std::string::npos);
}

}  // namespace
}  // namespace nearside::session
