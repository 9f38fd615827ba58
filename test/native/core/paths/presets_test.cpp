#include "core/paths/presets.hpp"

#include "mappers.hpp"

#include <gtest/gtest.h>

namespace nearside::paths {
namespace {

using session::tidy;
using Pair = std::pair<std::string, std::string>;

std::vector<Pair> pairs(const std::vector<Rule>& rules) {
  std::vector<Pair> found;
  for (const auto& rule : rules) {
    EXPECT_EQ(rule.origin, Origin::kPreset);
    EXPECT_FALSE(rule.source.empty());
    EXPECT_TRUE(check_rule(rule)) << rule.local << "=" << rule.remote;
    found.emplace_back(rule.local, rule.remote);
  }
  return found;
}

HostFacts linux_host() {
  HostFacts facts;
  facts.os = "linux";
  return facts;
}
HostFacts windows_host() {
  HostFacts facts;
  facts.os = "windows";
  facts.folds_case = true;
  return facts;
}
HostFacts wsl_host() {
  auto facts = linux_host();
  facts.wsl_distribution = "Ubuntu";
  facts.wsl_version = 2;
  facts.mounts = {{"C:\\", "/mnt/c"}, {"D:", "/win/d"}, {"/dev/sdb", "/data"}};
  return facts;
}

TEST(Presets, WslSeenFromWindows) {
  EXPECT_EQ(pairs(presets_for(windows_host(), wsl_host())),
            (std::vector<Pair>{
                {"C:\\", "/mnt/c"}, {"D:\\", "/win/d"}, {"\\\\wsl.localhost\\Ubuntu\\", "/"}}));
}

TEST(Presets, WindowsSeenFromWsl) {
  EXPECT_EQ(pairs(presets_for(wsl_host(), windows_host())),
            (std::vector<Pair>{
                {"/mnt/c", "C:\\"}, {"/win/d", "D:\\"}, {"/", "\\\\wsl.localhost\\Ubuntu\\"}}));
}

TEST(Presets, NothingBetweenTwoMachinesThatSayNothing) {
  EXPECT_EQ(pairs(presets_for({}, {})), std::vector<Pair>());
  EXPECT_EQ(pairs(presets_for(linux_host(), linux_host())), std::vector<Pair>());
}

TEST(Presets, MountsOfAContainer) {
  auto remote = linux_host();
  remote.container = "docker";
  remote.mounts = {{"/home/u/proj", "/workspaces/proj"},
                   {"/run/desktop/mnt/host/c/Users/u/p", "/p"},
                   {"overlay", "/x"},
                   {"/", "/host"},
                   {"/same", "/same"}};
  EXPECT_EQ(pairs(presets_for(linux_host(), remote)),
            (std::vector<Pair>{{"/home/u/proj", "/workspaces/proj"},
                               {"/run/desktop/mnt/host/c/Users/u/p", "/p"}}));
  EXPECT_EQ(pairs(presets_for(windows_host(), remote))[1], (Pair{"C:\\Users\\u\\p", "/p"}));
}

TEST(Presets, MacosAndRosetta) {
  HostFacts native;
  native.os = "macos";
  auto translated = native;
  translated.translation = "rosetta";
  const auto rules = pairs(presets_for(native, translated));
  EXPECT_EQ(rules[0], (Pair{"/var", "/private/var"}));
  EXPECT_EQ(rules.back(), (Pair{"/opt/homebrew", "/usr/local"}));
  EXPECT_EQ(pairs(presets_for(translated, native)).back(), (Pair{"/usr/local", "/opt/homebrew"}));
}

TEST(Presets, Sysroots) {
  auto local = linux_host(), remote = linux_host();
  local.sysroot = "/opt/sdk/sysroot";
  EXPECT_EQ(pairs(presets_for(local, remote)), (std::vector<Pair>{{"/opt/sdk/sysroot", "/"}}));
  remote.sysroot = "/opt/target";
  EXPECT_EQ(pairs(presets_for(local, remote)),
            (std::vector<Pair>{{"/opt/sdk/sysroot", "/opt/target"}}));
}

TEST(Presets, Go) {
  auto local = linux_host(), remote = linux_host();
  local.go_root = "/usr/lib/go";
  local.go_module_cache = "/home/me/go/pkg/mod";
  remote.go_root = "/usr/local/go";
  remote.go_module_cache = "/go/pkg/mod";
  const auto rules = pairs(presets_for(local, remote));
  EXPECT_EQ(rules.front(), (Pair{"/usr/lib/go", "/usr/local/go"}));
  EXPECT_EQ(rules.back(), (Pair{"/home/me/go/pkg/mod", "/go/pkg/mod"}));
  EXPECT_NE(std::find(rules.begin(), rules.end(), Pair("/usr/lib/go/src/runtime", "runtime")),
            rules.end());
}

constexpr std::string_view kGoMod = R"(
module example.com/App // the program
go 1.19
require github.com/BurntSushi/toml v1.2.0
require (
	golang.org/x/text v0.3.0 // indirect
	"example.com/near" v0.0.0
	example.com/fork v1.0.0
)
replace example.com/near => ../near
replace (
	example.com/fork v1.0.0 => example.com/Mine v1.1.0
	golang.org/x/text v9.9.9 => ./other
)
)";

TEST(Presets, GoModSaysHowTrimpathNamesFiles) {
  EXPECT_EQ(pairs(rules_from_go_mod(kGoMod, "/home/me/app", "/cache")),
            (std::vector<Pair>{
                {"/home/me/app", "example.com/App"},
                {"/cache/example.com/!mine@v1.1.0", "example.com/fork@v1.0.0"},
                {"/home/me/near", "example.com/near@v0.0.0"},
                {"/cache/github.com/!burnt!sushi/toml@v1.2.0", "github.com/BurntSushi/toml@v1.2.0"},
                {"/cache/golang.org/x/text@v0.3.0", "golang.org/x/text@v0.3.0"}}));
  const auto vendored = pairs(rules_from_go_mod(kGoMod, "/home/me/app", "/cache", true));
  EXPECT_EQ(vendored[4],
            (Pair{"/home/me/app/vendor/golang.org/x/text", "golang.org/x/text@v0.3.0"}));
  const auto on_windows = pairs(rules_from_go_mod(kGoMod, "C:\\me\\app"));
  EXPECT_EQ(on_windows[1], (Pair{"C:\\me\\near", "example.com/near@v0.0.0"}));
}

TEST(Presets, AGoModOfNonsenseHasNoRules) {
  for (const auto* const text : {"", "module", "require (", "replace a =>", "replace => b",
                                 "require a v1 b v2", "\"", "module \"", ")\n)\n("})
    EXPECT_TRUE(rules_from_go_mod(text, "/x").empty()) << text;
}

TEST(Presets, DevcontainerSaysWhereTheWorkspaceIs) {
  EXPECT_EQ(pairs(rules_from_devcontainer("{}", "/home/me/app")),
            (std::vector<Pair>{{"/home/me/app", "/workspaces/app"}}));
  EXPECT_EQ(pairs(rules_from_devcontainer(R"({
      // where it shows
      "workspaceMount": "source=${localWorkspaceFolder}/src,target=/code,type=bind,consistency=cached",
      "workspaceFolder": "/code", /* "mounts": */
      "mounts": [
        {"source": "/data", "target": "${containerWorkspaceFolder}/data", "type": "bind"},
        "src=${localEnv:HOME}/.x,dst=/x,type=bind",
        "source=volume,target=/v,type=volume",
      ],
    })",
                                          "/home/me/app")),
            (std::vector<Pair>{{"/home/me/app/src", "/code"}, {"/data", "/code/data"}}));
  EXPECT_EQ(pairs(rules_from_devcontainer(
                R"({"workspaceFolder":"/w/${localWorkspaceFolderBasename}"})", "C:\\me\\app\\")),
            (std::vector<Pair>{{"C:\\me\\app\\", "/w/app"}}));
  EXPECT_EQ(pairs(rules_from_devcontainer(R"({"dockerComposeFile":"x.yml"})", "/a")),
            std::vector<Pair>());
}

TEST(Presets, ADevcontainerOfNonsenseHasNoRules) {
  for (const auto* const text :
       {"", "[]", "{", "{\"a\":", "/*", "//", "\"", "{\"mounts\":[1,{},\"\"]"})
    EXPECT_TRUE(rules_from_devcontainer(text, "/x").empty()) << text;
}

class PresetsInUse : public ::testing::Test, public Played {
 protected:
  void expect(std::string_view script) { EXPECT_EQ(play(script), tidy(script)); }
};

TEST_F(PresetsInUse, AMountThatIsNotHereIsNoRule) {
  files.files = {{"/home/me/app/a.go", "d1"}};
  expect(R"(
    >> host {"os":"linux","container":"docker","mounts":[{"source":"/home/me/app","target":"/w"},{"source":"/elsewhere","target":"/e"}]}
    << rules changed
    >> client #1 request setBreakpoints {"source":{"path":"/home/me/app/a.go"}}
    << adapter #1 request setBreakpoints {"source":{"path":"/w/a.go"}}
    >> adapter #0 event output {"source":{"path":"/e/a.go"}}
    << client #0 event output {"source":{"path":"/e/a.go"}}
  )");
}

TEST_F(PresetsInUse, AWindowsClientOfANearEndInsideWsl) {
  options.local = wsl_host();
  options.workspace = "/mnt/c/me/app";
  files.files = {{"/mnt/c/me/app/a.go", "d1"}, {"/home/me/b.go", "d2"}, {"/usr/x.go", "d3"}};
  expect(R"(
    >> host {"os":"linux","wslDistribution":"Ubuntu","wslVersion":2,"mounts":[{"source":"C:\\","target":"/mnt/c"}]}
    >> files /mnt/c/me/app/a.go=d1 /home/me/b.go=d2
    >> client #1 request setBreakpoints {"source":{"path":"c:\\Me\\app\\a.go"}}
    << rules changed
    << adapter #1 request setBreakpoints {"source":{"path":"/mnt/c/me/app/a.go"}}
    >> client #2 request setBreakpoints {"source":{"path":"\\\\wsl$\\Ubuntu\\home\\me\\b.go"}}
    << adapter #2 request setBreakpoints {"source":{"path":"/home/me/b.go"}}
    >> adapter #0 response to 1 stackTrace {"stackFrames":[{"source":{"path":"/mnt/c/me/app/a.go"}},{"source":{"path":"/home/me/b.go"}},{"source":{"path":"/usr/x.go"}}]}
    << client #0 response to 1 stackTrace {"stackFrames":[{"source":{"path":"c:\\Me\\app\\a.go"}},{"source":{"path":"\\\\wsl$\\Ubuntu\\home\\me\\b.go"}},{"source":{"path":"\\\\wsl.localhost\\Ubuntu\\usr\\x.go"}}]}
  )");
}

TEST_F(PresetsInUse, ImportPathsSleepUntilTheAdapterNamesOne) {
  files.files = {{"/home/me/app/main.go", "d1"}, {"/usr/lib/go/src/runtime/proc.go", "d2"}};
  options.local.go_root = "/usr/lib/go";
  options.presets = rules_from_go_mod("module example.com/app", "/home/me/app");
  expect(R"(
    >> host {"os":"linux","goRoot":"/usr/lib/go"}
    >> client #1 request setBreakpoints {"source":{"path":"/home/me/app/main.go"}}
    << adapter #1 request setBreakpoints {"source":{"path":"/home/me/app/main.go"}}
    >> files runtime/proc.go=d2 example.com/app/main.go=d1
    << notice The program was built with -trimpath: Go's own files are taken from /usr/lib/go, which is right if the same version built it.
    << rules changed
    >> client #2 request setBreakpoints {"source":{"path":"/home/me/app/main.go"}}
    << adapter #-1 request setBreakpoints {"breakpoints":[],"source":{"path":"/home/me/app/main.go"}}
    << adapter #2 request setBreakpoints {"source":{"path":"example.com/app/main.go"}}
    >> adapter #0 event output {"source":{"path":"runtime/proc.go"}}
    << client #0 event output {"source":{"path":"/usr/lib/go/src/runtime/proc.go"}}
  )");
}

TEST_F(PresetsInUse, AnotherVersionOfALibraryIsAnotherFile) {
  files.files = {{"/usr/lib/go/src/fmt/print.go", "1.19"}};
  options.local.go_root = "/usr/lib/go";
  expect(R"(
    >> host {"os":"linux","goRoot":"/usr/local/go"}
    << rules changed
    >> files /usr/local/go/src/fmt/print.go=1.22
    >> adapter #0 event output {"source":{"path":"/usr/local/go/src/fmt/print.go"}}
    << client #0 event output {"source":{"path":"/usr/local/go/src/fmt/print.go","sourceReference":1}}
  )");
}

}  // namespace
}  // namespace nearside::paths
