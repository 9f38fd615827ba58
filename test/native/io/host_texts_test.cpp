// What real systems say of themselves, as their files read.
#include "io/host_texts.hpp"

#include <gtest/gtest.h>

namespace nearside::io {
namespace {

TEST(WslVersion, IsReadFromTheKernelsName) {
  const struct {
    const char* text;
    int version;
  } cases[]{
      {"Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com) (gcc version 5.4.0 (GCC) ) "
       "#1237-Microsoft Sat Sep 11 14:32:00 PST 2021\n",
       1},
      {"Linux version 4.19.104-microsoft-standard (oe-user@oe-host) (gcc version 8.2.0 (GCC)) #1 "
       "SMP Wed Feb 19 06:37:35 UTC 2020\n",
       2},
      {"Linux version 5.15.153.1-microsoft-standard-WSL2 (root@941d701f84f1) (gcc (GCC) 11.2.0, "
       "GNU ld (GNU Binutils) 2.37) #1 SMP Fri Mar 29 23:14:13 UTC 2024\n",
       2},
      {"Linux version 6.6.36.3-Microsoft-custom-WSL2+ (u@h) #2 SMP\n", 2},
      {"Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) "
       "12.2.0) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)\n",
       0},
      {"", 0},
      {"\xff\xfe", 0},
  };
  for (const auto& one : cases) EXPECT_EQ(wsl_version_of(one.text), one.version) << one.text;
}

TEST(AutomountRoot, IsWhatWslConfSays) {
  const struct {
    const char* text;
    const char* root;
  } cases[]{
      {"", "/mnt/"},
      {"[boot]\nsystemd=true\n", "/mnt/"},
      {"[automount]\nenabled = true\nroot = /windir/\noptions = \"metadata\"\n", "/windir/"},
      {"[automount]\nroot=/\n", "/"},
      {"[automount]\r\nroot = /drives\r\n", "/drives/"},
      {"# root = /no/\n[Automount]\n; root = /no/\nRoot = \"/a b/\"", "/a b/"},
      {"[network]\nroot = /no/\n", "/mnt/"},
      {"[automount]\nroot = windir\n", "/mnt/"},
      {"[automount]\nroot\n", "/mnt/"},
      {"[automount\nroot = /no/\n", "/mnt/"},
  };
  for (const auto& one : cases) EXPECT_EQ(automount_root_of(one.text), one.root) << one.text;
}

TEST(Container, IsToldByWhatItsMakerLeaves) {
  const auto with = [](auto change) {
    ContainerSigns signs;
    change(signs);
    return container_of(signs);
  };
  EXPECT_EQ(with([](auto&) {}), "");
  EXPECT_EQ(with([](auto& s) { s.cgroup = "0::/init.scope\n"; }), "");
  EXPECT_EQ(with([](auto& s) { s.has_dockerenv = true; }), "docker");
  EXPECT_EQ(with([](auto& s) {
              s.cgroup =
                  "12:pids:/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                  "\n0::/system.slice/containerd.service\n";
            }),
            "docker");
  EXPECT_EQ(with([](auto& s) { s.has_containerenv = s.has_dockerenv = true; }), "podman");
  EXPECT_EQ(with([](auto& s) {
              s.cgroup =
                  "0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-"
                  "0123.scope/container\n";
            }),
            "podman");
  EXPECT_EQ(with([](auto& s) { s.has_service_account = s.has_dockerenv = true; }), "kubernetes");
  EXPECT_EQ(with([](auto& s) { s.cgroup = "11:memory:/kubepods/besteffort/pod7a3d/0123456789\n"; }),
            "kubernetes");
  EXPECT_EQ(with([](auto& s) { s.manager = "systemd-nspawn\n"; }), "systemd-nspawn");
  EXPECT_EQ(with([](auto& s) { s.manager = "wsl\n"; }), "") << "WSL says so of itself";
  EXPECT_EQ(with([](auto& s) { s.cgroup = "9:name=systemd:/lxc/web\n"; }), "lxc");
}

TEST(Architecture, HasOneSpelling) {
  EXPECT_EQ(architecture_of("aarch64"), "arm64");
  EXPECT_EQ(architecture_of("arm64"), "arm64");
  EXPECT_EQ(architecture_of("x86_64"), "x86_64");
  EXPECT_EQ(architecture_of("amd64"), "x86_64");
  EXPECT_EQ(architecture_of("i686"), "x86");
  EXPECT_EQ(architecture_of("armv7l"), "arm");
  EXPECT_EQ(architecture_of("riscv64"), "riscv64");
}

TEST(Translation, IsSeenByProcessorAndRegisteredTranslators) {
  const std::string intel = "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\n";
  const std::string arm =
      "processor\t: 0\nBogoMIPS\t: 48.00\nCPU implementer\t: 0x61\nCPU architecture: 8\n";
  const std::string virtual_apple =
      "processor\t: 0\nvendor_id\t: VirtualApple\nmodel name\t: VirtualApple @ 2.50GHz\n";
  EXPECT_EQ(translation_of(intel, {}, "x86_64"), "");
  EXPECT_EQ(translation_of(arm, {"register", "status"}, "arm64"), "");
  EXPECT_EQ(translation_of(virtual_apple, {}, "x86_64"), "rosetta");
  EXPECT_EQ(translation_of(arm, {"rosetta", "status"}, "arm64"), "rosetta");
  EXPECT_EQ(translation_of(arm, {}, "x86_64"), "qemu") << "qemu-user shows the real processor";
  EXPECT_EQ(translation_of(intel, {"qemu-aarch64", "qemu-arm", "status"}, "x86_64"), "qemu");
  EXPECT_EQ(translation_of(intel, {"jar", "WSLInterop", "python3.11"}, "x86_64"), "");
  EXPECT_EQ(translation_of("", {}, ""), "");
}

}  // namespace
}  // namespace nearside::io
