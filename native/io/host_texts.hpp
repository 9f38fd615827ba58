// What the system's own files say of the machine, read from their text: pure, so that every system
// is tested on any. What always holds: any text is an answer, if only "nothing known".
#pragma once

#include "core/paths/host.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nearside::io {

/// `/proc/version`: 1 or 2, 0 if this is not a kernel of WSL. Containers on such a kernel say the
/// same, and are no WSL.
int wsl_version_of(std::string_view proc_version);

/// `/etc/wsl.conf`: where drives show, with a slash at its end; "/mnt/" if nothing else is said.
std::string automount_root_of(std::string_view wsl_conf);

/// A line of `/proc/self/mountinfo` (proc(5)), octal escapes undone.
struct MountLine {
  std::string root;    ///< Within the file system.
  std::string target;  ///< Where it shows.
  std::string type;
  std::string source;
  std::string options;  ///< Of the file system.
  bool operator==(const MountLine&) const = default;
};
/// Lines that are none are passed over; of lines longer than any path, too.
std::vector<MountLine> read_mountinfo(std::string_view mountinfo);

/// The Windows drives and shares that WSL shows, as Windows calls them: `C:\` at /mnt/c.
std::vector<paths::Mount> drive_mounts(const std::vector<MountLine>& lines,
                                       std::string_view automount_root);
/// Folders of a container that are its host's, under the host's names as far as the kernel tells
/// them: the path within the host's file system, which is the whole path where that is mounted at
/// the host's root; of Docker Desktop's shares the path on the user's own machine.
std::vector<paths::Mount> bind_mounts(const std::vector<MountLine>& lines);

/// What shows that this is a container.
struct ContainerSigns {
  bool has_dockerenv = false;        ///< /.dockerenv
  bool has_containerenv = false;     ///< /run/.containerenv
  bool has_service_account = false;  ///< Kubernetes' own mount, or KUBERNETES_SERVICE_HOST.
  std::string cgroup;                ///< /proc/1/cgroup
  std::string manager;               ///< /run/systemd/container
};
/// "kubernetes", "podman", "docker", "lxc", …; empty: none.
std::string container_of(const ContainerSigns& signs);

/// "x86_64", "arm64", "arm", …: uname's machine in one spelling.
std::string architecture_of(std::string_view machine);

/// Which translator runs foreign programs here ("rosetta", "qemu"), by `/proc/cpuinfo` and the
/// names in `/proc/sys/fs/binfmt_misc`. `built_for` is what this program was compiled for: under a
/// translator the kernel may still show the real processor.
std::string translation_of(std::string_view cpuinfo, const std::vector<std::string>& binfmt,
                           std::string_view built_for);

}  // namespace nearside::io
