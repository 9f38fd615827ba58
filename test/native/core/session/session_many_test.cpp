// Several clients of one session: what each row of the rules for many clients promises.
#include "sessions.hpp"

namespace nearside::session {
namespace {

/// Launched by client 1, configured and stopped; the adapter has seen seq 3.
Session stopped_session() {
  auto session =
      initialized(R"({"clientID":"vscode","supportsRunInTerminalRequest":true})",
                  R"({"supportTerminateDebuggee":true,"supportsConfigurationDoneRequest":true})");
  play_session(session, R"(
    >> client #2 request launch {"program":"/p"}
    >> client #3 request configurationDone
    >> adapter #0 response to 3 configurationDone
    >> adapter #0 response to 2 launch
    >> adapter #7 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
  )");
  return session;
}

/// …and client 2 has joined, and has been shown all.
Session shared(const std::string& role = "controller", const std::string& declares = "{}") {
  auto session = stopped_session();
  play_session(session, ">> client2 joins as " + role + "\n>> client2 #1 request initialize " +
                            declares + R"(
    >> client2 #2 request attach {}
    >> client2 #3 request configurationDone
  )");
  return session;
}

TEST(SharedSession, ALateClientIsBroughtUpToDateWhileTheOtherStays) {
  auto session =
      initialized(R"({"clientID":"vscode","supportsRunInTerminalRequest":true})",
                  R"({"supportTerminateDebuggee":true,"supportsConfigurationDoneRequest":true})");
  play_session(session, R"(
    >> client #2 request launch {"program":"/p"}
    >> client #3 request configurationDone
    >> adapter #0 response to 3 configurationDone
    >> adapter #0 response to 2 launch
    >> adapter #4 event process {"name":"p"}
    >> adapter #5 event thread {"reason":"started","threadId":1}
    >> adapter #6 event thread {"reason":"started","threadId":2}
    >> adapter #7 event thread {"reason":"exited","threadId":2}
    >> adapter #8 event output {"output":"hello\n"}
    >> adapter #9 event capabilities {"capabilities":{"supportsStepBack":true}}
    >> adapter #10 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 joins as controller
    >> client2 #1 request initialize {}
    << client2 #0 response to 1 initialize {"supportTerminateDebuggee":true,"supportsConfigurationDoneRequest":true,"supportsStepBack":true}
    << client2 #8 event output {"output":"hello\n"}
    << client2 #0 event initialized
    >> adapter #11 event output {"output":"more\n"}
    << client #11 event output {"output":"more\n"}
    << client2 #11 event output {"output":"more\n"}
    >> client2 #2 request launch {"program":"/q"}
    << client2 #0 response to 2 launch
    >> client2 #3 request configurationDone
    << client2 #0 response to 3 configurationDone
    << client2 #4 event process {"name":"p"}
    << client2 #5 event thread {"reason":"started","threadId":1}
    << client2 #10 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
  )");
}

TEST(SharedSession, AnswersGoToWhoAskedAndCancelNamesTheAskersOwn) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request threads
    << adapter #4 request threads
    >> client2 #4 request threads
    << adapter #5 request threads
    >> client2 #5 request cancel {"requestId":4}
    << adapter #6 request cancel {"requestId":5}
    >> adapter #0 response to 5 threads {"threads":[]}
    << client2 #0 response to 4 threads {"threads":[]}
    >> adapter #0 response to 4 threads {"threads":[{}]}
    << client #0 response to 4 threads {"threads":[{}]}
  )");
}

TEST(SharedSession, AResumeIsToldToTheOthersOnceItIsAnswered) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request continue {"threadId":1}
    << adapter #4 request continue {"threadId":1}
    >> adapter #0 response to 4 continue {"allThreadsContinued":true}
    << client2 #0 event continued {"allThreadsContinued":true,"threadId":1}
    << client #0 response to 4 continue {"allThreadsContinued":true}
    >> adapter #8 event stopped {"reason":"pause","threadId":1,"allThreadsStopped":true}
    << client #8 event stopped {"reason":"pause","threadId":1,"allThreadsStopped":true}
    << client2 #8 event stopped {"reason":"pause","threadId":1,"allThreadsStopped":true}
  )");
}

TEST(SharedSession, AResumeIsToldBeforeTheStopThatCameOfIt) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request next {"threadId":1}
    << adapter #4 request next {"threadId":1}
    >> adapter #8 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client #0 event continued {"allThreadsContinued":true,"threadId":1}
    << client #8 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client2 #8 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    >> adapter #0 response to 4 next
    << client2 #0 response to 4 next
  )");
}

TEST(SharedSession, AnAdaptersOwnContinuedIsNotToldTwice) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request continue {"threadId":1}
    << adapter #4 request continue {"threadId":1}
    >> adapter #8 event continued {"threadId":1}
    << client #8 event continued {"threadId":1}
    << client2 #8 event continued {"threadId":1}
    >> adapter #0 response to 4 continue
    << client #0 response to 4 continue
  )");
}

TEST(SharedSession, OfTwoResumesAtOnceTheFirstWins) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request next {"threadId":1}
    << adapter #4 request next {"threadId":1}
    >> client2 #4 request next {"threadId":1}
    << client2 #0 error 106 to 4 next: Another client of this session has let the program run on already, so this `next` was not done, too.
    >> adapter #0 response to 4 next
    << client2 #0 event continued {"allThreadsContinued":true,"threadId":1}
    << client #0 response to 4 next
    >> adapter #8 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client #8 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client2 #8 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    >> client2 #5 request next {"threadId":1}
    << adapter #5 request next {"threadId":1}
  )");
}

TEST(SharedSession, ARefusedResumeLetsTheOtherTry) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request next {"threadId":9}
    << adapter #4 request next {"threadId":9}
    >> adapter #0 error to 4 next: no such thread
    << client #0 error to 4 next: no such thread
    >> client2 #4 request next {"threadId":1}
    << adapter #5 request next {"threadId":1}
  )");
}

TEST(SharedSession, AWriteIsToldToThoseWhoKnowWhatThatMeans) {
  auto session = shared("controller", R"({"supportsInvalidatedEvent":true})");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request setVariable {"variablesReference":1,"name":"x","value":"2"}
    << adapter #4 request setVariable {"variablesReference":1,"name":"x","value":"2"}
    >> adapter #0 response to 4 setVariable {"value":"2"}
    << client2 #0 event invalidated {"areas":["variables"]}
    << client #0 response to 4 setVariable {"value":"2"}
    >> client2 #4 request setVariable {"variablesReference":1,"name":"x","value":"3"}
    << adapter #5 request setVariable {"variablesReference":1,"name":"x","value":"3"}
    >> adapter #0 response to 5 setVariable {"value":"3"}
    << client2 #0 response to 4 setVariable {"value":"3"}
  )");
}

TEST(SharedSession, EventsGoOnlyToThoseWhoHaveDeclaredThem) {
  auto session =
      shared("controller", R"({"supportsProgressReporting":true,"supportsMemoryEvent":true})");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #8 event progressStart {"progressId":"a","title":"t"}
    << client2 #8 event progressStart {"progressId":"a","title":"t"}
    >> adapter #9 event memory {"memoryReference":"0x1","offset":0,"count":1}
    << client2 #9 event memory {"memoryReference":"0x1","offset":0,"count":1}
    >> adapter #10 event invalidated {"areas":["all"]}
  )");
}

TEST(SharedSession, AClientThatSaysDisconnectOnlyLeavesWhileOthersStay) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request disconnect {"terminateDebuggee":true}
    << client #0 response to 4 disconnect
    << release client
    >> left
    >> client2 #4 request threads
    << adapter #4 request threads
  )");
}

TEST(SharedSession, AControllerThatIsLeftAloneLeavesTooAndDoesNotEndIt) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> left
    >> client2 #4 request disconnect {"terminateDebuggee":true}
    << client2 #0 response to 4 disconnect
    << release client2
    >> client2 left
    >> client3 joins as owner
    >> client3 #1 request disconnect {"terminateDebuggee":true}
    << adapter #4 request disconnect {"terminateDebuggee":true}
  )");
}

TEST(SharedSession, OnlyItsOwnerEndsItForAll) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request terminate
    << client2 #0 error 106 to 4 terminate: `terminate` is not for this session's controllers: it ends the program for all. Its owner can.
    >> client #4 request terminate
    << adapter #4 request terminate
  )");
}

TEST(SharedSession, IsHandedOverAndBothAreTold) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 is owner
    << client #0 event output {"category":"important","output":"You are a controller of this debug session now.\n"}
    << client2 #0 event output {"category":"important","output":"You own this debug session now.\n"}
    >> client #4 request restart
    << client #0 error 106 to 4 restart: `restart` is not for this session's controllers: it ends the program for all. Its owner can.
    >> client2 #4 request restart
    << adapter #4 request restart
  )");
}

TEST(SharedSession, AnObserverLooksIntoWhatItWasShownAndIntoNothingLazy) {
  auto session = shared("observer");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request variables {"variablesReference":5}
    << client2 #0 error 106 to 4 variables: An observer of this session looks only into values that it was shown, and into none whose reading runs code. Its owner or a controller can.
    >> client2 #5 request scopes {"frameId":1}
    << adapter #4 request scopes {"frameId":1}
    >> adapter #0 response to 4 scopes {"scopes":[{"name":"Locals","variablesReference":5}]}
    << client2 #0 response to 5 scopes {"scopes":[{"name":"Locals","variablesReference":5}]}
    >> client2 #6 request variables {"variablesReference":5}
    << adapter #5 request variables {"variablesReference":5}
    >> adapter #0 response to 5 variables {"variables":[{"name":"lazy","value":"","variablesReference":6,"presentationHint":{"lazy":true}}]}
    << client2 #0 response to 6 variables {"variables":[{"name":"lazy","value":"","variablesReference":6,"presentationHint":{"lazy":true}}]}
    >> client2 #7 request variables {"variablesReference":6}
    << client2 #0 error 106 to 7 variables: An observer of this session looks only into values that it was shown, and into none whose reading runs code. Its owner or a controller can.
    >> client2 #8 request next {"threadId":1}
    << client2 #0 error 106 to 8 next: `next` is not for this session's observers: they only look. Its owner or a controller can.
  )");
}

TEST(SharedSession, StartDebuggingGoesToWhoLaunchedAndFailsWhenThatOneCannot) {
  auto session = shared("controller", R"({"supportsStartDebuggingRequest":true})");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #9 request startDebugging {"request":"attach"}
    << adapter #4 error 106 to 9 startDebugging: The client cannot start another debug session (it does not declare supportsStartDebuggingRequest), so this subprocess is not debugged.
    >> client2 is owner
    << client #0 event output {"category":"important","output":"You are a controller of this debug session now.\n"}
    << client2 #0 event output {"category":"important","output":"You own this debug session now.\n"}
    >> left
    >> adapter #10 request startDebugging {"request":"attach"}
    << client2 #1 request startDebugging {"request":"attach"}
    >> client2 #4 response to 1 startDebugging
    << adapter #5 response to 10 startDebugging
  )");
}

TEST(SharedSession, TheLossOfTheAdapterIsToldToAllAndNoRequestStaysOpen) {
  auto session = shared();
  play_session(session, R"(
    >> client #4 request threads
    >> client2 #4 request threads
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter lost It has exited.
    << client #0 error 503 to 4 threads: It has exited.
    << client2 #0 error 503 to 4 threads: It has exited.
    << client #0 event output {"category":"important","output":"It has exited.\n"}
    << client2 #0 event output {"category":"important","output":"It has exited.\n"}
    << client #0 event terminated
    << client2 #0 event terminated
    << end
  )");
}

TEST(SharedSession, TheStartIsAnsweredAndNotMadeAgain) {
  auto session = shared();
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request initialize {}
    << client2 #0 error 106 to 4 initialize: This client has said `initialize` before.
    >> client #5 request launch {"program":"/p"}
    << client #0 response to 5 launch
    >> client2 #6 request configurationDone
    << client2 #0 response to 6 configurationDone
  )");
}

TEST(SharedSession, NobodyJoinsBeforeTheProgramRuns) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 joins
    << refused: Another client is just starting this session. Join when its program runs.
  )");
}

TEST(SharedSession, WhatIsPrefetchedGoesToWhoReadsIt) {
  auto session = inspecting("vscode");
  play_session(session,
               ">> client2 joins\n>> client2 #1 request initialize {}\n"
               ">> client2 #2 request attach {}\n");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client2 #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << adapter #3 request threads {}
    >> client2 #4 request threads
    << adapter #4 request threads
    >> adapter #0 response to 4 threads {"threads":[]}
    << client2 #0 response to 4 threads {"threads":[]}
  )");
}

}  // namespace
}  // namespace nearside::session
