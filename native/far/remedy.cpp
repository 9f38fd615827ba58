// Systems are known by ID, else by the first of ID_LIKE that is known.
#include "far/remedy.hpp"

#include "far/remedy_limits.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace nearside::far_end {
namespace {

struct Packages {
  std::string_view install;               ///< What comes before the package.
  std::array<std::string_view, 3> names;  ///< By Debugger.
};
struct KnownSystem {
  std::string_view id;
  Packages packages;
};
constexpr Packages kApt{"apt install ", {"delve", "lldb", "python3-debugpy"}};
constexpr Packages kDnf{"dnf install ", {"delve", "lldb", "python3-debugpy"}};
constexpr std::array<KnownSystem, 10> kSystems{{
    {"debian", kApt},
    {"ubuntu", kApt},
    {"fedora", kDnf},
    {"rhel", kDnf},
    {"centos", kDnf},
    {"alpine", {"apk add ", {"delve", "lldb", ""}}},
    {"arch", {"pacman -S ", {"delve", "lldb", "python-debugpy"}}},
    {"suse", {"zypper install ", {"delve", "lldb", "python3-debugpy"}}},
    {"opensuse", {"zypper install ", {"delve", "lldb", "python3-debugpy"}}},
    {"amzn", {"dnf install ", {"", "lldb", ""}}},
}};

/// The ways that are the same everywhere.
constexpr std::array<std::string_view, 3> kAnywhere{
    "`go install github.com/go-delve/delve/cmd/dlv@latest`", "",
    "`python3 -m pip install debugpy` for the interpreter that you use"};
constexpr std::array<std::string_view, 3> kUnknownSystem{
    "`apt install delve`, `dnf install delve`, `apk add delve` or `brew install delve`",
    "`apt install lldb` (or lldb-19 and the like), `dnf install lldb`, `apk add lldb` or `brew "
    "install llvm`",
    "`apt install python3-debugpy` or `dnf install python3-debugpy`"};

/// A value of `NAME=value` lines, without its quotes.
std::string value_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with(name) || line.substr(name.size(), 1) != "=") continue;
    line.remove_prefix(name.size() + 1);
    std::string value;
    for (const char c : line)
      if (c != '"' && c != '\'' && static_cast<unsigned char>(c) >= 0x20) value += c;
    return value.substr(0, kMaxSystemNameBytes);
  }
  return {};
}

const Packages* packages_of(std::string_view os_release) {
  const std::string ids = value_of(os_release, "ID") + " " + value_of(os_release, "ID_LIKE") + " ";
  for (std::size_t at = 0; at < ids.size();) {
    const auto end = ids.find(' ', at);
    const auto id = std::string_view(ids).substr(at, end - at);
    for (const auto& known : kSystems)
      if (known.id == id) return &known.packages;
    at = end + 1;
  }
  return nullptr;
}

}  // namespace

std::string how_to_install(Debugger debugger, std::string_view os_release) {
  const auto which = static_cast<std::size_t>(debugger);
  const auto* packages = packages_of(os_release);
  std::vector<std::string> ways;
  if (packages == nullptr) {
    ways.emplace_back(kUnknownSystem[which]);
  } else if (!packages->names[which].empty()) {
    auto name = value_of(os_release, "PRETTY_NAME");
    if (name.empty()) name = value_of(os_release, "ID");
    ways.push_back("`" + std::string(packages->install) + std::string(packages->names[which]) +
                   "` (this is " + name + ")");
  }
  if (!kAnywhere[which].empty()) ways.emplace_back(kAnywhere[which]);
  std::string sentence = "Install it there with ";
  for (std::size_t at = 0; at < ways.size(); ++at)
    sentence += (at == 0 ? "" : ", or with ") + ways[at];
  return sentence + ".";
}

std::string os_release() {
  for (const char* file : {"/etc/os-release", "/usr/lib/os-release"}) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) continue;
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    text.resize(std::min(text.size(), kMaxOsReleaseBytes));
    return text;
  }
  return {};
}

}  // namespace nearside::far_end
