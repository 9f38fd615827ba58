// A share, a distribution or a remote URI on this machine, each style at the far end.
#include "rule_table.hpp"

#include <gtest/gtest.h>

namespace nearside::paths {
namespace {

// clang-format off
constexpr const char* kSharesAndRemotes = R"(
== a share here, POSIX there
   \\nas\code\app = /src/app
<> \\nas\code\app                 /src/app
<> \\nas\code\app\main.go         /src/app/main.go
<> \\nas\code\app\Pkg\Größe x.go  /src/app/Pkg/Größe x.go
<> \\nas\code\app\a=b\@v1.2.3     /src/app/a=b/@v1.2.3
>  \\NAS\code\app\.\main.go       /src/app/main.go
>  \\?\UNC\nas\code\app\main.go   /src/app/main.go
>  file://nas/code/app/main.go    /src/app/main.go
<  //src//app/./main.go           \\nas\code\app\main.go
<  /src/app/lib/../main.go        \\nas\code\app\main.go
<  file:///src/app/main.go        \\nas\code\app\main.go
>  \\nas\code\app2\main.go        -
<  /src/app2/main.go              -

== a share here, a drive there
   \\nas\code\app = D:\src\app
<> \\nas\code\app                 D:\src\app
<> \\nas\code\app\main.go         D:\src\app\main.go
<> \\nas\code\app\Pkg\Größe x.go  D:\src\app\Pkg\Größe x.go
<> \\nas\code\app\a=b\@v1.2.3     D:\src\app\a=b\@v1.2.3
>  \\NAS\code\app\.\main.go       D:\src\app\main.go
>  \\?\UNC\nas\code\app\main.go   D:\src\app\main.go
>  file://nas/code/app/main.go    D:\src\app\main.go
<  d:/src/app/main.go             \\nas\code\app\main.go
<  \\?\D:\src\app\main.go         \\nas\code\app\main.go
<  file:///d%3A/src/app/main.go   \\nas\code\app\main.go
>  \\nas\code\app2\main.go        -
<  D:\src\app2\main.go            -

== a share here, a share there
   \\nas\code\app = \\build\out\app
<> \\nas\code\app                 \\build\out\app
<> \\nas\code\app\main.go         \\build\out\app\main.go
<> \\nas\code\app\Pkg\Größe x.go  \\build\out\app\Pkg\Größe x.go
<> \\nas\code\app\a=b\@v1.2.3     \\build\out\app\a=b\@v1.2.3
>  \\NAS\code\app\.\main.go       \\build\out\app\main.go
>  \\?\UNC\nas\code\app\main.go   \\build\out\app\main.go
>  file://nas/code/app/main.go    \\build\out\app\main.go
<  \\BUILD\out\app\.\main.go      \\nas\code\app\main.go
<  \\?\UNC\build\out\app\main.go  \\nas\code\app\main.go
<  file://build/out/app/main.go   \\nas\code\app\main.go
>  \\nas\code\app2\main.go        -
<  \\build\out\app2\main.go       -

== a share here, WSL there
   \\nas\code\app = \\wsl.localhost\Debian\srv\app
<> \\nas\code\app                                \\wsl.localhost\Debian\srv\app
<> \\nas\code\app\main.go                        \\wsl.localhost\Debian\srv\app\main.go
<> \\nas\code\app\Pkg\Größe x.go                 \\wsl.localhost\Debian\srv\app\Pkg\Größe x.go
<> \\nas\code\app\a=b\@v1.2.3                    \\wsl.localhost\Debian\srv\app\a=b\@v1.2.3
>  \\NAS\code\app\.\main.go                      \\wsl.localhost\Debian\srv\app\main.go
>  \\?\UNC\nas\code\app\main.go                  \\wsl.localhost\Debian\srv\app\main.go
>  file://nas/code/app/main.go                   \\wsl.localhost\Debian\srv\app\main.go
<  \\wsl$\Debian\srv\app\main.go                 \\nas\code\app\main.go
<  //wsl.localhost/Debian/srv/app/main.go        \\nas\code\app\main.go
<  vscode-remote://wsl%2Bdebian/srv/app/main.go  \\nas\code\app\main.go
>  \\nas\code\app2\main.go                       -
<  \\wsl.localhost\Debian\srv\app2\main.go       -

== a share here, a vscode-remote URI there
   \\nas\code\app = vscode-remote://dev-container+7b2268/w/app
<> \\nas\code\app                                            vscode-remote://dev-container+7b2268/w/app
<> \\nas\code\app\main.go                                    vscode-remote://dev-container+7b2268/w/app/main.go
<> \\nas\code\app\Pkg\Größe x.go                             vscode-remote://dev-container+7b2268/w/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go
<> \\nas\code\app\a=b\@v1.2.3                                vscode-remote://dev-container+7b2268/w/app/a%3Db/%40v1.2.3
>  \\NAS\code\app\.\main.go                                  vscode-remote://dev-container+7b2268/w/app/main.go
>  \\?\UNC\nas\code\app\main.go                              vscode-remote://dev-container+7b2268/w/app/main.go
>  file://nas/code/app/main.go                               vscode-remote://dev-container+7b2268/w/app/main.go
<  vscode-remote://dev-container%2B7b2268/w/app/./main.go    \\nas\code\app\main.go
<  vscode-Remote://dev-container+7b2268/w/x/../app//main.go  \\nas\code\app\main.go
<  vscode-remote://dev-container+7b2268/w/%61pp/main.go      \\nas\code\app\main.go
>  \\nas\code\app2\main.go                                   -
<  vscode-remote://dev-container+7b2268/w/app2/main.go       -

== a share here, an import path there
   \\nas\code\app = example.com/app
<> \\nas\code\app                 example.com/app
<> \\nas\code\app\main.go         example.com/app/main.go
<> \\nas\code\app\Pkg\Größe x.go  example.com/app/Pkg/Größe x.go
<> \\nas\code\app\a=b\@v1.2.3     example.com/app/a=b/@v1.2.3
>  \\NAS\code\app\.\main.go       example.com/app/main.go
>  \\?\UNC\nas\code\app\main.go   example.com/app/main.go
>  file://nas/code/app/main.go    example.com/app/main.go
>  \\nas\code\app2\main.go        -
<  example.com/app2/main.go       -

== WSL here, POSIX there
   \\wsl.localhost\Ubuntu\home\u\app = /src/app
<> \\wsl.localhost\Ubuntu\home\u\app                 /src/app
<> \\wsl.localhost\Ubuntu\home\u\app\main.go         /src/app/main.go
<> \\wsl.localhost\Ubuntu\home\u\app\Pkg\Größe x.go  /src/app/Pkg/Größe x.go
<> \\wsl.localhost\Ubuntu\home\u\app\a=b\@v1.2.3     /src/app/a=b/@v1.2.3
>  \\wsl$\Ubuntu\home\u\app\main.go                  /src/app/main.go
>  //wsl.localhost/ubuntu/home/u/app/main.go         /src/app/main.go
>  vscode-remote://wsl%2Bubuntu/home/u/app/main.go   /src/app/main.go
<  //src//app/./main.go                              \\wsl.localhost\Ubuntu\home\u\app\main.go
<  /src/app/lib/../main.go                           \\wsl.localhost\Ubuntu\home\u\app\main.go
<  file:///src/app/main.go                           \\wsl.localhost\Ubuntu\home\u\app\main.go
>  \\wsl.localhost\Ubuntu\home\u\app2\main.go        -
<  /src/app2/main.go                                 -

== WSL here, a drive there
   \\wsl.localhost\Ubuntu\home\u\app = D:\src\app
<> \\wsl.localhost\Ubuntu\home\u\app                 D:\src\app
<> \\wsl.localhost\Ubuntu\home\u\app\main.go         D:\src\app\main.go
<> \\wsl.localhost\Ubuntu\home\u\app\Pkg\Größe x.go  D:\src\app\Pkg\Größe x.go
<> \\wsl.localhost\Ubuntu\home\u\app\a=b\@v1.2.3     D:\src\app\a=b\@v1.2.3
>  \\wsl$\Ubuntu\home\u\app\main.go                  D:\src\app\main.go
>  //wsl.localhost/ubuntu/home/u/app/main.go         D:\src\app\main.go
>  vscode-remote://wsl%2Bubuntu/home/u/app/main.go   D:\src\app\main.go
<  d:/src/app/main.go                                \\wsl.localhost\Ubuntu\home\u\app\main.go
<  \\?\D:\src\app\main.go                            \\wsl.localhost\Ubuntu\home\u\app\main.go
<  file:///d%3A/src/app/main.go                      \\wsl.localhost\Ubuntu\home\u\app\main.go
>  \\wsl.localhost\Ubuntu\home\u\app2\main.go        -
<  D:\src\app2\main.go                               -

== WSL here, a share there
   \\wsl.localhost\Ubuntu\home\u\app = \\build\out\app
<> \\wsl.localhost\Ubuntu\home\u\app                 \\build\out\app
<> \\wsl.localhost\Ubuntu\home\u\app\main.go         \\build\out\app\main.go
<> \\wsl.localhost\Ubuntu\home\u\app\Pkg\Größe x.go  \\build\out\app\Pkg\Größe x.go
<> \\wsl.localhost\Ubuntu\home\u\app\a=b\@v1.2.3     \\build\out\app\a=b\@v1.2.3
>  \\wsl$\Ubuntu\home\u\app\main.go                  \\build\out\app\main.go
>  //wsl.localhost/ubuntu/home/u/app/main.go         \\build\out\app\main.go
>  vscode-remote://wsl%2Bubuntu/home/u/app/main.go   \\build\out\app\main.go
<  \\BUILD\out\app\.\main.go                         \\wsl.localhost\Ubuntu\home\u\app\main.go
<  \\?\UNC\build\out\app\main.go                     \\wsl.localhost\Ubuntu\home\u\app\main.go
<  file://build/out/app/main.go                      \\wsl.localhost\Ubuntu\home\u\app\main.go
>  \\wsl.localhost\Ubuntu\home\u\app2\main.go        -
<  \\build\out\app2\main.go                          -

== WSL here, WSL there
   \\wsl.localhost\Ubuntu\home\u\app = \\wsl.localhost\Debian\srv\app
<> \\wsl.localhost\Ubuntu\home\u\app                 \\wsl.localhost\Debian\srv\app
<> \\wsl.localhost\Ubuntu\home\u\app\main.go         \\wsl.localhost\Debian\srv\app\main.go
<> \\wsl.localhost\Ubuntu\home\u\app\Pkg\Größe x.go  \\wsl.localhost\Debian\srv\app\Pkg\Größe x.go
<> \\wsl.localhost\Ubuntu\home\u\app\a=b\@v1.2.3     \\wsl.localhost\Debian\srv\app\a=b\@v1.2.3
>  \\wsl$\Ubuntu\home\u\app\main.go                  \\wsl.localhost\Debian\srv\app\main.go
>  //wsl.localhost/ubuntu/home/u/app/main.go         \\wsl.localhost\Debian\srv\app\main.go
>  vscode-remote://wsl%2Bubuntu/home/u/app/main.go   \\wsl.localhost\Debian\srv\app\main.go
<  \\wsl$\Debian\srv\app\main.go                     \\wsl.localhost\Ubuntu\home\u\app\main.go
<  //wsl.localhost/Debian/srv/app/main.go            \\wsl.localhost\Ubuntu\home\u\app\main.go
<  vscode-remote://wsl%2Bdebian/srv/app/main.go      \\wsl.localhost\Ubuntu\home\u\app\main.go
>  \\wsl.localhost\Ubuntu\home\u\app2\main.go        -
<  \\wsl.localhost\Debian\srv\app2\main.go           -

== WSL here, a vscode-remote URI there
   \\wsl.localhost\Ubuntu\home\u\app = vscode-remote://dev-container+7b2268/w/app
<> \\wsl.localhost\Ubuntu\home\u\app                         vscode-remote://dev-container+7b2268/w/app
<> \\wsl.localhost\Ubuntu\home\u\app\main.go                 vscode-remote://dev-container+7b2268/w/app/main.go
<> \\wsl.localhost\Ubuntu\home\u\app\Pkg\Größe x.go          vscode-remote://dev-container+7b2268/w/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go
<> \\wsl.localhost\Ubuntu\home\u\app\a=b\@v1.2.3             vscode-remote://dev-container+7b2268/w/app/a%3Db/%40v1.2.3
>  \\wsl$\Ubuntu\home\u\app\main.go                          vscode-remote://dev-container+7b2268/w/app/main.go
>  //wsl.localhost/ubuntu/home/u/app/main.go                 vscode-remote://dev-container+7b2268/w/app/main.go
>  vscode-remote://wsl%2Bubuntu/home/u/app/main.go           vscode-remote://dev-container+7b2268/w/app/main.go
<  vscode-remote://dev-container%2B7b2268/w/app/./main.go    \\wsl.localhost\Ubuntu\home\u\app\main.go
<  vscode-Remote://dev-container+7b2268/w/x/../app//main.go  \\wsl.localhost\Ubuntu\home\u\app\main.go
<  vscode-remote://dev-container+7b2268/w/%61pp/main.go      \\wsl.localhost\Ubuntu\home\u\app\main.go
>  \\wsl.localhost\Ubuntu\home\u\app2\main.go                -
<  vscode-remote://dev-container+7b2268/w/app2/main.go       -

== WSL here, an import path there
   \\wsl.localhost\Ubuntu\home\u\app = example.com/app
<> \\wsl.localhost\Ubuntu\home\u\app                 example.com/app
<> \\wsl.localhost\Ubuntu\home\u\app\main.go         example.com/app/main.go
<> \\wsl.localhost\Ubuntu\home\u\app\Pkg\Größe x.go  example.com/app/Pkg/Größe x.go
<> \\wsl.localhost\Ubuntu\home\u\app\a=b\@v1.2.3     example.com/app/a=b/@v1.2.3
>  \\wsl$\Ubuntu\home\u\app\main.go                  example.com/app/main.go
>  //wsl.localhost/ubuntu/home/u/app/main.go         example.com/app/main.go
>  vscode-remote://wsl%2Bubuntu/home/u/app/main.go   example.com/app/main.go
>  \\wsl.localhost\Ubuntu\home\u\app2\main.go        -
<  example.com/app2/main.go                          -

== a vscode-remote URI here, POSIX there
   vscode-remote://ssh-remote+board/home/pi/app = /src/app
<> vscode-remote://ssh-remote+board/home/pi/app                             /src/app
<> vscode-remote://ssh-remote+board/home/pi/app/main.go                     /src/app/main.go
<> vscode-remote://ssh-remote+board/home/pi/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go  /src/app/Pkg/Größe x.go
<> vscode-remote://ssh-remote+board/home/pi/app/a%3Db/%40v1.2.3             /src/app/a=b/@v1.2.3
>  vscode-remote://ssh-remote%2Bboard/home/pi/app/./main.go                 /src/app/main.go
>  vscode-Remote://ssh-remote+board/home/pi/x/../app//main.go               /src/app/main.go
>  vscode-remote://ssh-remote+board/home/pi/%61pp/main.go                   /src/app/main.go
<  //src//app/./main.go                                                     vscode-remote://ssh-remote+board/home/pi/app/main.go
<  /src/app/lib/../main.go                                                  vscode-remote://ssh-remote+board/home/pi/app/main.go
<  file:///src/app/main.go                                                  vscode-remote://ssh-remote+board/home/pi/app/main.go
>  vscode-remote://ssh-remote+board/home/pi/app2/main.go                    -
<  /src/app2/main.go                                                        -

== a vscode-remote URI here, a drive there
   vscode-remote://ssh-remote+board/home/pi/app = D:\src\app
<> vscode-remote://ssh-remote+board/home/pi/app                             D:\src\app
<> vscode-remote://ssh-remote+board/home/pi/app/main.go                     D:\src\app\main.go
<> vscode-remote://ssh-remote+board/home/pi/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go  D:\src\app\Pkg\Größe x.go
<> vscode-remote://ssh-remote+board/home/pi/app/a%3Db/%40v1.2.3             D:\src\app\a=b\@v1.2.3
>  vscode-remote://ssh-remote%2Bboard/home/pi/app/./main.go                 D:\src\app\main.go
>  vscode-Remote://ssh-remote+board/home/pi/x/../app//main.go               D:\src\app\main.go
>  vscode-remote://ssh-remote+board/home/pi/%61pp/main.go                   D:\src\app\main.go
<  d:/src/app/main.go                                                       vscode-remote://ssh-remote+board/home/pi/app/main.go
<  \\?\D:\src\app\main.go                                                   vscode-remote://ssh-remote+board/home/pi/app/main.go
<  file:///d%3A/src/app/main.go                                             vscode-remote://ssh-remote+board/home/pi/app/main.go
>  vscode-remote://ssh-remote+board/home/pi/app2/main.go                    -
<  D:\src\app2\main.go                                                      -

== a vscode-remote URI here, a share there
   vscode-remote://ssh-remote+board/home/pi/app = \\build\out\app
<> vscode-remote://ssh-remote+board/home/pi/app                             \\build\out\app
<> vscode-remote://ssh-remote+board/home/pi/app/main.go                     \\build\out\app\main.go
<> vscode-remote://ssh-remote+board/home/pi/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go  \\build\out\app\Pkg\Größe x.go
<> vscode-remote://ssh-remote+board/home/pi/app/a%3Db/%40v1.2.3             \\build\out\app\a=b\@v1.2.3
>  vscode-remote://ssh-remote%2Bboard/home/pi/app/./main.go                 \\build\out\app\main.go
>  vscode-Remote://ssh-remote+board/home/pi/x/../app//main.go               \\build\out\app\main.go
>  vscode-remote://ssh-remote+board/home/pi/%61pp/main.go                   \\build\out\app\main.go
<  \\BUILD\out\app\.\main.go                                                vscode-remote://ssh-remote+board/home/pi/app/main.go
<  \\?\UNC\build\out\app\main.go                                            vscode-remote://ssh-remote+board/home/pi/app/main.go
<  file://build/out/app/main.go                                             vscode-remote://ssh-remote+board/home/pi/app/main.go
>  vscode-remote://ssh-remote+board/home/pi/app2/main.go                    -
<  \\build\out\app2\main.go                                                 -

== a vscode-remote URI here, WSL there
   vscode-remote://ssh-remote+board/home/pi/app = \\wsl.localhost\Debian\srv\app
<> vscode-remote://ssh-remote+board/home/pi/app                             \\wsl.localhost\Debian\srv\app
<> vscode-remote://ssh-remote+board/home/pi/app/main.go                     \\wsl.localhost\Debian\srv\app\main.go
<> vscode-remote://ssh-remote+board/home/pi/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go  \\wsl.localhost\Debian\srv\app\Pkg\Größe x.go
<> vscode-remote://ssh-remote+board/home/pi/app/a%3Db/%40v1.2.3             \\wsl.localhost\Debian\srv\app\a=b\@v1.2.3
>  vscode-remote://ssh-remote%2Bboard/home/pi/app/./main.go                 \\wsl.localhost\Debian\srv\app\main.go
>  vscode-Remote://ssh-remote+board/home/pi/x/../app//main.go               \\wsl.localhost\Debian\srv\app\main.go
>  vscode-remote://ssh-remote+board/home/pi/%61pp/main.go                   \\wsl.localhost\Debian\srv\app\main.go
<  \\wsl$\Debian\srv\app\main.go                                            vscode-remote://ssh-remote+board/home/pi/app/main.go
<  //wsl.localhost/Debian/srv/app/main.go                                   vscode-remote://ssh-remote+board/home/pi/app/main.go
<  vscode-remote://wsl%2Bdebian/srv/app/main.go                             vscode-remote://ssh-remote+board/home/pi/app/main.go
>  vscode-remote://ssh-remote+board/home/pi/app2/main.go                    -
<  \\wsl.localhost\Debian\srv\app2\main.go                                  -

== a vscode-remote URI here, a vscode-remote URI there
   vscode-remote://ssh-remote+board/home/pi/app = vscode-remote://dev-container+7b2268/w/app
<> vscode-remote://ssh-remote+board/home/pi/app                             vscode-remote://dev-container+7b2268/w/app
<> vscode-remote://ssh-remote+board/home/pi/app/main.go                     vscode-remote://dev-container+7b2268/w/app/main.go
<> vscode-remote://ssh-remote+board/home/pi/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go  vscode-remote://dev-container+7b2268/w/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go
<> vscode-remote://ssh-remote+board/home/pi/app/a%3Db/%40v1.2.3             vscode-remote://dev-container+7b2268/w/app/a%3Db/%40v1.2.3
>  vscode-remote://ssh-remote%2Bboard/home/pi/app/./main.go                 vscode-remote://dev-container+7b2268/w/app/main.go
>  vscode-Remote://ssh-remote+board/home/pi/x/../app//main.go               vscode-remote://dev-container+7b2268/w/app/main.go
>  vscode-remote://ssh-remote+board/home/pi/%61pp/main.go                   vscode-remote://dev-container+7b2268/w/app/main.go
<  vscode-remote://dev-container%2B7b2268/w/app/./main.go                   vscode-remote://ssh-remote+board/home/pi/app/main.go
<  vscode-Remote://dev-container+7b2268/w/x/../app//main.go                 vscode-remote://ssh-remote+board/home/pi/app/main.go
<  vscode-remote://dev-container+7b2268/w/%61pp/main.go                     vscode-remote://ssh-remote+board/home/pi/app/main.go
>  vscode-remote://ssh-remote+board/home/pi/app2/main.go                    -
<  vscode-remote://dev-container+7b2268/w/app2/main.go                      -

== a vscode-remote URI here, an import path there
   vscode-remote://ssh-remote+board/home/pi/app = example.com/app
<> vscode-remote://ssh-remote+board/home/pi/app                             example.com/app
<> vscode-remote://ssh-remote+board/home/pi/app/main.go                     example.com/app/main.go
<> vscode-remote://ssh-remote+board/home/pi/app/Pkg/Gr%C3%B6%C3%9Fe%20x.go  example.com/app/Pkg/Größe x.go
<> vscode-remote://ssh-remote+board/home/pi/app/a%3Db/%40v1.2.3             example.com/app/a=b/@v1.2.3
>  vscode-remote://ssh-remote%2Bboard/home/pi/app/./main.go                 example.com/app/main.go
>  vscode-Remote://ssh-remote+board/home/pi/x/../app//main.go               example.com/app/main.go
>  vscode-remote://ssh-remote+board/home/pi/%61pp/main.go                   example.com/app/main.go
>  vscode-remote://ssh-remote+board/home/pi/app2/main.go                    -
<  example.com/app2/main.go                                                 -
)";
// clang-format on

class PairsOfSharesAndRemotes : public testing::TestWithParam<Group> {};

TEST_P(PairsOfSharesAndRemotes, AreMappedBothWays) {
  expect_holds(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Paths, PairsOfSharesAndRemotes,
                         testing::ValuesIn(read_table(kSharesAndRemotes)));

TEST(PairsOfSharesAndRemotesTable, IsWhole) {
  EXPECT_GE(count_lines(read_table(kSharesAndRemotes)), 270u);
}

}  // namespace
}  // namespace nearside::paths
