// Readers of /proc/version, wsl.conf, cgroup and cpuinfo; mountinfo is in mount_texts.cpp.
#include "io/host_texts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace nearside::io {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\"";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

int wsl_version_of(std::string_view proc_version) {
  const std::string text = lowered(proc_version);
  if (!holds(text, "microsoft")) return 0;
  // WSL 1 calls itself "4.4.0-19041-Microsoft"; the real kernels of WSL 2 "microsoft-standard" and
  // "microsoft-standard-WSL2". Kernels that users build carry what they like, "WSL2" as a rule.
  return holds(text, "wsl2") || holds(text, "microsoft-standard") ? 2 : 1;
}

std::string automount_root_of(std::string_view wsl_conf) {
  std::string root = "/mnt/";
  bool is_automount = false;
  while (!wsl_conf.empty()) {
    const auto line = trimmed(take_line(wsl_conf));
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      is_automount = lowered(line) == "[automount]";
      continue;
    }
    const auto equals = line.find('=');
    if (!is_automount || equals == std::string_view::npos) continue;
    const auto value = trimmed(line.substr(equals + 1));
    if (lowered(trimmed(line.substr(0, equals))) == "root" && value.starts_with('/')) root = value;
  }
  if (!root.ends_with('/')) root += '/';
  return root;
}

std::string container_of(const ContainerSigns& signs) {
  // In this order: a pod is made by one of the others, and Podman may imitate Docker.
  if (signs.has_service_account || holds(signs.cgroup, "kubepods")) return "kubernetes";
  if (signs.has_containerenv || holds(signs.cgroup, "libpod")) return "podman";
  if (signs.has_dockerenv || holds(signs.cgroup, "/docker")) return "docker";
  std::string_view rest = signs.manager;
  const auto manager = trimmed(take_line(rest));
  if (!manager.empty() && manager != "wsl") return std::string(manager);
  if (holds(signs.cgroup, "/lxc")) return "lxc";
  return {};
}

std::string architecture_of(std::string_view machine) {
  const std::string name = lowered(machine);
  if (name == "aarch64" || name == "arm64" || name == "aarch64_be") return "arm64";
  if (name == "amd64" || name == "x86_64") return "x86_64";
  if (name.size() == 4 && name[0] == 'i' && name.substr(2) == "86") return "x86";
  if (name.starts_with("arm")) return "arm";
  return name;
}

std::string translation_of(std::string_view cpuinfo, const std::vector<std::string>& binfmt,
                           std::string_view built_for) {
  // Rosetta shows an Intel-shaped processor of the vendor "VirtualApple".
  if (holds(cpuinfo, "VirtualApple")) return "rosetta";
  if (std::find(binfmt.begin(), binfmt.end(), "rosetta") != binfmt.end()) return "rosetta";
  const bool is_arm_processor = holds(cpuinfo, "CPU implementer");
  const bool is_intel_processor = holds(cpuinfo, "vendor_id");
  if ((built_for == "x86_64" && is_arm_processor) || (built_for == "arm64" && is_intel_processor))
    return "qemu";
  for (const auto& name : binfmt)
    if (name.starts_with("qemu-")) return "qemu";
  return {};
}

}  // namespace nearside::io
