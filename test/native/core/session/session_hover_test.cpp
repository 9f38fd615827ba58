// What the line where the program stands mentions, for a user who hovers.
#include "sessions.hpp"

namespace nearside::session {
namespace {

/// At a stop in line 2 of a file, with the frame's id 1000.
constexpr auto kStack =
    R"({"stackFrames":[{"id":1000,"name":"f","line":2,"source":{"path":"/src/main.go"}}]})";

TEST(SessionInspection, AsksAUserWhoHoversForWhatTheLineMentionsWhenThereIsNothingElse) {
  auto session = inspecting();
  play_session(session, kStopped);
  play_session(session, std::string(R"(
    >> client #3 request stackTrace {"threadId":1,"startFrame":0,"levels":1}
    >> adapter #0 response to 3 stackTrace )") +
                            kStack + R"(
    >> client #4 request evaluate {"expression":"i","frameId":1000,"context":"hover"}
    >> adapter #0 response to 4 evaluate {"result":"0","variablesReference":0}
    >> client #5 request next {"threadId":1}
    >> adapter #0 response to 5 next
  )");
  play_session(session, kStopped);
  const auto script = std::string(R"(
    >> adapter #0 response to 6 stackTrace )") +
                      kStack + R"(
    << read line 2 of /src/main.go
    << client #0 response to 0 stackTrace )" +
                      kStack +
                      R"( @3.0 after 1, push 1 {"levels":1,"startFrame":0,"threadId":1}
    << adapter #7 request evaluate {"context":"hover","expression":"i","frameId":1000}
    >> adapter #0 response to 7 evaluate {"result":"1","variablesReference":0}
    << client #0 response to 0 evaluate {"result":"1","variablesReference":0} @3.0 after 1, push 2 {"context":"hover","expression":"i","frameId":1000}
    >> line of frame 1000 sum += i
    << adapter #8 request evaluate {"context":"hover","expression":"sum","frameId":1000}
    >> adapter #0 response to 8 evaluate {"result":"3","variablesReference":0}
    << client #0 response to 0 evaluate {"result":"3","variablesReference":0} @3.0 after 1, push 3 {"context":"hover","expression":"sum","frameId":1000}
    >> view 3 used 3
    >> line of frame 7 another
  )";
  EXPECT_TRANSCRIPT(session, script);
}

TEST(SessionInspection, TakesTheLineWhereTheProgramStandsAlsoWhenItsCallersAreAnsweredFirst) {
  const std::string callers =
      R"({"stackFrames":[{"id":1001,"name":"main","line":9,"source":{"path":"/src/main.go"}}]})";
  auto session = inspecting();
  play_session(session, kStopped);
  play_session(session, R"(
    >> client #3 request stackTrace {"threadId":1,"startFrame":1,"levels":19}
    >> adapter #0 response to 3 stackTrace )" +
                            callers + R"(
    >> client #4 request stackTrace {"threadId":1,"startFrame":0,"levels":1}
    >> adapter #0 response to 4 stackTrace )" +
                            kStack + R"(
    >> client #5 request evaluate {"expression":"i","frameId":1000,"context":"hover"}
    >> adapter #0 response to 5 evaluate {"result":"0","variablesReference":0}
    >> client #6 request next {"threadId":1}
    >> adapter #0 response to 6 next
  )");
  play_session(session, kStopped);
  const auto script = R"(
    >> adapter #0 response to 7 stackTrace )" +
                      callers + R"(
    << client #0 response to 0 stackTrace )" +
                      callers + R"( @3.0 after 1, push 1 {"levels":19,"startFrame":1,"threadId":1}
    << adapter #8 request stackTrace {"levels":1,"startFrame":0,"threadId":1}
    >> adapter #0 response to 8 stackTrace )" +
                      kStack + R"(
    << read line 2 of /src/main.go
    << client #0 response to 0 stackTrace )" +
                      kStack +
                      R"( @3.0 after 1, push 2 {"levels":1,"startFrame":0,"threadId":1}
    << adapter #9 request evaluate {"context":"hover","expression":"i","frameId":1000}
  )";
  EXPECT_TRANSCRIPT(session, script);
}

}  // namespace
}  // namespace nearside::session
