// What programs say of the machine, and those that say nothing.
#include "far/machine.hpp"

#include "far/limits.hpp"
#include "loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace nearside::far_end {
namespace {

using testing::ElementsAre;

TEST(GoEnv, IsLaidOverWhatWasFoundBefore) {
  paths::HostFacts facts;
  facts.go_path = {"/home/u/go"};
  take_go_env(R"({"GOMODCACHE":"/cache","GOPATH":"/a:/b","GOROOT":"/usr/lib/go"})", facts);
  EXPECT_EQ(facts.go_root, "/usr/lib/go");
  EXPECT_EQ(facts.go_module_cache, "/cache");
  EXPECT_THAT(facts.go_path, ElementsAre("/a", "/b"));
  const auto before = facts;
  for (const auto* text : {"", "go: no such tool", "[]", R"({"GOROOT":7,"GOPATH":""})"}) {
    take_go_env(text, facts);
    EXPECT_EQ(facts, before) << text;
  }
}

TEST(WslDistribution, IsReadFromThePathOfItsRoot) {
  EXPECT_EQ(distribution_of("\\\\wsl.localhost\\Ubuntu-22.04\\\r\n"), "Ubuntu-22.04");
  EXPECT_EQ(distribution_of("\\\\wsl$\\Debian\\\n"), "Debian");
  EXPECT_EQ(distribution_of("\\\\wsl.localhost\\My Distro"), "My Distro");
  EXPECT_EQ(distribution_of("C:\\\n"), "");
  EXPECT_EQ(distribution_of(""), "");
}

class MachineTest : public testing::Test {
 protected:
  /// A `go` that is first in PATH.
  void put_go(const std::string& text) {
    const auto path = scratch.path() / "go";
    std::ofstream(path) << "#!/bin/sh\n" << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }
  paths::HostFacts facts(bool wants_go = true) {
    MachineQuestion question{
        {{"PATH", scratch.path().string() + ":/usr/bin:/bin"}, {"HOME", "/home/u"}}, "", wants_go};
    paths::HostFacts facts;
    loop.run(describe_machine(background, own, std::move(question), facts));
    return facts;
  }
  Loop loop;
  Scratch scratch;
  OwnChildren own;
  Background background{loop.executor()};
};

TEST_F(MachineTest, AsksGoForItsFolders) {
  put_go(R"(echo "{\"GOROOT\":\"/r $2 $GOPROXY\",\"GOPATH\":\"/p\",\"GOMODCACHE\":\"/c\"}")");
  const auto found = facts();
  EXPECT_EQ(found.go_root, "/r -json off");
  EXPECT_EQ(found.go_module_cache, "/c");
  EXPECT_NE(found.os, "");
  EXPECT_EQ(facts(/*wants_go=*/false).go_root, "") << "nobody runs go for another adapter";
}

TEST_F(MachineTest, AsksTheToolchainThatIsThereWhenTheProjectWantsAnother) {
  put_go(R"([ "$GOTOOLCHAIN" = local ] || { echo "go: download go1.99" >&2; exit 1; }
echo '{"GOROOT":"/r"}')");
  EXPECT_EQ(facts().go_root, "/r");
}

TEST_F(MachineTest, TakesGosDefaultsWhenGoSaysNothing) {
  put_go("exit 1");
  EXPECT_EQ(facts().go_module_cache, "/home/u/go/pkg/mod");
}

TEST_F(MachineTest, DoesNotWaitForAGoThatHangs) {
  put_go("exec sleep 600");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(facts().go_path, std::vector<std::string>{"/home/u/go"});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kTestLimit);
}

}  // namespace
}  // namespace nearside::far_end
