// Presets from what two machines say of themselves.
#include "core/paths/presets.hpp"

#include "core/paths/path.hpp"

#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace nearside::paths {
namespace {

/// Folders of GOROOT/src: what the first component of a -trimpath name can be.
constexpr std::array kGoStandard{
    "archive", "bufio",    "builtin", "bytes",   "cmp",      "compress", "container", "context",
    "crypto",  "database", "debug",   "embed",   "encoding", "errors",   "expvar",    "flag",
    "fmt",     "go",       "hash",    "html",    "image",    "index",    "internal",  "io",
    "iter",    "log",      "maps",    "math",    "mime",     "net",      "os",        "path",
    "plugin",  "reflect",  "regexp",  "runtime", "slices",   "sort",     "strconv",   "strings",
    "structs", "sync",     "syscall", "testing", "text",     "time",     "unicode",   "unique",
    "unsafe",  "vendor",   "weak"};

class Rules {
 public:
  void add(std::string local, std::string remote, std::string source) {
    if (local.empty() || remote.empty() || local == remote) return;
    rules_.push_back({std::move(local), std::move(remote), Origin::kPreset, std::move(source)});
  }
  std::vector<Rule> take() { return std::move(rules_); }

 private:
  std::vector<Rule> rules_;
};

/// "C:" and "C:\" are the root of the drive all the same.
std::string drive_root(std::string path) {
  if (path.size() == 2) path += '\\';
  return path;
}

std::string wsl_share(const HostFacts& wsl) {
  return "\\\\wsl.localhost\\" + wsl.wsl_distribution + "\\";
}

// `linux` is inside WSL, its mounts tell where the drives of Windows show. `add` takes the path on
// Windows and the one inside.
template <typename Add>
void add_wsl(const HostFacts& linux, Add add) {
  for (const auto& mount : linux.mounts) {
    if (!is_drive(mount.source)) continue;
    add(drive_root(mount.source), mount.target, "WSL drive " + mount.source.substr(0, 2));
  }
  add(wsl_share(linux), "/", "files of WSL's " + linux.wsl_distribution);
}

/// What the container's engine calls a folder of the host, as the host itself calls it. Docker
/// Desktop runs containers in a virtual machine in which the host's drives are folders.
std::string host_path(const std::string& source, const HostFacts& host) {
  for (const std::string_view prefix : {"/run/desktop/mnt/host/", "/host_mnt/", "/mnt/host/"}) {
    if (!source.starts_with(prefix)) continue;
    const auto rest = source.substr(prefix.size());
    if (host.os == "macos") return "/" + rest;
    const bool is_letter = !rest.empty() && std::isalpha(static_cast<unsigned char>(rest[0])) != 0;
    if (host.os != "windows" || !is_letter || (rest.size() > 1 && rest[1] != '/')) continue;
    const auto letter = std::toupper(static_cast<unsigned char>(rest[0]));
    std::string path{static_cast<char>(letter), ':', '\\'};
    for (const char c : rest.substr(std::min<std::size_t>(2, rest.size())))
      path += c == '/' ? '\\' : c;
    return path;
  }
  return source;
}

void add_container(const HostFacts& local, const HostFacts& remote, Rules& rules) {
  for (const auto& mount : remote.mounts) {
    if (mount.target == "/" || mount.target.empty() || mount.source == "/") continue;
    if (!mount.source.starts_with('/') && !is_drive(mount.source)) continue;
    rules.add(host_path(mount.source, local), mount.target, "mount of the container");
  }
}

void add_macos(const HostFacts& local, const HostFacts& remote, Rules& rules) {
  // The same folders by two names: a client says one, debug information the other.
  for (const auto* const folder : {"/var", "/tmp", "/etc"})
    rules.add(folder, std::string("/private") + folder, "macOS keeps it in /private");
  if (local.translation == remote.translation) return;
  // Homebrew for Intel and for ARM side by side, or one on each machine.
  if (remote.translation == "rosetta")
    rules.add("/opt/homebrew", "/usr/local", "Homebrew under Rosetta");
  if (local.translation == "rosetta")
    rules.add("/usr/local", "/opt/homebrew", "Homebrew under Rosetta");
}

void add_sysroot(const HostFacts& local, const HostFacts& remote, Rules& rules) {
  if (!local.sysroot.empty()) {
    const auto at_the_far_end = remote.sysroot.empty() ? "/" : remote.sysroot;
    rules.add(local.sysroot, at_the_far_end, "sysroot");
  } else if (!remote.sysroot.empty()) {
    // Not the root: all that no other rule knows would be sent into the sysroot.
    for (const auto* const folder : {"/usr", "/lib"})
      rules.add(folder, remote.sysroot + folder, "sysroot");
  }
}

void add_go(const HostFacts& local, const HostFacts& remote, Rules& rules) {
  if (!local.go_root.empty()) {
    rules.add(local.go_root, remote.go_root, "GOROOT");
    const auto separator = is_drive(local.go_root) ? "\\" : "/";
    for (const auto* const package : kGoStandard) {
      rules.add(local.go_root + separator + "src" + separator + package, package,
                "Go's library, -trimpath");
    }
  }
  rules.add(local.go_module_cache, remote.go_module_cache, "Go's module cache");
  const auto entries = std::min(local.go_path.size(), remote.go_path.size());
  for (std::size_t i = 0; i < entries; ++i)
    rules.add(local.go_path[i], remote.go_path[i], "GOPATH");
}

}  // namespace

std::vector<Rule> presets_for(const HostFacts& local, const HostFacts& remote) {
  Rules rules;
  if (!remote.wsl_distribution.empty() && local.os == "windows") {
    add_wsl(remote, [&](std::string windows, std::string linux, std::string source) {
      rules.add(std::move(windows), std::move(linux), std::move(source));
    });
  } else if (!local.wsl_distribution.empty() && remote.os == "windows") {
    add_wsl(local, [&](std::string windows, std::string linux, std::string source) {
      rules.add(std::move(linux), std::move(windows), std::move(source));
    });
  }
  if (!remote.container.empty()) add_container(local, remote, rules);
  if (local.os == "macos" && remote.os == "macos") add_macos(local, remote, rules);
  add_sysroot(local, remote, rules);
  add_go(local, remote, rules);
  return rules.take();
}

}  // namespace nearside::paths
