// Breakpoints of several clients of one session: one list for the adapter, each client's own for
// it, and what the others are told.
#include "sessions.hpp"

namespace nearside::session {
namespace {

/// Two clients that have seen all; the adapter has seen seq 2.
Session two_clients() {
  auto session = launched();
  play_session(session, R"(
    >> client2 joins as controller
    >> client2 #1 request initialize {}
    >> client2 #2 request attach {}
  )");
  return session;
}

TEST(SharedBreakpoints, AreSetAsTheirUnionAndAnsweredToEachAsItsOwn) {
  auto session = two_clients();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3}]}
    << adapter #3 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":11,"verified":true,"line":3}]}
    << client #0 response to 4 setBreakpoints {"breakpoints":[{"id":1,"verified":true,"line":3}]}
    << client2 look at /a.c
    << client2 #0 event breakpoint {"breakpoint":{"id":1,"line":3,"source":{"path":"/a.c"},"verified":true},"reason":"new"}
    >> client2 #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":9}]}
    << adapter #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":9},{"line":3}]}
    >> adapter #0 response to 4 setBreakpoints {"breakpoints":[{"id":12,"verified":false,"line":9},{"id":11,"verified":true,"line":3}]}
    << client2 #0 response to 4 setBreakpoints {"breakpoints":[{"id":2,"line":9,"verified":false}]}
    << look at /a.c
    << client #0 event breakpoint {"breakpoint":{"id":2,"line":9,"source":{"path":"/a.c"},"verified":false},"reason":"new"}
    >> adapter #0 event breakpoint {"reason":"changed","breakpoint":{"id":12,"verified":true,"line":9}}
    << client #0 event breakpoint {"reason":"changed","breakpoint":{"id":2,"verified":true,"line":9}}
    << client2 #0 event breakpoint {"reason":"changed","breakpoint":{"id":2,"verified":true,"line":9}}
  )");
}

TEST(SharedBreakpoints, OneFileSpelledInTwoWaysIsOneList) {
  auto session = two_clients();
  play_session(session, R"(
    >> client #4 request setBreakpoints {"source":{"path":"/src/a.c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request setBreakpoints {"source":{"path":"/src/x/../a.c"},"breakpoints":[{"line":9}]}
    << adapter #4 request setBreakpoints {"source":{"path":"/src/a.c"},"breakpoints":[{"line":9},{"line":3}]}
  )");
}

TEST(SharedBreakpoints, WhatComesBackBareIsAnEchoAndKeepsWhatItsOriginatorSaid) {
  auto session = two_clients();
  play_session(session, R"(
    >> client #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3,"condition":"i > 5"}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3},{"line":9}]}
    << adapter #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"condition":"i > 5","line":3},{"line":9}]}
    >> adapter #0 response to 4 setBreakpoints {"breakpoints":[{"id":11,"verified":true},{"id":12,"verified":true}]}
    << client2 #0 response to 4 setBreakpoints {"breakpoints":[{"id":1,"verified":true},{"id":2,"verified":true}]}
    << look at /a.c
    << client #0 event breakpoint {"breakpoint":{"id":2,"line":9,"source":{"path":"/a.c"},"verified":true},"reason":"new"}
    >> client2 #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":9}]}
    << adapter #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":9}]}
    >> adapter #0 response to 5 setBreakpoints {"breakpoints":[{"id":12,"verified":true}]}
    << client2 #0 response to 5 setBreakpoints {"breakpoints":[{"id":2,"verified":true}]}
    << client #0 event breakpoint {"breakpoint":{"id":1,"verified":false},"reason":"removed"}
  )");
}

TEST(SharedBreakpoints, OfOneThatIsNotSentBackStayWhenTheOtherEditsItsOwn) {
  auto session = two_clients();
  play_session(session, R"(
    >> client #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
    >> client2 #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":9}]}
    >> adapter #0 response to 4 setBreakpoints {"breakpoints":[{"id":12,"verified":true},{"id":11,"verified":true}]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[]}
    << adapter #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 5 setBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
    << client2 #0 response to 5 setBreakpoints {"breakpoints":[]}
    << client #0 event breakpoint {"breakpoint":{"id":2,"verified":false},"reason":"removed"}
  )");
}

TEST(SharedBreakpoints, WhereTwoDifferTheLastToEditWinsAndTheOtherIsTold) {
  auto session = two_clients();
  play_session(session, R"(
    >> client #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3,"condition":"x"}]}
    << adapter #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"condition":"x","line":3}]}
    >> adapter #0 response to 4 setBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
    << client2 #0 response to 4 setBreakpoints {"breakpoints":[{"id":1,"verified":true}]}
    << look at /a.c
    << client #0 event breakpoint {"breakpoint":{"id":1,"line":3,"message":"Another client of this session has set it, too: condition \"x\". The last one counts.","source":{"path":"/a.c"},"verified":true},"reason":"changed"}
    >> client #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3},{"line":4}]}
    << adapter #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"condition":"x","line":3},{"line":4}]}
  )");
}

TEST(SharedBreakpoints, OfOneThatTheAdapterRefusesAreAsBefore) {
  auto session = two_clients();
  play_session(session, R"(
    >> client #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
    >> client2 #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":9}]}
    >> adapter #0 error to 4 setBreakpoints: not now
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":4}]}
    << adapter #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":4}]}
  )");
}

TEST(SharedBreakpoints, OfFunctionsAreOneListToo) {
  auto session = two_clients();
  play_session(session, R"(
    >> client #4 request setFunctionBreakpoints {"breakpoints":[{"name":"f"}]}
    >> adapter #0 response to 3 setFunctionBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request setFunctionBreakpoints {"breakpoints":[{"name":"g"},{"name":"f"}]}
    << adapter #4 request setFunctionBreakpoints {"breakpoints":[{"name":"g"},{"name":"f"}]}
  )");
}

TEST(SharedBreakpoints, OfExceptionsAreOneListWithTheirConditions) {
  auto session = two_clients();
  play_session(session, R"(
    >> client #4 request setExceptionBreakpoints {"filters":["raised"],"filterOptions":[{"filterId":"uncaught","condition":"x"}]}
    >> adapter #0 response to 3 setExceptionBreakpoints
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request setExceptionBreakpoints {"filters":["user"]}
    << adapter #4 request setExceptionBreakpoints {"filterOptions":[{"condition":"x","filterId":"uncaught"}],"filters":["user","raised"]}
    >> adapter #0 response to 4 setExceptionBreakpoints {"breakpoints":[{"id":1,"verified":true},{"id":2,"verified":true},{"id":3,"verified":true}]}
    << client2 #0 response to 4 setExceptionBreakpoints {"breakpoints":[{"id":1,"verified":true}]}
  )");
}

TEST(SharedBreakpoints, AreShownToWhoJoinsLater) {
  auto session = launched();
  play_session(session, R"(
    >> client #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 joins as observer
    >> client2 #1 request initialize {}
    << client2 #0 response to 1 initialize {"supportTerminateDebuggee":true}
    << client2 #0 event initialized
    >> client2 #2 request attach {}
    << client2 #0 response to 2 attach
    << client2 look at /a.c
    << client2 #0 event breakpoint {"breakpoint":{"id":1,"line":3,"source":{"path":"/a.c"},"verified":true},"reason":"new"}
  )");
}

TEST(SharedBreakpoints, StayWhenTheirClientLeavesUntilOneThatComesLaterSetsThatList) {
  auto session = two_clients();
  play_session(session, R"(
    >> client #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":11,"verified":true}]}
    >> left
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":9}]}
    << adapter #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":9},{"line":3}]}
    >> client3 joins as owner
    >> client3 #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":4}]}
    << adapter #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":4},{"line":9}]}
  )");
}

TEST(SharedBreakpoints, ThatANearEndSendsAgainKeepTheirNumbersInTheUnion) {
  auto session = two_clients();
  play_session(session, R"(
    >> client #4 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"verified":false}]}
    >> client2 #4 request setBreakpoints {"source":{"path":"/b.c"},"breakpoints":[{"line":5}]}
    >> adapter #0 response to 4 setBreakpoints {"breakpoints":[{"verified":false}]}
  )");
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":5}],"nearside":{"ids":[2]}}
    << adapter #5 request setBreakpoints {"source":{"path":"/a.c"},"breakpoints":[{"line":5},{"line":3}]}
    >> adapter #0 response to 5 setBreakpoints {"breakpoints":[{"verified":true},{"verified":false}]}
    << client2 #0 response to 5 setBreakpoints {"breakpoints":[{"id":2,"verified":true}]}
    << look at /a.c
    << client #0 event breakpoint {"breakpoint":{"id":2,"line":5,"source":{"path":"/a.c"},"verified":true},"reason":"new"}
  )");
}

}  // namespace
}  // namespace nearside::session
