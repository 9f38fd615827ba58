// A near end that does not wait for what it knows: what the adapter sees nevertheless.
#include "sessions.hpp"

namespace nearside::session {
namespace {

TEST(KnownStart, LetsTheLaunchWaitForTheAnswerToInitializeAndTheRestForInitialized) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> host linux
    >> client #1 request initialize {}
    << adapter #1 request initialize {"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,"supportsRunInTerminalRequest":true}
    >> client #2 request launch {"program":"/p","nearside":{"host":{"os":"linux"},"initialized":true}}
    >> client #3 request setFunctionBreakpoints {"breakpoints":[]}
    >> adapter #0 response to 1 initialize {"supportTerminateDebuggee":true}
    << client #0 response to 1 initialize {"supportTerminateDebuggee":true}
    << adapter #2 request launch {"program":"/p"}
    >> adapter #0 event initialized
    << adapter #3 request setFunctionBreakpoints {"breakpoints":[]}
    >> adapter #0 response to 2 launch
    << client #0 response to 2 launch
    >> adapter #0 response to 3 setFunctionBreakpoints {"breakpoints":[]}
    << client #0 response to 3 setFunctionBreakpoints {"breakpoints":[]}
    >> client #4 request configurationDone
    << adapter #4 request configurationDone
  )");
}

TEST(KnownStart, DropsALaunchThatWasWrittenForAnotherMachineAndTakesTheNextOne) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request launch {"program":"C:\\p","nearside":{"host":{"os":"windows"},"initialized":true}}
    >> client #3 request configurationDone
    >> host linux
    >> client #2 request launch {"program":"/p","nearside":{"initialized":true}}
    << adapter #2 request launch {"program":"/p"}
    >> adapter #0 event initialized
    << adapter #3 request configurationDone
  )");
}

TEST(KnownStart, RefusesWhatWaitsForAnInitializedThatWillNotCome) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request launch {"nearside":{"initialized":true}}
    << adapter #2 request launch {}
    >> client #3 request setFunctionBreakpoints {"breakpoints":[]}
    >> adapter #0 error to 2 launch: does not compile
    << client #0 error to 2 launch: does not compile
    << client #0 error 505 to 3 setFunctionBreakpoints: The program was not started.
    >> client #4 request threads
    << adapter #3 request threads
  )");
}

TEST(KnownStart, HoldsNobodyUpWhoWantsTheEnd) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request launch {"nearside":{"host":{"os":"linux"}}}
    >> client #3 request disconnect {"terminateDebuggee":true}
    << client #0 error 505 to 2 launch: This debug session is ending.
    << adapter #2 request disconnect {"terminateDebuggee":true}
  )");
}

TEST(KnownStart, OfAnAdapterThatIsLostAnswersWhatWaits) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request launch {"nearside":{"host":{"os":"linux"}}}
    >> client #3 request threads
    >> adapter lost it has gone
    << client #0 error 503 to 2 launch: it has gone
    << client #0 error 503 to 3 threads: it has gone
    << client #0 event output {"category":"important","output":"it has gone\n"}
    << client #0 event terminated
    << end
  )");
}

}  // namespace
}  // namespace nearside::session
