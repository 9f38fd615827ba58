// What others got wrong, each named after where it was seen, with the right answer.
#include "rule_table.hpp"

#include <gtest/gtest.h>

namespace nearside::paths {
namespace {

constexpr const char* kKnownBugs = R"(
== delve: a rule with a Windows side lower-cases the tail
   C:\Work\MyProj = /src/MyProj
   local folds
<> C:\Work\MyProj\Pkg\Foo.go           /src/MyProj/Pkg/Foo.go
>  c:\work\myproj\Pkg\Foo.go           /src/MyProj/Pkg/Foo.go
>  C:\WORK\MYPROJ\README               /src/MyProj/README
<  /src/myproj/Pkg/Foo.go              -

== delve: a WSL path is lower-cased
   \\wsl.localhost\Ubuntu\ = /
   local folds
<> \\wsl.localhost\Ubuntu\home\u\Proj\Main.go   /home/u/Proj/Main.go
>  \\wsl$\Ubuntu\home\u\Proj\Main.go            /home/u/Proj/Main.go
>  \\WSL$\ubuntu\home\u\Proj\Main.go            /home/u/Proj/Main.go
>  //wsl.localhost/Ubuntu/home/u/Proj/Main.go   /home/u/Proj/Main.go

== delve: forward slashes of the client do not match a rule with backslashes
   C:\Work\app = /src/app
>  C:/Work/app/main.go       /src/app/main.go
>  c:/Work/app/main.go       /src/app/main.go
>  C:/Work\app/pkg\main.go   /src/app/pkg/main.go

== delve: /a/b does not match a rule for /a/b/
   /a/b/ = /x/y
<> /a/b        /x/y
<> /a/b/c.go   /x/y/c.go
>  /a/b/       /x/y
>  /a/bc       -
<  /x/yz       -

== delve: the first rule hides a longer one behind it
   /a = /x
   /a/b/c = /y
<> /a/b/c/d.go   /y/d.go
<> /a/b/d.go     /x/b/d.go
>  /a/b/cc/d.go  /x/b/cc/d.go

== delve: the same rules in the other order
   /a/b/c = /y
   /a = /x
<> /a/b/c/d.go   /y/d.go
<> /a/b/d.go     /x/b/d.go

== delve: .. is not cleaned
   /home/me/app = /src/app
>  /home/me/app/pkg/../main.go      /src/app/main.go
>  /home/me/lib/../app/./main.go    /src/app/main.go
>  /home/me/app/../other/main.go    -
<  /src/./app//pkg/main.go          /home/me/app/pkg/main.go
>  /../home/me/app/main.go          /src/app/main.go

== delve: C: and c: are two sources to it, so adapters get one spelling
=  c:\Work\main.go           C:\Work\main.go
=  C:/Work/main.go           C:\Work\main.go
=  C:\Work\.\x\..\main.go    C:\Work\main.go
=  \\?\C:\Work\main.go       C:\Work\main.go
=  file:///c%3A/Work/main.go  C:\Work\main.go

== golang/vscode-go 3825: forward slashes in a rule on Windows
   C:/Users/me/app = /src/app
<> C:\Users\me\app\main.go   /src/app/main.go
>  C:/Users/me/app/main.go   /src/app/main.go
>  c:\Users\me\app           /src/app

== golang/vscode-go 3855: a rule for root, a drive
   C:\ = /
<> C:\Work\main.go   /Work/main.go
<> C:\               /
>  c:/               /
>  C:                /
>  D:\Work\main.go   -

== golang/vscode-go 3855: a rule for root, a share
   \\host\share = /
<> \\host\share\src\main.go   /src/main.go
<> \\host\share\              /
>  \\HOST\Share\src\main.go   /src/main.go
>  //host/share/src/main.go   /src/main.go
>  \\host\other\main.go       -

== golang/vscode-go 3855: a local root on another drive's folder
   / = C:\
<> /Work/main.go   C:\Work\main.go
<> /               C:\

== golang/vscode-go 3855: a local root on a share
   / = \\host\share
<> /src/main.go   \\host\share\src\main.go
<> /              \\host\share\

== codelldb 800: a map that knows only one case
   c:\users\me\src = /build
   local folds
>  C:\Users\Me\src\Lib\A.cpp   /build/Lib/A.cpp
>  c:\users\me\SRC\Lib\A.cpp   /build/Lib/A.cpp
<  /build/Lib/A.cpp            C:\users\me\src\Lib\A.cpp
<  /Build/Lib/A.cpp            -

== microsoft/vscode 43959: the drive's letter in either case, also where nothing else folds
   c:\Work = /work
>  C:\Work\a.go   /work/a.go
>  c:\Work\a.go   /work/a.go
>  c:\work\a.go   -
<  /work/a.go     C:\Work\a.go

== code-debug 346: lower-casing broke paths of Linux
   C:\Src = /home/User/Src
   local folds
<> C:\Src\Main.CPP               /home/User/Src/Main.CPP
>  C:\SRC\Main.CPP               /home/User/Src/Main.CPP
<  /home/user/Src/Main.CPP       -

== microsoft/vscode-go 3025: /mnt/c behind a link
   C:\Users\me\app = /home/me/app [user]
   C:\ = /mnt/c [preset]
   local folds
   remote not /mnt/c
<> C:\Users\me\app\main.go       /home/me/app/main.go
<> C:\Users\me\lib\x.go          /mnt/c/Users/me/lib/x.go
<  /mnt/c/Users/me/app/main.go   C:\Users\me\app\main.go
)";

class KnownBug : public testing::TestWithParam<Group> {};

TEST_P(KnownBug, IsNotOurs) {
  expect_holds(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Paths, KnownBug, testing::ValuesIn(read_table(kKnownBugs)));

}  // namespace
}  // namespace nearside::paths
