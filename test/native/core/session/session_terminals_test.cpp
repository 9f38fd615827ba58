// Terminals that a client shows: what runs in them, what is typed, and who hears of their output.
#include "sessions.hpp"

namespace nearside::session {
namespace {

/// A session whose client shows terminals, with one in which something runs; the adapter has seen
/// seq 2.
Session with_terminal() {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request initialize {"clientID":"vscode","supportsRunInTerminalRequest":true,"nearside":{"terminals":true}}
    << adapter #1 request initialize {"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,"clientID":"vscode","supportsRunInTerminalRequest":true}
    >> adapter #0 response to 1 initialize {"supportTerminateDebuggee":true}
    << client #0 response to 1 initialize {"supportTerminateDebuggee":true}
    >> client #2 request launch {"program":"/p"}
    << adapter #2 request launch {"program":"/p"}
    >> adapter #0 response to 2 launch
    << client #0 response to 2 launch
    >> adapter #5 request runInTerminal {"kind":"integrated","title":"Orders","cwd":"/src","args":["python3","a.py"]}
    << terminal 1 ["python3","a.py"] in /src titled Orders for its user
    >> terminal started 1 4242
    << client #0 event nearside.terminal {"process":4242,"terminal":1,"title":"Orders"}
    << adapter #3 response to 5 runInTerminal {"processId":4242}
  )");
  return session;
}

TEST(ShownTerminal, IsTypedIntoByItsUserAndItsOutputIsNoProgramOutput) {
  auto session = with_terminal();
  EXPECT_TRANSCRIPT(session, R"(
    >> terminal output 1 name?
    << client #0 event nearside.terminal {"output":"name?","terminal":1}
    >> client #3 request nearside.terminal {"terminal":1,"input":"Ada\r"}
    << use terminal 1 #3 "Ada\r"
    >> terminal used 3
    << client #0 response to 3 nearside.terminal
    >> client #4 request nearside.terminal {"terminal":1,"columns":100,"rows":30}
    << use terminal 1 #4 "" 100x30
    >> client #5 request nearside.terminal {"terminal":1,"close":true}
    << use terminal 1 #5 "" close
    >> terminal ended 1
    << client #0 event nearside.terminal {"ended":true,"terminal":1}
    >> client #6 request nearside.terminal {"terminal":1,"input":"x"}
    << client #0 error 106 to 6 nearside.terminal: There is no such terminal any more.
  )");
}

TEST(ShownTerminal, IsShownAgainToTheNextClientThatCan) {
  auto session = with_terminal();
  EXPECT_TRANSCRIPT(session, R"(
    >> left
    >> joins
    >> client2 #1 request initialize {"nearside":{"terminals":true}}
    << client2 #0 response to 1 initialize {"supportTerminateDebuggee":true}
    << client2 #0 event nearside.terminal {"process":4242,"terminal":1,"title":"Orders"}
    << client2 #0 event initialized
    >> terminal output 1 more
    << client2 #0 event nearside.terminal {"output":"more","terminal":1}
  )");
}

TEST(ShownTerminal, IsTheProgramsOutputToAClientThatShowsNone) {
  auto session = with_terminal();
  EXPECT_TRANSCRIPT(session, R"(
    >> left
    >> joins
    >> client2 #1 request initialize {}
    << client2 #0 response to 1 initialize {"supportTerminateDebuggee":true}
    << client2 #0 event initialized
    >> terminal output 1 more
    << client2 #0 event output {"category":"stdout","output":"more"}
    >> terminal ended 1
  )");
}

TEST(ShownTerminal, OfANumberThatIsNoneIsRefused) {
  auto session = with_terminal();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request nearside.terminal {"terminal":2,"input":"x"}
    << client #0 error 106 to 3 nearside.terminal: There is no such terminal any more.
    >> client #4 request nearside.terminal {"terminal":-1}
    << client #0 error 106 to 4 nearside.terminal: There is no such terminal any more.
    >> client #5 request nearside.terminal
    << client #0 error 106 to 5 nearside.terminal: There is no such terminal any more.
  )");
}

}  // namespace
}  // namespace nearside::session
