// Stamps, habits and pushes as the adapter and the client see them.
#include "sessions.hpp"

#include <gtest/gtest.h>

namespace nearside::session {
namespace {

/// A client that has read threads, a stack of one frame, its scope and a variable's children; then
/// it steps. The adapter has seen seq 8.
Session with_habits(Session session) {
  play_session(session, kStopped);
  play_session(session, R"(
    >> client #3 request threads
    >> adapter #0 response to 3 threads {"threads":[]}
    >> client #4 request stackTrace {"threadId":1,"startFrame":0,"levels":1}
    >> adapter #0 response to 4 stackTrace {"stackFrames":[{"id":1000}]}
    >> client #5 request scopes {"frameId":1000}
    >> adapter #0 response to 5 scopes {"scopes":[{"name":"Locals","variablesReference":1001}]}
    >> view 0 frame 1000
    >> client #6 request variables {"variablesReference":1001}
    >> adapter #0 response to 6 variables {"variables":[{"name":"people","variablesReference":1002,"indexedVariables":3}]}
    >> view 0
    >> client #7 request variables {"variablesReference":1002,"filter":"indexed","start":0,"count":3}
    >> adapter #0 response to 7 variables {"variables":[]}
    >> client #8 request next {"threadId":1}
    >> adapter #0 response to 8 next
  )");
  return session;
}

TEST(SessionInspection, AsksTheAdapterToTellWhatMakesAnswersOld) {
  auto session = attached();
  session.set_inspection(1, inspect::InspectWish{});
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request initialize {"clientID":"nvim"}
    << adapter #1 request initialize {"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,"supportsRunInTerminalRequest":true,"clientID":"nvim"}
  )");
}

TEST(SessionInspection, StampsOnlyWhatWasAskedAndAnsweredWhileTheProgramStood) {
  auto session = inspecting();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request threads
    << adapter #3 request threads
    >> adapter #0 response to 3 threads {"threads":[]}
    << client #0 response to 3 threads {"threads":[]}
  )");
  play_session(session, kStopped);
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request threads
    << adapter #4 request threads
    >> adapter #0 response to 4 threads {"threads":[]}
    << client #0 response to 4 threads {"threads":[]} @1.0 after 0
    >> client #5 request scopes {"frameId":7}
    << adapter #5 request scopes {"frameId":7}
    >> client #6 request continue {"threadId":1}
    << adapter #6 request continue {"threadId":1}
    >> adapter #0 response to 5 scopes {"scopes":[]}
    << client #0 response to 5 scopes {"scopes":[]}
  )");
}

TEST(SessionInspection, AWriteMakesWhatIsOnItsWayOld) {
  auto session = inspecting();
  play_session(session, kStopped);
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request variables {"variablesReference":5}
    << adapter #3 request variables {"variablesReference":5}
    >> client #4 request setVariable {"variablesReference":5,"name":"x","value":"1"}
    << adapter #4 request setVariable {"variablesReference":5,"name":"x","value":"1"}
    >> adapter #0 response to 3 variables {"variables":[]}
    << client #0 response to 3 variables {"variables":[]}
    >> adapter #0 response to 4 setVariable {"value":"1"}
    << client #0 response to 4 setVariable {"value":"1"}
    >> client #5 request variables {"variablesReference":5}
    << adapter #5 request variables {"variablesReference":5}
    >> adapter #0 response to 5 variables {"variables":[]}
    << client #0 response to 5 variables {"variables":[]} @1.2 after 1
  )");
}

TEST(SessionInspection, ARefusedResumeLeavesTheProgramStanding) {
  auto session = inspecting();
  play_session(session, kStopped);
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request next {"threadId":1}
    << adapter #3 request next {"threadId":1}
    >> adapter #0 error to 3 next: not now
    << client #0 error to 3 next: not now
    >> client #4 request threads
    << adapter #4 request threads
    >> adapter #0 response to 4 threads {"threads":[]}
    << client #0 response to 4 threads {"threads":[]} @3.0 after 1
  )");
}

TEST(SessionInspection, AThreadThatStandsAloneIsStampedAlone) {
  auto session = inspecting();
  play_session(session, R"(
    >> adapter #0 event stopped {"reason":"step","threadId":1}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request stackTrace {"threadId":1}
    << adapter #3 request stackTrace {"threadId":1}
    >> adapter #0 response to 3 stackTrace {"stackFrames":[{"id":7}]}
    << client #0 response to 3 stackTrace {"stackFrames":[{"id":7}]} @1.0 after 0
    >> client #4 request scopes {"frameId":7}
    << adapter #4 request scopes {"frameId":7}
    >> adapter #0 response to 4 scopes {"scopes":[]}
    << client #0 response to 4 scopes {"scopes":[]} @1.0 after 0
    >> client #5 request stackTrace {"threadId":2}
    << adapter #5 request stackTrace {"threadId":2}
    >> adapter #0 response to 5 stackTrace {"stackFrames":[{"id":8}]}
    << client #0 response to 5 stackTrace {"stackFrames":[{"id":8}]}
    >> client #6 request threads
    << adapter #6 request threads
    >> adapter #0 response to 6 threads {"threads":[]}
    << client #0 response to 6 threads {"threads":[]}
  )");
}

TEST(SessionInspection, WhatWasReadAtOneStopIsPushedAtTheNext) {
  auto session = with_habits(inspecting());
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event stopped {"reason":"step","threadId":2,"allThreadsStopped":true}
    << client #0 event stopped {"reason":"step","threadId":2,"allThreadsStopped":true}
    << adapter #9 request threads {}
    >> adapter #0 response to 9 threads {"threads":[]}
    << client #0 response to 0 threads {"threads":[]} @3.0 after 1, push 1 {}
    << adapter #10 request stackTrace {"levels":1,"startFrame":0,"threadId":2}
    >> adapter #0 response to 10 stackTrace {"stackFrames":[{"id":5}]}
    << client #0 response to 0 stackTrace {"stackFrames":[{"id":5}]} @3.0 after 1, push 2 {"levels":1,"startFrame":0,"threadId":2}
    << adapter #11 request scopes {"frameId":5}
    >> adapter #0 response to 11 scopes {"scopes":[{"name":"Args","variablesReference":3},{"name":"Locals","variablesReference":4}]}
    << client #0 response to 0 scopes {"scopes":[{"name":"Args","variablesReference":3},{"name":"Locals","variablesReference":4}]} @3.0 after 1, push 3 {"frameId":5}
    << adapter #12 request variables {"variablesReference":4}
    >> adapter #0 response to 12 variables {"variables":[{"name":"n","variablesReference":0},{"name":"people","variablesReference":9,"indexedVariables":8}]}
    << client #0 response to 0 variables {"variables":[{"name":"n","variablesReference":0},{"name":"people","variablesReference":9,"indexedVariables":8}]} @3.0 after 1, push 4 {"variablesReference":4} of frame 5
    << adapter #13 request variables {"count":8,"filter":"indexed","start":0,"variablesReference":9}
    >> adapter #0 response to 13 variables {"variables":[]}
    << client #0 response to 0 variables {"variables":[]} @3.0 after 1, push 5 {"count":8,"filter":"indexed","start":0,"variablesReference":9}
  )");
}

TEST(SessionInspection, AClientsRequestJoinsThePrefetchAndIsNotPushedBesides) {
  auto session = with_habits(inspecting());
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << adapter #9 request threads {}
    >> client #9 request threads
    >> adapter #0 response to 9 threads {"threads":[]}
    << client #0 response to 9 threads {"threads":[]} @3.0 after 1
    << adapter #10 request stackTrace {"levels":1,"startFrame":0,"threadId":1}
  )");
}

TEST(SessionInspection, SilenceIsKeptOnlyWhileThePushIsOnItsWay) {
  auto session = with_habits(inspecting());
  play_session(session, kStopped);
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 9 threads {"threads":[]}
    << client #0 response to 0 threads {"threads":[]} @3.0 after 1, push 1 {}
    << adapter #10 request stackTrace {"levels":1,"startFrame":0,"threadId":1}
    >> client #9 request threads
    >> view 1
    >> client #10 request threads
    << adapter #11 request threads
  )");
}

TEST(SessionInspection, AClientThatWaitsIsNotHeldUpByThePrefetcher) {
  auto session = with_habits(inspecting());
  play_session(session, kStopped);
  EXPECT_TRANSCRIPT(session, R"(
    >> client #9 request evaluate {"expression":"n","context":"repl"}
    << adapter #10 request evaluate {"expression":"n","context":"repl"}
    >> adapter #0 response to 9 threads {"threads":[]}
    >> adapter #0 response to 10 evaluate {"result":"1"}
    << client #0 response to 9 evaluate {"result":"1"}
    << adapter #11 request threads {}
  )");
}

TEST(SessionInspection, AResumeEndsTheWalk) {
  auto session = with_habits(inspecting());
  play_session(session, kStopped);
  EXPECT_TRANSCRIPT(session, R"(
    >> client #9 request next {"threadId":1}
    << adapter #10 request next {"threadId":1}
    >> adapter #0 response to 9 threads {"threads":[]}
    >> adapter #0 response to 10 next
    << client #0 response to 9 next
  )");
}

TEST(SessionInspection, TheFirstStopOfVsCodeIsKnown) {
  auto session = inspecting("vscode");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << adapter #3 request threads {}
    >> adapter #0 response to 3 threads {"threads":[]}
    << client #0 response to 0 threads {"threads":[]} @1.0 after 0, push 1 {}
    << adapter #4 request stackTrace {"levels":1,"startFrame":0,"threadId":1}
    >> adapter #0 response to 4 stackTrace {"stackFrames":[{"id":5}]}
    << client #0 response to 0 stackTrace {"stackFrames":[{"id":5}]} @1.0 after 0, push 2 {"levels":1,"startFrame":0,"threadId":1}
    << adapter #5 request scopes {"frameId":5}
    >> adapter #0 response to 5 scopes {"scopes":[{"name":"Registers","variablesReference":3,"expensive":true},{"name":"Locals","variablesReference":4}]}
    << client #0 response to 0 scopes {"scopes":[{"name":"Registers","variablesReference":3,"expensive":true},{"name":"Locals","variablesReference":4}]} @1.0 after 0, push 3 {"frameId":5}
    << adapter #6 request variables {"variablesReference":4}
    >> adapter #0 response to 6 variables {"variables":[]}
    << client #0 response to 0 variables {"variables":[]} @1.0 after 0, push 4 {"variablesReference":4} of frame 5
    << adapter #7 request stackTrace {"levels":19,"startFrame":1,"threadId":1}
  )");
}

TEST(SessionInspection, VsCodesSecondQuestionForAMapIsKnown) {
  auto session = inspecting("vscode");
  play_session(session, kStopped);
  play_session(session, R"(
    >> adapter #0 response to 3 threads {"threads":[]}
    >> adapter #0 response to 4 stackTrace {"stackFrames":[{"id":5}]}
    >> adapter #0 response to 5 scopes {"scopes":[{"name":"Locals","variablesReference":4}]}
    >> adapter #0 response to 6 variables {"variables":[{"name":"map","variablesReference":7,"namedVariables":1,"indexedVariables":2},{"name":"large","variablesReference":8,"namedVariables":1,"indexedVariables":101}]}
    >> adapter #0 response to 7 stackTrace {"stackFrames":[]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request variables {"variablesReference":7,"filter":"named"}
    << adapter #8 request variables {"variablesReference":7,"filter":"named"}
    >> adapter #0 response to 8 variables {"variables":[]}
    << client #0 response to 3 variables {"variables":[]} @1.0 after 0
    << adapter #9 request variables {"count":2,"filter":"indexed","start":0,"variablesReference":7}
    >> adapter #0 response to 9 variables {"variables":[]}
    << client #0 response to 0 variables {"variables":[]} @1.0 after 0, push 6 {"count":2,"filter":"indexed","start":0,"variablesReference":7}
    >> client #4 request variables {"variablesReference":8,"filter":"named"}
    << adapter #10 request variables {"variablesReference":8,"filter":"named"}
    >> adapter #0 response to 10 variables {"variables":[]}
    << client #0 response to 4 variables {"variables":[]} @1.0 after 0
  )");
}

TEST(SessionInspection, OfAnExceptionVsCodeIsToldTheDetails) {
  auto session = attached();
  session.set_adapter(AdapterKind::kDelve);
  session.set_inspection(1, inspect::InspectWish{.limits = {.requests = 3}});
  play_session(session, R"(
    >> client #1 request initialize {"clientID":"vscode"}
    >> adapter #0 response to 1 initialize {"supportsExceptionInfoRequest":true}
    >> client #2 request launch {"program":"/p"}
    >> adapter #0 response to 2 launch
  )");
  constexpr auto kThrown =
      R"(>> adapter #0 event stopped {"reason":"exception","threadId":1,"allThreadsStopped":true})";
  play_session(session, kThrown);
  play_session(session, R"(
    >> adapter #0 response to 3 threads {"threads":[]}
    >> adapter #0 response to 4 stackTrace {"stackFrames":[]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 5 exceptionInfo {"exceptionId":"panic"}
    << client #0 response to 0 exceptionInfo {"exceptionId":"panic"} @1.0 after 0, push 3 {"threadId":1}
  )");
  // A stop for another reason has none.
  play_session(session, kStopped);
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 6 threads {"threads":[]}
    << client #0 response to 0 threads {"threads":[]} @2.0 after 0, push 4 {}
    << adapter #7 request stackTrace {"levels":1,"startFrame":0,"threadId":1}
    >> adapter #0 response to 7 stackTrace {"stackFrames":[]}
    << client #0 response to 0 stackTrace {"stackFrames":[]} @2.0 after 0, push 5 {"levels":1,"startFrame":0,"threadId":1}
  )");
}

TEST(SessionInspection, ScopesAreAskedAgainBeforeAnotherFramesVariables) {
  auto session = inspecting();
  play_session(session, kStopped);
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request stackTrace {"threadId":1}
    << adapter #3 request stackTrace {"threadId":1}
    >> adapter #0 response to 3 stackTrace {"stackFrames":[{"id":7},{"id":8}]}
    << client #0 response to 3 stackTrace {"stackFrames":[{"id":7},{"id":8}]} @1.0 after 0
    >> client #4 request scopes {"frameId":7}
    << adapter #4 request scopes {"frameId":7}
    >> adapter #0 response to 4 scopes {"scopes":[{"name":"Locals","variablesReference":1}]}
    << client #0 response to 4 scopes {"scopes":[{"name":"Locals","variablesReference":1}]} @1.0 after 0
    >> client #5 request scopes {"frameId":8}
    << adapter #5 request scopes {"frameId":8}
    >> adapter #0 response to 5 scopes {"scopes":[{"name":"Locals","variablesReference":1}]}
    << client #0 response to 5 scopes {"scopes":[{"name":"Locals","variablesReference":1}]} @1.0 after 0
    >> view 0 frame 7
    >> client #6 request variables {"variablesReference":1}
    << adapter #6 request scopes {"frameId":7}
    << adapter #7 request variables {"variablesReference":1}
    >> adapter #0 response to 6 scopes {"scopes":[{"name":"Locals","variablesReference":1}]}
    >> adapter #0 response to 7 variables {"variables":[]}
    << client #0 response to 6 variables {"variables":[]} @1.0 after 0
  )");
}

/// What it asks of its own, of another frame, changes nothing of what the client's references mean.
TEST(SessionInspection, AReferenceMeansTheFrameThatTheClientAskedLastWhateverIsPrefetched) {
  auto session = inspecting("nvim", {.limits = {.requests = 2}});
  play_session(session, kStopped);
  play_session(session, R"(
    >> client #3 request stackTrace {"threadId":1}
    >> adapter #0 response to 3 stackTrace {"stackFrames":[{"id":7},{"id":8}]}
    >> client #4 request scopes {"frameId":7}
    >> adapter #0 response to 4 scopes {"scopes":[{"name":"Locals","variablesReference":1}]}
    >> client #5 request scopes {"frameId":8}
    >> adapter #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    >> adapter #0 response to 5 scopes {"scopes":[{"name":"Locals","variablesReference":1}]}
    >> adapter #0 response to 6 stackTrace {"stackFrames":[{"id":7},{"id":8}]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 7 scopes {"scopes":[{"name":"Locals","variablesReference":1}]}
    << client #0 response to 0 scopes {"scopes":[{"name":"Locals","variablesReference":1}]} @2.0 after 0, push 2 {"frameId":7}
    >> client #6 request variables {"variablesReference":1}
    << adapter #8 request scopes {"frameId":8}
    << adapter #9 request variables {"variablesReference":1}
  )");
}

TEST(SessionInspection, WhatWasSlowIsLeftToTheClient) {
  auto session = inspecting();
  play_session(session, kStopped);
  play_session(session, R"(
    >> client #3 request threads
    >> time 201
    >> adapter #0 response to 3 threads {"threads":[]}
    >> client #4 request next {"threadId":1}
    >> adapter #0 response to 4 next
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
  )");
}

TEST(SessionInspection, WhatIsTooLongIsNotLearned) {
  auto session = inspecting();
  play_session(session, kStopped);
  const std::string sum(5'000, 'a');
  play_session(session, R"(>> client #3 request evaluate {"context":"watch","expression":")" + sum +
                            R"("}
    >> adapter #0 response to 3 evaluate {"result":"1"})");
  EXPECT_TRUE(session.habits().empty());
}

TEST(SessionInspection, LimitsEndTheWalk) {
  auto session = with_habits(inspecting("nvim", {.limits = {.requests = 1}}));
  play_session(session, kStopped);
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 9 threads {"threads":[]}
    << client #0 response to 0 threads {"threads":[]} @3.0 after 1, push 1 {}
  )");
}

TEST(SessionInspection, WithoutPrefetchAnswersAreStampedAllTheSame) {
  auto session = with_habits(inspecting("nvim", {.prefetch = false}));
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    << client #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
    >> client #9 request threads
    << adapter #9 request threads
    >> adapter #0 response to 9 threads {"threads":[]}
    << client #0 response to 9 threads {"threads":[]} @3.0 after 1
  )");
}

}  // namespace
}  // namespace nearside::session
