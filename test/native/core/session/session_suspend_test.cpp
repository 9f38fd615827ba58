// Programs that are to stay suspended when their adapter has gone.
#include "sessions.hpp"

namespace nearside::session {
namespace {

/// Attached to process 77 by an adapter that declares `capabilities`; it has seen seq 2.
Session attached_to_77(const std::string& capabilities = "{}", bool may_suspend = true) {
  Session session;
  session.set_suspends(may_suspend);
  EXPECT_TRUE(session.attach(1));
  const std::string tells = R"({"supportsRunInTerminalRequest":true})";
  play_session(session, ">> client #1 request initialize " + tells +
                            "\n>> adapter #0 response to 1 initialize " + capabilities);
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request attach {"processId":77}
    << adapter #2 request attach {"processId":77}
    >> adapter #0 response to 2 attach
    << client #0 response to 2 attach
  )");
  return session;
}

TEST(SuspendedDebuggee, IsOfferedWhereTheAdapterDoesNot) {
  Session session;
  session.set_suspends(true);
  ASSERT_TRUE(session.attach(1));
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request initialize {"supportsRunInTerminalRequest":true}
    << adapter #1 request initialize {"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,"supportsRunInTerminalRequest":true}
    >> adapter #0 response to 1 initialize {"a":1}
    << client #0 response to 1 initialize {"supportSuspendDebuggee":true,"supportTerminateDebuggee":true,"a":1}
  )");
}

TEST(SuspendedDebuggee, IsNotOfferedForAnAdapterWhoseProcessesAreNotHere) {
  Session session;
  ASSERT_TRUE(session.attach(1));
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request initialize {"supportsRunInTerminalRequest":true}
    << adapter #1 request initialize {"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,"supportsRunInTerminalRequest":true}
    >> adapter #0 response to 1 initialize {"a":1}
    << client #0 response to 1 initialize {"supportTerminateDebuggee":true,"a":1}
  )");
}

TEST(SuspendedDebuggee, StaysOfferedWhenTheAdapterTakesBackWhatItCan) {
  auto session = attached_to_77(R"({"supportSuspendDebuggee":true})");
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #3 event capabilities {"capabilities":{"b":2,"supportSuspendDebuggee":false}}
    << client #3 event capabilities {"capabilities":{"b":2,"supportSuspendDebuggee":true}}
    >> client #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":false}
    << find debuggee 77
    << adapter #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":false}
  )");
}

TEST(SuspendedDebuggee, IsFoundBeforeTheAdapterHearsAndStoppedBeforeTheClientDoes) {
  auto session = attached_to_77();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":false}
    << find debuggee 77
    << adapter #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":false}
    >> adapter #0 response to 3 disconnect
    << suspend
    << client #0 response to 3 disconnect
    << end, keep debuggee
  )");
}

TEST(SuspendedDebuggee, IsWhatTheEventProcessSays) {
  auto session = attached_to_77();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #3 event process {"name":"p","systemProcessId":78}
    << client #3 event process {"name":"p","systemProcessId":78}
    >> adapter #4 event process {"name":"q","systemProcessId":79,"isLocalProcess":false}
    << client #4 event process {"name":"q","systemProcessId":79,"isLocalProcess":false}
    >> client #3 request disconnect {"suspendDebuggee":true}
    << find debuggee 78
    << adapter #3 request disconnect {"terminateDebuggee":false,"suspendDebuggee":true}
  )");
}

TEST(SuspendedDebuggee, IsLeftToAnAdapterThatCan) {
  auto session = attached_to_77(R"({"supportSuspendDebuggee":true})");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":false}
    << adapter #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":false}
    >> adapter #0 response to 3 disconnect
    << client #0 response to 3 disconnect
    << end, keep debuggee
  )");
}

TEST(SuspendedDebuggee, IsNoneWhenItIsTerminated) {
  auto session = attached_to_77();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":true}
    << adapter #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":true}
    >> adapter #0 response to 3 disconnect
    << client #0 response to 3 disconnect
    << end
  )");
}

TEST(SuspendedDebuggee, IsSuspendedAlsoWhenTheAdapterExitsInsteadOfAnswering) {
  auto session = attached_to_77();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":false}
    << find debuggee 77
    << adapter #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":false}
    >> adapter lost It has exited.
    << suspend
    << client #0 response to 3 disconnect
    << client #0 event terminated
    << end, keep debuggee
  )");
}

TEST(SuspendedDebuggee, MayBeWishedForWhenTheClientHasGone) {
  auto session = attached_to_77();
  EXPECT_TRANSCRIPT(session, R"(
    >> left
    >> end and suspend
    << find debuggee 77
    << adapter #3 request disconnect {"suspendDebuggee":true,"terminateDebuggee":false}
    >> adapter #0 response to 3 disconnect
    << suspend
    << end, keep debuggee
  )");
}

}  // namespace
}  // namespace nearside::session
