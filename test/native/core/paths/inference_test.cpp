#include "mappers.hpp"

#include <gtest/gtest.h>

namespace nearside::paths {
namespace {

using session::tidy;

class InferenceTest : public ::testing::Test, public Played {
 protected:
  void expect(std::string_view script) { EXPECT_EQ(play(script), tidy(script)); }
};

TEST_F(InferenceTest, LearnsFromAFileWithTheSameContent) {
  files.files = {{"/home/me/app/main.go", "d1"}, {"/home/me/app/pkg/x.go", "d2"}};
  expect(R"(
    >> files /src/app/main.go=d1 /src/app/pkg/x.go=d2 /go/src/fmt/print.go=d9
    << notice Paths under /src/app are taken for /home/me/app (main.go has the same content there). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
    >> client #1 request setBreakpoints {"source":{"path":"/home/me/app/pkg/x.go"}}
    << adapter #1 request setBreakpoints {"source":{"path":"/src/app/pkg/x.go"}}
    >> adapter #0 event output {"source":{"path":"/src/app/main.go"}}
    << client #0 event output {"source":{"path":"/home/me/app/main.go"}}
  )");
  ASSERT_EQ(mapper->learned().size(), 1U);
  EXPECT_EQ(mapper->learned()[0],
            (Rule{"/home/me/app", "/src/app", Origin::kLearned, "learned from main.go"}));
}

TEST_F(InferenceTest, NeverLearnsFromAFileWithAnotherContent) {
  files.files = {{"/home/me/app/cmd/main.go", "d1"}};
  expect(R"(
    >> files /go/pkg/mod/x@v1.0.0/cmd/main.go=d7
    >> adapter #0 event output {"source":{"path":"/go/pkg/mod/x@v1.0.0/cmd/main.go"}}
    << client #0 event output {"source":{"path":"/go/pkg/mod/x@v1.0.0/cmd/main.go","sourceReference":1}}
  )");
}

TEST_F(InferenceTest, TakesAnEmptyFileForNoEvidence) {
  const std::string nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  files.files = {{"/home/me/app/a/__init__.py", nothing}};
  EXPECT_EQ(step("files /usr/lib/python3/b/__init__.py=" + nothing), std::vector<std::string>());
}

TEST_F(InferenceTest, NeedsTwoComponentsWithoutAFarFile) {
  files.files = {{"/home/me/app/cmd/main.go", "d1"}, {"/home/me/app/one.go", "d2"}};
  expect(R"(
    >> files /ci/build/one.go=-
    >> files /ci/build/cmd/main.go=-
    << notice Paths under /ci/build are taken for /home/me/app (cmd/main.go has the same name there; the contents cannot be compared). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
  )");
}

TEST_F(InferenceTest, OrTwoFilesThatAgree) {
  files.files = {{"/home/me/app/one.go", "d1"}, {"/home/me/app/two.go", "d2"}};
  expect(R"(
    >> files /ci/build/one.go=-
    >> files /ci/build/one.go=-
    >> files /ci/build/two.go=-
    << notice Paths under /ci/build are taken for /home/me/app (one.go and two.go have the same name there; the contents cannot be compared). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
  )");
}

TEST_F(InferenceTest, DoesNotTakeALibraryForTheWorkspaceByItsNames) {
  files.files = {{"/home/me/app/net/http/server.go", "d1"}};
  expect(R"(
    >> files /usr/local/go/src/net/http/server.go=- /home/you/go/pkg/mod/x/net/http/server.go=-
  )");
}

TEST_F(InferenceTest, SaysAmbiguityOnceAFolderAndMakesNoRule) {
  files.files = {{"/home/me/app/a/cmd/main.go", "d1"}, {"/home/me/app/b/cmd/main.go", "d1"}};
  expect(R"(
    >> files /src/cmd/main.go=d1
    << notice No local folder is taken for /src/cmd: several files fit main.go (/home/me/app/a/cmd/main.go, /home/me/app/b/cmd/main.go). A rule of your own for it (--map, `paths`) decides.
    >> adapter #0 event output {"source":{"path":"/src/cmd/main.go"}}
    << client #0 event output {"source":{"path":"/src/cmd/main.go","sourceReference":1}}
  )");
}

TEST_F(InferenceTest, NeverReachesAboveTheWorkspace) {
  files.files = {{"/home/me/app/main.go", "d1"}};
  EXPECT_EQ(step("files /build/home/me/app/main.go=d1").size(), 2U);
  EXPECT_EQ(mapper->learned()[0].local, "/home/me/app");
  EXPECT_EQ(mapper->learned()[0].remote, "/build/home/me/app");
}

TEST_F(InferenceTest, LearnsWhatTrimpathLeaves) {
  files.files = {{"/home/me/app/main.go", "d1"}};
  expect(R"(
    >> files example.com/app/main.go=d1
    << notice Paths under example.com/app are taken for /home/me/app (main.go has the same content there). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
    >> client #1 request setBreakpoints {"source":{"path":"/home/me/app/main.go"}}
    << adapter #1 request setBreakpoints {"source":{"path":"example.com/app/main.go"}}
  )");
}

TEST_F(InferenceTest, DoesNotOverrideTheUser) {
  files.files = {{"/home/me/app/main.go", "d1"}};
  options.rules = {user_rule("/home/me/other", "/src/app")};
  expect(R"(
    >> files /src/app/main.go=d1
    >> adapter #0 event output {"source":{"path":"/src/app/main.go"}}
    << client #0 event output {"source":{"path":"/src/app/main.go","sourceReference":1}}
  )");
}

TEST_F(InferenceTest, TriesWhatItRemembersAndKeepsWhatFits) {
  files.files = {{"/home/me/app/main.go", "d1"}, {"/home/me/app/b/main.go", "d1"}};
  options.remembered = {{"/home/me/app", "/src/app", Origin::kLearned, "learned from main.go"},
                        {"/home/me/app", "/old", Origin::kLearned, "learned from x.go"}};
  expect(R"(
    >> files /src/app/main.go=d1
    << rules changed
  )");
  EXPECT_EQ(mapper->learned().size(), 2U);
  EXPECT_EQ(mapper->rules().rules().size(), 1U);
}

TEST_F(InferenceTest, TriesAgainWhenTheIndexIsReady) {
  expect(R"(
    >> files /src/app/main.go=d1
  )");
  files.files = {{"/home/me/app/main.go", "d1"}};
  expect(R"(
    >> disk
    << notice Paths under /src/app are taken for /home/me/app (main.go has the same content there). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
  )");
}

TEST_F(InferenceTest, MapsTheWholeMessageByWhatItsLastPathTaught) {
  files.files = {{"/home/me/app/a.go", "d1"}, {"/home/me/app/cmd/main.go", "d2"}};
  expect(R"(
    >> adapter #0 response to 2 stackTrace {"stackFrames":[{"source":{"path":"/ci/a.go"}},{"source":{"path":"/ci/cmd/main.go"}}]}
    << notice Paths under /ci are taken for /home/me/app (cmd/main.go has the same name there; the contents cannot be compared). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
    << client #0 response to 2 stackTrace {"stackFrames":[{"source":{"path":"/home/me/app/a.go"}},{"source":{"path":"/home/me/app/cmd/main.go"}}]}
  )");
}

TEST_F(InferenceTest, SendsBreakpointsAgainAndTellsTheClientWhatHasChanged) {
  files.files = {{"/home/me/app/a.cpp", "d1"}};
  options.adapter = "lldb-dap";
  expect(R"(
    >> client #5 request setBreakpoints {"source":{"path":"/home/me/app/a.cpp"},"breakpoints":[{"line":3},{"line":4}]}
    << adapter #5 request setBreakpoints {"source":{"path":"/home/me/app/a.cpp"},"breakpoints":[{"line":3},{"line":4}]}
    >> adapter #0 response to 5 setBreakpoints {"breakpoints":[{"id":1,"verified":false},{"id":2,"verified":false}]}
    << client #0 response to 5 setBreakpoints {"breakpoints":[{"id":1,"verified":false},{"id":2,"verified":false}]}
    >> files /src/a.cpp=d1
    << notice Paths under /src are taken for /home/me/app (a.cpp has the same content there). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
    << adapter #-2 request setBreakpoints {"breakpoints":[],"source":{"path":"/home/me/app/a.cpp"}}
    << adapter #-1 request setBreakpoints {"nearside":{"ids":[1,2]},"source":{"path":"/src/a.cpp"},"breakpoints":[{"line":3},{"line":4}]}
    >> adapter #0 response to -2 setBreakpoints {"breakpoints":[]}
    >> adapter #0 response to -1 setBreakpoints {"breakpoints":[{"id":1,"verified":true,"source":{"path":"/src/a.cpp"}},{"id":2,"verified":false}]}
    << client #0 event breakpoint {"reason":"changed","breakpoint":{"id":1,"verified":true,"source":{"path":"/home/me/app/a.cpp"}}}
  )");
}

TEST_F(InferenceTest, WaitsForTheAnswerBeforeItSendsBreakpointsAgain) {
  files.files = {{"/home/me/app/a.cpp", "d1"}};
  expect(R"(
    >> client #5 request setBreakpoints {"source":{"path":"/home/me/app/a.cpp"},"breakpoints":[{"line":3}]}
    << adapter #5 request setBreakpoints {"source":{"path":"/home/me/app/a.cpp"},"breakpoints":[{"line":3}]}
    >> files /src/a.cpp=d1
    << notice Paths under /src are taken for /home/me/app (a.cpp has the same content there). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
    >> adapter #0 response to 5 setBreakpoints {"breakpoints":[{"id":1,"verified":false}]}
    << adapter #-2 request setBreakpoints {"breakpoints":[],"source":{"path":"/home/me/app/a.cpp"}}
    << adapter #-1 request setBreakpoints {"nearside":{"ids":[1]},"source":{"path":"/src/a.cpp"},"breakpoints":[{"line":3}]}
    << client #0 response to 5 setBreakpoints {"breakpoints":[{"id":1,"verified":false}]}
    >> client #6 request setBreakpoints {"source":{"path":"/home/me/app/a.cpp"},"breakpoints":[]}
    << adapter #6 request setBreakpoints {"source":{"path":"/src/a.cpp"},"breakpoints":[]}
    >> adapter #0 response to -1 setBreakpoints {"breakpoints":[{"id":1,"verified":true}]}
  )");
}

TEST_F(InferenceTest, FindsByItsContentWhatTheClientOpensThroughALink) {
  files.files = {{"/link/app/main.go", "d1"}, {"/real/app/main.go", "d1"}, {"/link/x.go", "d3"}};
  options.workspace = "/link/app";
  expect(R"(
    >> files /real/app/main.go=d1 /real/x.go=d4
    >> client #1 request setBreakpoints {"source":{"path":"/link/app/main.go"}}
    << notice Paths under /real/app are taken for /link/app (main.go has the same content there). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
    << adapter #1 request setBreakpoints {"source":{"path":"/real/app/main.go"}}
    >> adapter #0 event output {"source":{"path":"/real/app/main.go"}}
    << client #0 event output {"source":{"path":"/link/app/main.go"}}
    >> client #2 request setBreakpoints {"source":{"path":"/link/x.go"}}
    << adapter #2 request setBreakpoints {"source":{"path":"/link/x.go"}}
  )");
}

TEST_F(InferenceTest, FindsAModuleThatIsReplacedByAFolderBesideTheWorkspace) {
  files.files = {{"/home/me/app/main.go", "d1"}, {"/home/me/lib/sub/lib.go", "d2"}};
  options.presets = {{"/home/me/lib", "example.com/lib@v1.0.0", Origin::kPreset, "go.mod"}};
  expect(R"(
    >> files /build/lib/sub/lib.go=d2 /build/lib/other/lib.go=d3
    << notice Paths under /build/lib are taken for /home/me/lib (sub/lib.go has the same content there). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
  )");
}

TEST_F(InferenceTest, LearnsNothingFromWhatTheAdapterOnlyRepeats) {
  files.files = {{"/home/me/app/cmd/a.go", "d1"}};
  expect(R"(
    >> adapter #0 response to 1 setBreakpoints {"breakpoints":[{"id":1,"verified":false,"source":{"path":"/elsewhere/cmd/a.go"}}]}
    << client #0 response to 1 setBreakpoints {"breakpoints":[{"id":1,"verified":false,"source":{"path":"/elsewhere/cmd/a.go"}}]}
  )");
}

TEST_F(InferenceTest, LearnsFromTheProgramThatAnAdapterNames) {
  files.files = {{"/home/me/app/cmd/a.py", "d1"}};
  expect(R"(
    >> adapter #0 event process {"name":"/far/cmd/a.py"}
    << notice Paths under /far are taken for /home/me/app (cmd/a.py has the same name there; the contents cannot be compared). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
    << client #0 event process {"name":"/home/me/app/cmd/a.py"}
  )");
}

TEST_F(InferenceTest, LearnsForAWindowsClientOfANearEndInsideWsl) {
  options.local.wsl_distribution = "Ubuntu";
  options.local.mounts = {{"C:\\", "/mnt/c"}};
  options.workspace = "/mnt/c/me/app";
  files.files = {{"/mnt/c/me/app/main.go", "d1"}, {"/mnt/c/me/app/b.go", "d2"}};
  expect(R"(
    >> files /src/app/main.go=d1 /src/app/b.go=d2
    << notice Paths under /src/app are taken for /mnt/c/me/app (main.go has the same content there). A rule of your own (--map, `paths`) decides otherwise.
    << rules changed
    >> client #1 request setBreakpoints {"source":{"path":"c:/me/app/Main.go"}}
    << rules changed
    << adapter #1 request setBreakpoints {"source":{"path":"/src/app/main.go"}}
    >> adapter #0 response to 1 stackTrace {"stackFrames":[{"source":{"path":"/src/app/main.go"}},{"source":{"path":"/src/app/b.go"}},{"source":{"path":"/src/app/c.go"}}]}
    << client #0 response to 1 stackTrace {"stackFrames":[{"source":{"path":"c:/me/app/Main.go"}},{"source":{"path":"C:\\me\\app\\b.go"}},{"source":{"path":"/src/app/c.go"}}]}
  )");
}

}  // namespace
}  // namespace nearside::paths
