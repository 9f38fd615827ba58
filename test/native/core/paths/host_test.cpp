#include "core/paths/host.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::paths {
namespace {

using nlohmann::json;

TEST(HostFacts, ComeBackAsTheyWent) {
  HostFacts facts;
  EXPECT_EQ(host_facts_from_json(to_json(facts)), facts);
  facts.os = "linux";
  facts.architecture = "arm64";
  facts.translation = "qemu";
  facts.home = "/home/ü";
  facts.wsl_distribution = "Ubuntu-22.04";
  facts.wsl_version = 2;
  facts.container = "docker";
  facts.mounts = {{"C:\\", "/mnt/c"}, {"/home/u/proj", "/workspaces/proj"}};
  facts.go_root = "/usr/lib/go-1.19";
  facts.go_module_cache = "/home/you/go/pkg/mod";
  facts.go_path = {"/home/you/go", "/opt/go"};
  facts.sysroot = "/opt/sysroot";
  facts.folds_case = true;
  facts.case_exceptions = {"/mnt/c"};
  EXPECT_EQ(host_facts_from_json(to_json(facts)), facts);
}

TEST(HostFacts, OfANewerOrBrokenPeerAreUnknownWhereTheyAreNotUnderstood) {
  for (const auto& broken : {json(), json(7), json::array({1}), json("linux")})
    EXPECT_EQ(host_facts_from_json(broken), HostFacts{}) << broken;
  const auto facts = host_facts_from_json(
      {{"os", 7},
       {"home", "/home/u"},
       {"container", std::string("do\0cker", 7)},
       {"wslVersion", 3},
       {"foldsCase", 1},
       {"goPath", {"/go", 7, "", nullptr, "/more"}},
       {"mounts", {{{"source", "/a"}}, 7, {{"source", "/a"}, {"target", "/b"}}}},
       {"colour", "blue"}});
  HostFacts expected;
  expected.home = "/home/u";
  expected.go_path = {"/go", "/more"};
  expected.mounts = {{"/a", "/b"}};
  EXPECT_EQ(facts, expected);
}

TEST(HostFacts, AreBounded) {
  const std::string longest(64 * 1024, 'x');
  const auto facts =
      host_facts_from_json({{"home", longest},
                            {"sysroot", longest + "x"},
                            {"goPath", json(1000, "/go")},
                            {"mounts", json(1000, json{{"source", "/a"}, {"target", "/b"}})}});
  EXPECT_EQ(facts.home, longest);
  EXPECT_EQ(facts.sysroot, "") << "half a path is another path";
  EXPECT_EQ(facts.go_path.size(), 256U);
  EXPECT_EQ(facts.mounts.size(), 256U);
}

}  // namespace
}  // namespace nearside::paths
