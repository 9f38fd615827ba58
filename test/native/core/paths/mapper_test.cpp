#include "mappers.hpp"

#include <gtest/gtest.h>

namespace nearside::paths {
namespace {

using session::tidy;

class MapperTest : public ::testing::Test, public Played {
 protected:
  void expect(std::string_view script) { EXPECT_EQ(play(script), tidy(script)); }
};

TEST_F(MapperTest, MapsBreakpointsThereAndFramesBack) {
  options.rules = {user_rule("/home/me/app", "/src/app")};
  expect(R"(
    >> client #1 request setBreakpoints {"source":{"path":"/home/me/app/a.go"},"breakpoints":[{"line":3}]}
    << adapter #1 request setBreakpoints {"source":{"path":"/src/app/a.go"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 1 setBreakpoints {"breakpoints":[{"id":1,"verified":true,"source":{"path":"/src/app/a.go"}}]}
    << client #0 response to 1 setBreakpoints {"breakpoints":[{"id":1,"verified":true,"source":{"path":"/home/me/app/a.go"}}]}
    >> client #2 request stackTrace {"threadId":1}
    << adapter #2 request stackTrace {"threadId":1}
    >> adapter #0 response to 2 stackTrace {"stackFrames":[{"id":1,"source":{"name":"a.go","path":"/src/app/a.go"}}]}
    << client #0 response to 2 stackTrace {"stackFrames":[{"id":1,"source":{"name":"a.go","path":"/home/me/app/a.go"}}]}
  )");
}

TEST_F(MapperTest, LeavesMessagesWithoutPathsAsTheyCame) {
  options.rules = {user_rule("/home/me/app", "/src/app")};
  expect(R"(
    >> adapter #0 response to 2 variables {"variables":[{"name":"p","value":"/src/app/a.go"}]}
    << client #0 response to 2 variables {"variables":[{"name":"p","value":"/src/app/a.go"}]}
    >> client #3 request evaluate {"expression":"/home/me/app/x"}
    << adapter #3 request evaluate {"expression":"/home/me/app/x"}
  )");
}

TEST_F(MapperTest, AnswersInTheSpellingThatTheClientUses) {
  options.rules = {user_rule("C:\\x", "/src")};
  expect(R"(
    >> files /src/a.go=d1
    >> client #1 request setBreakpoints {"source":{"path":"c:/x/A.go"}}
    << adapter #1 request setBreakpoints {"source":{"path":"/src/a.go"}}
    >> adapter #0 response to 1 setBreakpoints {"breakpoints":[{"id":1,"source":{"path":"/src/a.go"}}]}
    << client #0 response to 1 setBreakpoints {"breakpoints":[{"id":1,"source":{"path":"c:/x/A.go"}}]}
    >> client #2 request setBreakpoints {"source":{"path":"C:\\x\\a.go"}}
    << adapter #2 request setBreakpoints {"source":{"path":"/src/a.go"}}
    >> adapter #0 event output {"source":{"path":"/src/a.go"}}
    << client #0 event output {"source":{"path":"C:\\x\\a.go"}}
  )");
}

TEST_F(MapperTest, ServesAFileThatIsNotHereFromTheFarSide) {
  expect(R"(
    >> files /go/src/fmt/print.go=d9
    >> adapter #0 response to 2 stackTrace {"stackFrames":[{"id":1,"source":{"name":"print.go","path":"/go/src/fmt/print.go"}}]}
    << client #0 response to 2 stackTrace {"stackFrames":[{"id":1,"source":{"name":"print.go","path":"/go/src/fmt/print.go","sourceReference":1}}]}
    >> client #3 request source {"sourceReference":1,"source":{"path":"/go/src/fmt/print.go","sourceReference":1}}
    << adapter #3 request nearside.source {"path":"/go/src/fmt/print.go"}
    >> adapter #9 response to 3 nearside.source {"content":"package fmt"}
    << client #9 response to 3 source {"content":"package fmt"}
    >> client #4 request source {"sourceReference":1}
    << adapter #4 request nearside.source {"path":"/go/src/fmt/print.go"}
    >> adapter #9 error to 4 nearside.source: It is gone.
    << client #9 error to 4 source: It is gone.
  )");
}

TEST_F(MapperTest, SetsBreakpointsInADocumentOfTheFarSide) {
  expect(R"(
    >> files /go/src/fmt/print.go=d9
    >> adapter #0 event loadedSource {"reason":"new","source":{"path":"/go/src/fmt/print.go","sourceReference":0}}
    << client #0 event loadedSource {"reason":"new","source":{"path":"/go/src/fmt/print.go","sourceReference":1}}
    >> client #3 request setBreakpoints {"source":{"name":"print.go","path":"/go/src/fmt/print.go","sourceReference":1},"breakpoints":[{"line":1}]}
    << adapter #3 request setBreakpoints {"source":{"name":"print.go","path":"/go/src/fmt/print.go"},"breakpoints":[{"line":1}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":1,"source":{"path":"/go/src/fmt/print.go"}}]}
    << client #0 response to 3 setBreakpoints {"breakpoints":[{"id":1,"source":{"path":"/go/src/fmt/print.go","sourceReference":1}}]}
    >> client #4 request setBreakpoints {"source":{"sourceReference":1}}
    << adapter #4 request setBreakpoints {"source":{"path":"/go/src/fmt/print.go"}}
    >> client #5 request gotoTargets {"source":{"sourceReference":1,"path":"/go/src/fmt/print.go"},"line":2}
    << adapter #5 request gotoTargets {"source":{"path":"/go/src/fmt/print.go"},"line":2}
  )");
}

TEST_F(MapperTest, RenumbersTheAdaptersOwnSources) {
  expect(R"(
    >> files /go/src/fmt/print.go=d9
    >> adapter #0 event output {"source":{"path":"/go/src/fmt/print.go"}}
    << client #0 event output {"source":{"path":"/go/src/fmt/print.go","sourceReference":1}}
    >> adapter #0 event output {"source":{"name":"eval","sourceReference":1}}
    << client #0 event output {"source":{"name":"eval","sourceReference":2}}
    >> client #3 request source {"sourceReference":2,"source":{"sourceReference":2,"name":"eval"}}
    << adapter #3 request source {"sourceReference":1,"source":{"sourceReference":1,"name":"eval"}}
    >> adapter #9 response to 3 source {"content":"1+1"}
    << client #9 response to 3 source {"content":"1+1"}
  )");
}

TEST_F(MapperTest, NeverTakesANumberOfAnEarlierSessionForAFileOfThisOne) {
  expect(R"(
    >> files /go/src/fmt/print.go=d9
    >> adapter #0 event output {"source":{"path":"/go/src/fmt/print.go"}}
    << client #0 event output {"source":{"path":"/go/src/fmt/print.go","sourceReference":1}}
    >> client #3 request setBreakpoints {"source":{"path":"/go/src/os/file.go","sourceReference":1}}
    << adapter #3 request setBreakpoints {"source":{"path":"/go/src/os/file.go"}}
    >> client #4 request setBreakpoints {"source":{"path":"/go/src/os/file.go","sourceReference":7}}
    << adapter #4 request setBreakpoints {"source":{"path":"/go/src/os/file.go"}}
    >> client #5 request source {"sourceReference":7}
    << client #0 error 106 to 5 source: This source was opened in an earlier debug session and cannot be read in this one. Open it from the call stack again.
    >> client #6 request source {"sourceReference":1,"source":{"path":"/go/src/os/file.go","sourceReference":1}}
    << client #0 error 106 to 6 source: This source was opened in an earlier debug session and cannot be read in this one. Open it from the call stack again.
  )");
}

TEST_F(MapperTest, TakesTheRulesOutOfALaunchAndMapsItsPaths) {
  expect(R"(
    >> client #1 request launch {"program":"/home/me/app/cmd","substitutePath":[{"from":"/home/me/app","to":"/src"}]}
    << rules changed
    << adapter #1 request launch {"program":"/src/cmd"}
    >> adapter #0 event output {"source":{"path":"/src/cmd/main.go"}}
    << client #0 event output {"source":{"path":"/home/me/app/cmd/main.go"}}
  )");
}

TEST_F(MapperTest, MapsWhatASubprocessIsDebuggedWith) {
  options.rules = {user_rule("/home/me/app", "/src")};
  options.adapter = "debugpy";
  expect(R"(
    >> adapter #4 request startDebugging {"request":"attach","configuration":{"program":"/src/x.py","cwd":"/src","subProcessId":7,"connect":{"port":1}}}
    << client #4 request startDebugging {"configuration":{"connect":{"port":1},"cwd":"/home/me/app","program":"/home/me/app/x.py","subProcessId":7},"request":"attach"}
  )");
}

TEST_F(MapperTest, SpeaksUrisWithAClientThatDoes) {
  options.rules = {user_rule("/home/me/my app", "/src")};
  expect(R"(
    >> client #1 request initialize {"clientID":"x","pathFormat":"uri"}
    << adapter #1 request initialize {"clientID":"x","pathFormat":"path"}
    >> client #2 request setBreakpoints {"source":{"path":"file:///home/me/my%20app/a.go"}}
    << adapter #2 request setBreakpoints {"source":{"path":"/src/a.go"}}
    >> adapter #0 event output {"source":{"path":"/src/b.go"}}
    << client #0 event output {"source":{"path":"file:///home/me/my%20app/b.go"}}
  )");
}

TEST_F(MapperTest, GivesTheAdapterOneSpellingAFile) {
  expect(R"(
    >> client #1 request setBreakpoints {"source":{"path":"/home/me//app/./x/../a.go"}}
    << adapter #1 request setBreakpoints {"source":{"path":"/home/me/app/a.go"}}
  )");
}

}  // namespace
}  // namespace nearside::paths
