// /proc/self/mountinfo: what WSL and containers show of another machine's folders. Shares of
// virtual machines (drvfs, 9p, virtiofs, FUSE) name their source in ways of their own.
#include "io/host_texts.hpp"
#include "io/limits.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace nearside::io {
namespace {

/// `\040` is a space (proc(5)); a backslash that begins no such number stands for itself.
std::string unescape(std::string_view field) {
  std::string text;
  text.reserve(field.size());
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  for (std::size_t at = 0; at < field.size(); ++at) {
    if (field[at] == '\\' && at + 3 < field.size() && is_octal(field[at + 1]) &&
        is_octal(field[at + 2]) && is_octal(field[at + 3])) {
      const int value =
          (field[at + 1] - '0') * 64 + (field[at + 2] - '0') * 8 + (field[at + 3] - '0');
      text += static_cast<char>(value & 0xff);
      at += 3;
    } else {
      text += field[at];
    }
  }
  return text;
}

std::optional<MountLine> read_line(std::string_view line) {
  // ID PARENT MAJOR:MINOR ROOT TARGET OPTIONS [optional fields] - TYPE SOURCE SUPER-OPTIONS
  std::vector<std::string_view> fields;
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    if (end > 0) fields.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  const auto dash = std::find(fields.begin(), fields.end(), "-");
  if (dash - fields.begin() < 6 || fields.end() - dash < 3) return std::nullopt;
  MountLine mount{unescape(fields[3]), unescape(fields[4]), unescape(dash[1]), unescape(dash[2]),
                  fields.end() - dash > 3 ? unescape(dash[3]) : std::string()};
  if (!mount.root.starts_with('/') || !mount.target.starts_with('/')) return std::nullopt;
  return mount;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// `C:`, `C:\` or `\\server\share`, as Windows writes it; else nothing.
std::optional<std::string> windows_name(std::string_view text) {
  if (text.size() >= 2 && text.size() <= 3 && is_letter(text[0]) && text[1] == ':' &&
      (text.size() == 2 || text[2] == '\\' || text[2] == '/')) {
    const char letter = text[0] >= 'a' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
    return std::string{letter, ':', '\\'};
  }
  if (text.size() > 3 && text.starts_with("\\\\")) return std::string(text);
  return std::nullopt;
}

/// The drive that a mount shows: named as its source, in `aname=drvfs;path=C:\;…`, or, where only
/// the share's tag is seen (virtiofs), by where WSL puts it.
std::optional<std::string> drive_of(const MountLine& line, std::string_view automount_root) {
  const bool is_share = line.type == "9p" || line.type == "drvfs" || line.type == "virtiofs" ||
                        line.type.starts_with("fuse");
  if (!is_share) return std::nullopt;
  if (auto name = windows_name(line.source)) return name;
  constexpr std::string_view kPath = ";path=";
  if (const auto at = line.options.find(kPath); at != std::string::npos) {
    const auto rest = std::string_view(line.options).substr(at + kPath.size());
    if (auto name = windows_name(rest.substr(0, rest.find_first_of(";,")))) return name;
  }
  const bool is_drive_folder = line.source.starts_with("drvfs") && !automount_root.empty() &&
                               line.target.size() == automount_root.size() + 1 &&
                               line.target.starts_with(automount_root) &&
                               is_letter(line.target.back());
  if (is_drive_folder) return windows_name(std::string{line.target.back(), ':'});
  return std::nullopt;
}

std::string with_windows_tail(std::string base, std::string_view root) {
  if (root == "/") return base;
  if (base.ends_with('\\')) base.pop_back();
  base += root;
  std::replace(base.begin(), base.end(), '/', '\\');
  return base;
}

/// What every container has of its own: nothing of a project is there.
bool is_containers_own(const MountLine& line) {
  constexpr std::array kTypes{"proc",   "sysfs",   "tmpfs",   "devtmpfs",   "devpts",     "mqueue",
                              "cgroup", "cgroup2", "overlay", "securityfs", "binfmt_misc"};
  if (std::find(kTypes.begin(), kTypes.end(), line.type) != kTypes.end()) return true;
  for (const std::string_view folder : {"/etc/", "/proc/", "/sys/", "/dev/", "/run/", "/var/run/"})
    if (line.target.starts_with(folder)) return true;
  for (const std::string_view folder : {"/var/lib/kubelet/", "/var/lib/docker/containers/"})
    if (line.root.starts_with(folder)) return true;
  return line.target == "/";
}

/// Docker Desktop puts the user's folders below such a folder of its virtual machine, and tells of
/// them as a share's source.
std::string without_share_prefix(std::string path) {
  for (const std::string_view prefix : {"/run/host_mark/", "/host_mnt/", "/run/desktop/mnt/host/"})
    if (path.starts_with(prefix)) return path.substr(prefix.size() - 1);
  return path;
}

std::string host_name_of(const MountLine& line) {
  if (const auto drive = drive_of(line, {})) return with_windows_tail(*drive, line.root);
  if (line.source.starts_with("/run/host_mark/"))
    return without_share_prefix(line.source + (line.root == "/" ? "" : line.root));
  if (line.root == "/") return {};  // A whole file system: whose, the kernel does not say.
  std::string path = without_share_prefix(line.root);
  // "/run/desktop/mnt/host/c/Users": a drive of Windows.
  if (path.size() != line.root.size() && line.root.starts_with("/run/desktop/") &&
      path.size() > 2 && is_letter(path[1]) && path[2] == '/')
    return with_windows_tail(*windows_name(std::string{path[1], ':'}), path.substr(2));
  return path;
}

}  // namespace

std::vector<MountLine> read_mountinfo(std::string_view mountinfo) {
  std::vector<MountLine> lines;
  while (!mountinfo.empty()) {
    const auto end = std::min(mountinfo.find('\n'), mountinfo.size());
    if (end <= kMaxMountLineBytes)
      if (auto line = read_line(mountinfo.substr(0, end))) lines.push_back(std::move(*line));
    mountinfo.remove_prefix(std::min(end + 1, mountinfo.size()));
  }
  return lines;
}

std::vector<paths::Mount> drive_mounts(const std::vector<MountLine>& lines,
                                       std::string_view automount_root) {
  std::vector<paths::Mount> mounts;
  for (const auto& line : lines)
    if (const auto drive = drive_of(line, automount_root))
      mounts.push_back({with_windows_tail(*drive, line.root), line.target});
  return mounts;
}

std::vector<paths::Mount> bind_mounts(const std::vector<MountLine>& lines) {
  std::vector<paths::Mount> mounts;
  for (const auto& line : lines) {
    if (is_containers_own(line)) continue;
    if (auto source = host_name_of(line); !source.empty())
      mounts.push_back({std::move(source), line.target});
  }
  return mounts;
}

}  // namespace nearside::io
