// What a session tells of the program's files, and when.
#include "sessions.hpp"

namespace nearside::session {
namespace {

Session delve() {
  Session session;
  session.set_adapter(AdapterKind::kDelve);
  EXPECT_TRUE(session.attach(1));
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request launch {"program":"/p"}
    << adapter #1 request launch {"program":"/p"}
    >> adapter #0 event initialized
    << adapter #2 request evaluate {"context":"repl","expression":"dlv sources"}
    << await sources
  )");
  return session;
}

TEST(SessionSources, AreToldBeforeTheClientHearsInitialized) {
  auto session = delve();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 1 launch
    << client #0 response to 1 launch
    >> adapter #0 response to 2 evaluate {"result":"/src/main.go\nruntime/proc.go\n"}
    << look at the list /src/main.go runtime/proc.go
    << client #0 event initialized
    >> client #2 request setBreakpoints
    << adapter #3 request setBreakpoints
    >> adapter #0 response to 3 setBreakpoints
    << client #0 response to 2 setBreakpoints
  )");
}

TEST(SessionSources, KeepNobodyWaitingForAnAdapterThatDoesNotAnswer) {
  auto session = delve();
  EXPECT_TRANSCRIPT(session, R"(
    >> sources late
    << client #0 event initialized
    >> sources late
    >> adapter #0 response to 2 evaluate {"result":"/src/main.go\n"}
    << look at the list /src/main.go
  )");
}

TEST(SessionSources, ThatCannotBeListedHoldNothingUp) {
  auto session = delve();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 error to 2 evaluate: Unable to evaluate: debuggee is running
    << client #0 event initialized
  )");
}

TEST(SessionSources, AreAskedForOnce) {
  auto session = delve();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event initialized
    << client #0 event initialized
    << client #0 event initialized
    >> adapter #0 response to 2 evaluate {"result":""}
  )");
}

TEST(SessionSources, OfAProgramThatHasEndedAreOfNoUse) {
  auto session = delve();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event terminated
    << client #0 event initialized
    << client #0 event terminated
    >> adapter #0 response to 2 evaluate {"result":""}
    >> adapter lost It has exited.
    << client #0 error 503 to 1 launch: It has exited.
    << end
  )");
}

TEST(SessionSources, AreToldBeforeTheFirstMessageThatNamesThem) {
  auto session = delve();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 2 evaluate {"result":"/src/main.go\n/go/src/fmt/print.go\n"}
    << look at the list /src/main.go /go/src/fmt/print.go
    << client #0 event initialized
    >> client #2 request stackTrace
    << adapter #3 request stackTrace
    >> adapter #0 response to 3 stackTrace {"stackFrames":[{"id":1,"source":{"path":"/go/src/fmt/print.go"}},{"id":2,"source":{"path":"/src/new.go"}}]}
    << look at /go/src/fmt/print.go /src/new.go
    << client #0 response to 2 stackTrace {"stackFrames":[{"id":1,"source":{"path":"/go/src/fmt/print.go"}},{"id":2,"source":{"path":"/src/new.go"}}]}
    >> client #3 request nearside.source {"path":"/src/new.go"}
    << read #3 /src/new.go
    >> client #4 request nearside.source {"path":"/src/main.go"}
    << read #4 /src/main.go
    >> adapter #0 event output {"output":"x","source":{"path":"/src/new.go"}}
    << client #0 event output {"output":"x","source":{"path":"/src/new.go"}}
    >> adapter #0 event output {"output":"x","source":{"path":"/src/other.go"}}
    << look at /src/other.go
    << client #0 event output {"output":"x","source":{"path":"/src/other.go"}}
  )");
}

TEST(SessionSources, AreReadOnlyIfTheAdapterHasNamedThem) {
  auto session = delve();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request nearside.source {"path":"/src/main.go"}
    << client #0 error 404 to 2 nearside.source: The far end does not read "/src/main.go": the debug adapter has not named it in this session.
    >> adapter #0 response to 2 evaluate {"result":"/src/main.go\n"}
    << look at the list /src/main.go
    << client #0 event initialized
    >> client #3 request nearside.source {"path":"/src/main.go"}
    << read #3 /src/main.go
    >> read 3 package main
    << client #0 response to 3 nearside.source {"content":"package main"}
    >> client #4 request nearside.source {"path":"/src/main.go"}
    << read #4 /src/main.go
    >> read failed 4 It is gone.
    << client #0 error 503 to 4 nearside.source: It is gone.
    >> client #5 request nearside.source {"path":"/src/../etc/passwd"}
    << client #0 error 404 to 5 nearside.source: The far end does not read "/src/../etc/passwd": the debug adapter has not named it in this session.
    >> client #6 request nearside.source {"path":7}
    << client #0 error 404 to 6 nearside.source: A request to read a far file does not say which.
    >> client #7 request nearside.source
    << client #0 error 404 to 7 nearside.source: A request to read a far file does not say which.
  )");
}

TEST(SessionSources, WhoseContentIsNoTextAreRefusedRatherThanTooLong) {
  auto session = delve();
  session.handle_adapter_message(
      message_of_words(R"(#0 response to 2 evaluate {"result":"/a\n"})"));
  const auto sent = session.handle_source_read(1, 9, std::string(16 * 1024 * 1024, '\0'));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(words_of_message(std::get<SendToClient>(sent[0]).bytes),
            "#0 error 404 to 9 nearside.source: A far file is too large to be sent: most of it is "
            "no text.");
}

}  // namespace
}  // namespace nearside::session
