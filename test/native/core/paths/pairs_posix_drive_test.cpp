// A POSIX path or a drive on this machine, each style at the far end.
#include "rule_table.hpp"

#include <gtest/gtest.h>

namespace nearside::paths {
namespace {

// clang-format off
constexpr const char* kPosixAndDrives = R"(
== POSIX here, POSIX there
   /home/me/app = /src/app
<> /home/me/app                 /src/app
<> /home/me/app/main.go         /src/app/main.go
<> /home/me/app/Pkg/Größe x.go  /src/app/Pkg/Größe x.go
<> /home/me/app/a=b/@v1.2.3     /src/app/a=b/@v1.2.3
>  //home/me//app/./main.go     /src/app/main.go
>  /home/me/app/lib/../main.go  /src/app/main.go
>  file:///home/me/app/main.go  /src/app/main.go
<  //src//app/./main.go         /home/me/app/main.go
<  /src/app/lib/../main.go      /home/me/app/main.go
<  file:///src/app/main.go      /home/me/app/main.go
>  /home/me/app2/main.go        -
<  /src/app2/main.go            -

== POSIX here, a drive there
   /home/me/app = D:\src\app
<> /home/me/app                  D:\src\app
<> /home/me/app/main.go          D:\src\app\main.go
<> /home/me/app/Pkg/Größe x.go   D:\src\app\Pkg\Größe x.go
<> /home/me/app/a=b/@v1.2.3      D:\src\app\a=b\@v1.2.3
>  //home/me//app/./main.go      D:\src\app\main.go
>  /home/me/app/lib/../main.go   D:\src\app\main.go
>  file:///home/me/app/main.go   D:\src\app\main.go
<  d:/src/app/main.go            /home/me/app/main.go
<  \\?\D:\src\app\main.go        /home/me/app/main.go
<  file:///d%3A/src/app/main.go  /home/me/app/main.go
>  /home/me/app2/main.go         -
<  D:\src\app2\main.go           -

== POSIX here, a share there
   /home/me/app = \\build\out\app
<> /home/me/app                   \\build\out\app
<> /home/me/app/main.go           \\build\out\app\main.go
<> /home/me/app/Pkg/Größe x.go    \\build\out\app\Pkg\Größe x.go
<> /home/me/app/a=b/@v1.2.3       \\build\out\app\a=b\@v1.2.3
>  //home/me//app/./main.go       \\build\out\app\main.go
>  /home/me/app/lib/../main.go    \\build\out\app\main.go
>  file:///home/me/app/main.go    \\build\out\app\main.go
<  \\BUILD\out\app\.\main.go      /home/me/app/main.go
<  \\?\UNC\build\out\app\main.go  /home/me/app/main.go
<  file://build/out/app/main.go   /home/me/app/main.go
>  /home/me/app2/main.go          -
<  \\build\out\app2\main.go       -

== POSIX here, WSL there
   /home/me/app = \\wsl.localhost\Debian\srv\app
<> /home/me/app                                  \\wsl.localhost\Debian\srv\app
<> /home/me/app/main.go                          \\wsl.localhost\Debian\srv\app\main.go
<> /home/me/app/Pkg/Größe x.go                   \\wsl.localhost\Debian\srv\app\Pkg\Größe x.go
<> /home/me/app/a=b/@v1.2.3                      \\wsl.localhost\Debian\srv\app\a=b\@v1.2.3
>  //home/me//app/./main.go                      \\wsl.localhost\Debian\srv\app\main.go
>  /home/me/app/lib/../main.go                   \\wsl.localhost\Debian\srv\app\main.go
>  file:///home/me/app/main.go                   \\wsl.localhost\Debian\srv\app\main.go
<  \\wsl$\Debian\srv\app\main.go                 /home/me/app/main.go
<  //wsl.localhost/Debian/srv/app/main.go        /home/me/app/main.go
<  vscode-remote://wsl%2Bdebian/srv/app/main.go  /home/me/app/main.go
>  /home/me/app2/main.go                         -
<  \\wsl.localhost\Debian\srv\app2\main.go       -

== POSIX here, a vscode-remote URI there
   /home/me/app = vscode-remote://dev-container+7b2268/w/app
<> /home/me/app                                              vscode-remote://dev-container+7b2268/w/app
<> /home/me/app/main.go                                      vscode-remote://dev-container+7b2268/w/app/main.go
<> /home/me/app/Pkg/Größe x.go                               vscode-remote://dev-container+7b2268/w/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go
<> /home/me/app/a=b/@v1.2.3                                  vscode-remote://dev-container+7b2268/w/app/a%3Db/%40v1.2.3
>  //home/me//app/./main.go                                  vscode-remote://dev-container+7b2268/w/app/main.go
>  /home/me/app/lib/../main.go                               vscode-remote://dev-container+7b2268/w/app/main.go
>  file:///home/me/app/main.go                               vscode-remote://dev-container+7b2268/w/app/main.go
<  vscode-remote://dev-container%2B7b2268/w/app/./main.go    /home/me/app/main.go
<  vscode-Remote://dev-container+7b2268/w/x/../app//main.go  /home/me/app/main.go
<  vscode-remote://dev-container+7b2268/w/%61pp/main.go      /home/me/app/main.go
>  /home/me/app2/main.go                                     -
<  vscode-remote://dev-container+7b2268/w/app2/main.go       -

== POSIX here, an import path there
   /home/me/app = example.com/app
<> /home/me/app                 example.com/app
<> /home/me/app/main.go         example.com/app/main.go
<> /home/me/app/Pkg/Größe x.go  example.com/app/Pkg/Größe x.go
<> /home/me/app/a=b/@v1.2.3     example.com/app/a=b/@v1.2.3
>  //home/me//app/./main.go     example.com/app/main.go
>  /home/me/app/lib/../main.go  example.com/app/main.go
>  file:///home/me/app/main.go  example.com/app/main.go
>  /home/me/app2/main.go        -
<  example.com/app2/main.go     -

== a drive here, POSIX there
   C:\Work\app = /src/app
<> C:\Work\app                    /src/app
<> C:\Work\app\main.go            /src/app/main.go
<> C:\Work\app\Pkg\Größe x.go     /src/app/Pkg/Größe x.go
<> C:\Work\app\a=b\@v1.2.3        /src/app/a=b/@v1.2.3
>  c:/Work/app/main.go            /src/app/main.go
>  \\?\C:\Work\app\main.go        /src/app/main.go
>  file:///c%3A/Work/app/main.go  /src/app/main.go
<  //src//app/./main.go           C:\Work\app\main.go
<  /src/app/lib/../main.go        C:\Work\app\main.go
<  file:///src/app/main.go        C:\Work\app\main.go
>  C:\Work\app2\main.go           -
<  /src/app2/main.go              -

== a drive here, a drive there
   C:\Work\app = D:\src\app
<> C:\Work\app                    D:\src\app
<> C:\Work\app\main.go            D:\src\app\main.go
<> C:\Work\app\Pkg\Größe x.go     D:\src\app\Pkg\Größe x.go
<> C:\Work\app\a=b\@v1.2.3        D:\src\app\a=b\@v1.2.3
>  c:/Work/app/main.go            D:\src\app\main.go
>  \\?\C:\Work\app\main.go        D:\src\app\main.go
>  file:///c%3A/Work/app/main.go  D:\src\app\main.go
<  d:/src/app/main.go             C:\Work\app\main.go
<  \\?\D:\src\app\main.go         C:\Work\app\main.go
<  file:///d%3A/src/app/main.go   C:\Work\app\main.go
>  C:\Work\app2\main.go           -
<  D:\src\app2\main.go            -

== a drive here, a share there
   C:\Work\app = \\build\out\app
<> C:\Work\app                    \\build\out\app
<> C:\Work\app\main.go            \\build\out\app\main.go
<> C:\Work\app\Pkg\Größe x.go     \\build\out\app\Pkg\Größe x.go
<> C:\Work\app\a=b\@v1.2.3        \\build\out\app\a=b\@v1.2.3
>  c:/Work/app/main.go            \\build\out\app\main.go
>  \\?\C:\Work\app\main.go        \\build\out\app\main.go
>  file:///c%3A/Work/app/main.go  \\build\out\app\main.go
<  \\BUILD\out\app\.\main.go      C:\Work\app\main.go
<  \\?\UNC\build\out\app\main.go  C:\Work\app\main.go
<  file://build/out/app/main.go   C:\Work\app\main.go
>  C:\Work\app2\main.go           -
<  \\build\out\app2\main.go       -

== a drive here, WSL there
   C:\Work\app = \\wsl.localhost\Debian\srv\app
<> C:\Work\app                                   \\wsl.localhost\Debian\srv\app
<> C:\Work\app\main.go                           \\wsl.localhost\Debian\srv\app\main.go
<> C:\Work\app\Pkg\Größe x.go                    \\wsl.localhost\Debian\srv\app\Pkg\Größe x.go
<> C:\Work\app\a=b\@v1.2.3                       \\wsl.localhost\Debian\srv\app\a=b\@v1.2.3
>  c:/Work/app/main.go                           \\wsl.localhost\Debian\srv\app\main.go
>  \\?\C:\Work\app\main.go                       \\wsl.localhost\Debian\srv\app\main.go
>  file:///c%3A/Work/app/main.go                 \\wsl.localhost\Debian\srv\app\main.go
<  \\wsl$\Debian\srv\app\main.go                 C:\Work\app\main.go
<  //wsl.localhost/Debian/srv/app/main.go        C:\Work\app\main.go
<  vscode-remote://wsl%2Bdebian/srv/app/main.go  C:\Work\app\main.go
>  C:\Work\app2\main.go                          -
<  \\wsl.localhost\Debian\srv\app2\main.go       -

== a drive here, a vscode-remote URI there
   C:\Work\app = vscode-remote://dev-container+7b2268/w/app
<> C:\Work\app                                               vscode-remote://dev-container+7b2268/w/app
<> C:\Work\app\main.go                                       vscode-remote://dev-container+7b2268/w/app/main.go
<> C:\Work\app\Pkg\Größe x.go                                vscode-remote://dev-container+7b2268/w/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go
<> C:\Work\app\a=b\@v1.2.3                                   vscode-remote://dev-container+7b2268/w/app/a%3Db/%40v1.2.3
>  c:/Work/app/main.go                                       vscode-remote://dev-container+7b2268/w/app/main.go
>  \\?\C:\Work\app\main.go                                   vscode-remote://dev-container+7b2268/w/app/main.go
>  file:///c%3A/Work/app/main.go                             vscode-remote://dev-container+7b2268/w/app/main.go
<  vscode-remote://dev-container%2B7b2268/w/app/./main.go    C:\Work\app\main.go
<  vscode-Remote://dev-container+7b2268/w/x/../app//main.go  C:\Work\app\main.go
<  vscode-remote://dev-container+7b2268/w/%61pp/main.go      C:\Work\app\main.go
>  C:\Work\app2\main.go                                      -
<  vscode-remote://dev-container+7b2268/w/app2/main.go       -

== a drive here, an import path there
   C:\Work\app = example.com/app
<> C:\Work\app                    example.com/app
<> C:\Work\app\main.go            example.com/app/main.go
<> C:\Work\app\Pkg\Größe x.go     example.com/app/Pkg/Größe x.go
<> C:\Work\app\a=b\@v1.2.3        example.com/app/a=b/@v1.2.3
>  c:/Work/app/main.go            example.com/app/main.go
>  \\?\C:\Work\app\main.go        example.com/app/main.go
>  file:///c%3A/Work/app/main.go  example.com/app/main.go
>  C:\Work\app2\main.go           -
<  example.com/app2/main.go       -
)";
// clang-format on

class PairsOfPosixAndDrives : public testing::TestWithParam<Group> {};

TEST_P(PairsOfPosixAndDrives, AreMappedBothWays) {
  expect_holds(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Paths, PairsOfPosixAndDrives,
                         testing::ValuesIn(read_table(kPosixAndDrives)));

TEST(PairsOfPosixAndDrivesTable, IsWhole) {
  EXPECT_GE(count_lines(read_table(kPosixAndDrives)), 180u);
}

}  // namespace
}  // namespace nearside::paths
