#include "io/host_facts.hpp"

#include <gtest/gtest.h>

namespace nearside::io {
namespace {

TEST(HostFactsHere, AreThoseOfThisMachine) {
  const auto facts = describe_host({{"HOME", "/home/somebody"}});
#ifdef __APPLE__
  EXPECT_EQ(facts.os, "macos");
#else
  EXPECT_EQ(facts.os, "linux");
  EXPECT_FALSE(facts.folds_case);
#endif
#ifdef __x86_64__
  EXPECT_EQ(facts.architecture, "x86_64");
#endif
  EXPECT_EQ(facts.home, "/home/somebody");
}

TEST(HostFactsHere, TakeGosFoldersFromTheEnvironmentOrGosDefaults) {
  const auto defaults = describe_host({{"HOME", "/home/u"}});
  EXPECT_EQ(defaults.go_root, "");
  EXPECT_EQ(defaults.go_path, std::vector<std::string>{"/home/u/go"});
  EXPECT_EQ(defaults.go_module_cache, "/home/u/go/pkg/mod");
  const auto chosen =
      describe_host({{"HOME", "/home/u"}, {"GOPATH", "/a::/b"}, {"GOROOT", "/opt/go"}});
  EXPECT_EQ(chosen.go_root, "/opt/go");
  EXPECT_EQ(chosen.go_path, (std::vector<std::string>{"/a", "/b"}));
  EXPECT_EQ(chosen.go_module_cache, "/a/pkg/mod");
  EXPECT_EQ(describe_host({{"HOME", "/home/u"}, {"GOMODCACHE", "/cache"}}).go_module_cache,
            "/cache");
}

TEST(HostFactsHere, KnowTheSysrootThatAnSdkAnnounces) {
  EXPECT_EQ(describe_host({{"SDKTARGETSYSROOT", "/opt/sdk/arm64"}}).sysroot, "/opt/sdk/arm64");
  EXPECT_EQ(describe_host({{"SYSROOT", "relative"}, {"PKG_CONFIG_SYSROOT_DIR", "/"}}).sysroot, "");
}

}  // namespace
}  // namespace nearside::io
