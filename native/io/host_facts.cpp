// Looks at the machine: uname, /proc, the signs of containers and WSL, and how names fold.
#include "io/host_facts.hpp"

#include "core/paths/limits.hpp"
#include "io/account.hpp"
#include "io/files.hpp"
#include "io/host_texts.hpp"
#include "io/limits.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/sysctl.h>
#endif

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nearside::io {
namespace {

#if defined(__x86_64__)
constexpr std::string_view kBuiltFor = "x86_64";
#elif defined(__aarch64__)
constexpr std::string_view kBuiltFor = "arm64";
#else
constexpr std::string_view kBuiltFor;
#endif

std::string text_of(const char* file) {
  auto text = read_file(file, kMaxSystemFileBytes);
  return text ? std::move(*text) : std::string();
}

bool is_there(const char* path) {
  struct stat status {};
  return ::lstat(path, &status) == 0;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  DIR* const opened = ::opendir(folder.c_str());
  if (opened == nullptr) return names;
  while (names.size() < kMaxNamesLookedAt) {
    const auto* const entry = ::readdir(opened);
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(opened);
  return names;
}

std::string swapped_case(std::string name) {
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') {
      c = static_cast<char>(c - 'a' + 'A');
    } else if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return name;
}

/// Whether names in `folder` fold: seen by one that is there, in swapped case. Nothing if none has
/// a letter.
std::optional<bool> folds_case_in(const std::string& folder) {
  for (const auto& name : names_in(folder)) {
    const std::string swapped = swapped_case(name);
    if (swapped == name) continue;
    struct stat as_is {};
    struct stat otherwise {};
    if (::lstat((folder + "/" + name).c_str(), &as_is) != 0) continue;
    return ::lstat((folder + "/" + swapped).c_str(), &otherwise) == 0 &&
           as_is.st_dev == otherwise.st_dev && as_is.st_ino == otherwise.st_ino;
  }
  return std::nullopt;
}

std::string home_of(const Environment& environment) {
  if (auto home = variable(environment, "HOME"); home.starts_with('/')) return home;
  return own_account(environment).home;
}

void describe_system(paths::HostFacts& facts) {
  struct utsname name {};
  if (::uname(&name) == 0) facts.architecture = architecture_of(name.machine);
#ifdef __APPLE__
  facts.os = "macos";
  int translated = 0;
  std::size_t size = sizeof translated;
  if (::sysctlbyname("sysctl.proc_translated", &translated, &size, nullptr, 0) == 0 &&
      translated == 1) {
    facts.translation = "rosetta";
    facts.architecture = "arm64";
  }
#else
  facts.os = "linux";
  facts.translation =
      translation_of(text_of("/proc/cpuinfo"), names_in("/proc/sys/fs/binfmt_misc"), kBuiltFor);
#endif
}

void describe_place(paths::HostFacts& facts, const Environment& environment) {
  ContainerSigns signs;
  signs.has_dockerenv = is_there("/.dockerenv");
  signs.has_containerenv = is_there("/run/.containerenv");
  signs.has_service_account = environment.contains("KUBERNETES_SERVICE_HOST") ||
                              is_there("/var/run/secrets/kubernetes.io/serviceaccount");
  signs.cgroup = text_of("/proc/1/cgroup");
  signs.manager = text_of("/run/systemd/container");
  facts.container = container_of(signs);

  const auto mounts = read_mountinfo(text_of("/proc/self/mountinfo"));
  if (!facts.container.empty()) {
    facts.mounts = bind_mounts(mounts);
  } else if ((facts.wsl_version = wsl_version_of(text_of("/proc/version"))) != 0) {
    facts.wsl_distribution = variable(environment, "WSL_DISTRO_NAME");
    if (facts.wsl_distribution.empty())
      facts.wsl_distribution = variable(current_environment(), "WSL_DISTRO_NAME");
    facts.mounts = drive_mounts(mounts, automount_root_of(text_of("/etc/wsl.conf")));
  }
  if (facts.mounts.size() > paths::kMaxFacts) facts.mounts.resize(paths::kMaxFacts);
}

void describe_folding(paths::HostFacts& facts) {
  facts.folds_case = folds_case_in("/").value_or(false);
  for (const auto& mount : facts.mounts)
    if (folds_case_in(mount.target).value_or(facts.folds_case) != facts.folds_case)
      facts.case_exceptions.push_back(mount.target);
}

/// As the SDKs of Yocto, Buildroot and others announce theirs.
std::string sysroot_of(const Environment& environment) {
  std::string folder;
  for (const char* name : {"SDKTARGETSYSROOT", "SYSROOT", "PKG_CONFIG_SYSROOT_DIR"}) {
    auto value = variable(environment, name);
    const bool is_folder = value.size() > 1 && value.starts_with('/');
    if (folder.empty() && is_folder) folder = std::move(value);
  }
  return folder;
}

/// `go env` says the same, unless a file of its own (`go env -w`) says otherwise.
void describe_go(paths::HostFacts& facts, const Environment& environment) {
  facts.go_root = variable(environment, "GOROOT");
  std::string list = variable(environment, "GOPATH");
  if (list.empty() && !facts.home.empty()) list = facts.home + "/go";
  while (!list.empty() && facts.go_path.size() < paths::kMaxFacts) {
    const auto end = std::min(list.find(':'), list.size());
    if (end > 0) facts.go_path.push_back(list.substr(0, end));
    list.erase(0, end + 1);
  }
  facts.go_module_cache = variable(environment, "GOMODCACHE");
  if (facts.go_module_cache.empty() && !facts.go_path.empty())
    facts.go_module_cache = facts.go_path.front() + "/pkg/mod";
}

}  // namespace

paths::HostFacts describe_host(const Environment& environment) {
  paths::HostFacts facts;
  facts.home = home_of(environment);
  facts.sysroot = sysroot_of(environment);
  describe_system(facts);
  describe_place(facts, environment);
  describe_folding(facts);
  describe_go(facts, environment);
  return facts;
}

}  // namespace nearside::io
