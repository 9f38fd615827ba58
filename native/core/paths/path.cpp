// Reads the spellings of paths. Order matters: a URI first, then what begins as only Windows does,
// then POSIX, and what is left may be an import path.
#include "core/paths/path.hpp"

#include "core/paths/limits.hpp"

#include <algorithm>
#include <array>

namespace nearside::paths {
namespace {

constexpr std::string_view kWslHost = "wsl.localhost";
constexpr std::string_view kOldWslHost = "wsl$";

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr bool is_slash(char c) noexcept {
  return c == '/' || c == '\\';
}
/// `word` is in lower case.
bool begins_with(std::string_view text, std::string_view word) noexcept {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](char expected, char given) { return expected == lower(given); });
}
bool is_wsl_host(std::string_view host) noexcept {
  return (host.size() == kWslHost.size() && begins_with(host, kWslHost)) ||
         (host.size() == kOldWslHost.size() && begins_with(host, kOldWslHost));
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char letter = lower(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// What is no escape stays as it is, as VS Code has it.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
    if (low < 0) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_letter(c) || (c >= '0' && c <= '9') || std::string_view("-._~").find(c) != text.npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
}

/// The names between separators, with "." and ".." done away with.
void add_components(Path& path, std::string_view text, std::string_view separators) {
  path.components.reserve(kUsualComponents);
  while (!text.empty()) {
    const std::size_t length =
        std::min(separators.size() == 1 ? text.find(separators[0]) : text.find_first_of(separators),
                 text.size());
    const std::string_view name = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    if (name.empty() || name == ".") continue;
    if (name != "..")
      path.components.push_back(name);
    else if (path.components.empty())
      path.left_root = true;
    else
      path.components.pop_back();
  }
}

/// Takes a name off the front, and the separators behind it.
std::string_view take_name(std::string_view& text) {
  const std::string_view name = text.substr(0, text.find_first_of("/\\"));
  text.remove_prefix(name.size());
  text.remove_prefix(std::min(text.find_first_not_of("/\\"), text.size()));
  return name;
}

/// `text` begins behind the two separators.
std::optional<Path> parse_unc(std::string_view text) {
  Path path;
  path.host = take_name(text);
  path.share = take_name(text);
  for (const std::string_view name : {path.host, path.share})
    if (name.empty() || name == "." || name == ".." || name == "?") return std::nullopt;
  path.style = is_wsl_host(path.host) ? Style::kWsl : Style::kUnc;
  add_components(path, text, "/\\");
  return path;
}

Path parse_drive(std::string_view text) {
  Path path;
  path.style = Style::kDrive;
  path.host = text.substr(0, 1);
  add_components(path, text.substr(2), "/\\");
  return path;
}

std::optional<Path> parse_plain(std::string_view text, DoubleSlash reading) {
  if (is_drive(text)) return parse_drive(text);
  const bool backslash = text.starts_with('\\');
  if (text.size() > 2 && is_slash(text[1]) && (backslash || text.starts_with("//"))) {
    const std::string_view rest = text.substr(2);
    if ((rest[0] == '?' || rest[0] == '.') && rest.size() > 1 && is_slash(rest[1])) {
      const std::string_view inner = rest.substr(2);
      if (is_drive(inner)) return parse_drive(inner);
      if (rest[0] == '?' && begins_with(inner, "unc") && inner.size() > 4 && is_slash(inner[3]))
        return parse_unc(inner.substr(4));
    } else if (backslash || reading == DoubleSlash::kUnc ||
               is_wsl_host(rest.substr(0, rest.find_first_of("/\\")))) {
      if (auto path = parse_unc(rest)) return path;
    }
  }
  if (text[0] != '/') return std::nullopt;
  Path path;
  add_components(path, text, "/");
  return path;
}

/// No rule stands for less than this: a name that a compiler could have written.
std::optional<Path> parse_import(std::string_view text) {
  if (std::string_view("./\\<~$").find(text[0]) != text.npos || text.find('\\') != text.npos ||
      text.find("//") != text.npos)
    return std::nullopt;
  Path path;
  path.style = Style::kImport;
  add_components(path, text, "/");
  // A "." or ".." that was there makes it a relative path.
  std::size_t bytes = path.components.size() - 1;
  for (const std::string_view name : path.components) bytes += name.size();
  if (bytes != text.size() - (text.ends_with('/') ? 1 : 0)) return std::nullopt;
  return path;
}

std::optional<Path> parse_remote(std::string_view authority, std::string_view rest) {
  Path path;
  const bool is_wsl = begins_with(authority, "wsl+");
  path.style = is_wsl ? Style::kWsl : Style::kRemote;
  path.host = is_wsl ? kWslHost : authority;
  if (is_wsl) path.share = authority.substr(4);
  const std::string_view name = is_wsl ? path.share : path.host;
  if (name.empty() || name == "." || name == "..") return std::nullopt;
  // Linux has names with a backslash, and Windows no way to write them.
  if (is_wsl && (name.find('\\') != name.npos || rest.find('\\') != rest.npos)) return std::nullopt;
  add_components(path, rest, "/");
  return path;
}

/// `text` is decoded, and begins behind the scheme's colon.
std::optional<Path> parse_uri(std::string_view text, bool is_file) {
  std::string_view authority;
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    authority = text.substr(0, text.find('/'));
    text.remove_prefix(authority.size());
  }
  if (!text.empty() && text[0] != '/') return std::nullopt;
  if (!is_file) return parse_remote(authority, text);
  if (!authority.empty() && !(authority.size() == 9 && begins_with(authority, "localhost"))) {
    // The authority and what follows stand together in the decoded text.
    return parse_unc({authority.data(), authority.size() + text.size()});
  }
  if (text.empty()) return std::nullopt;
  if (is_drive(text.substr(1))) return parse_drive(text.substr(1));
  return parse_plain(text, DoubleSlash::kUnc);
}

bool is_possible(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxPathBytes && text.find('\0') == text.npos;
}

}  // namespace

bool is_drive(std::string_view text) noexcept {
  return text.size() >= 2 && is_letter(text[0]) && text[1] == ':' &&
         (text.size() == 2 || is_slash(text[2]));
}

std::string_view describe(Style style) noexcept {
  switch (style) {
    case Style::kPosix:
      return "a POSIX path";
    case Style::kDrive:
      return "a path on a Windows drive";
    case Style::kUnc:
      return "a path on a Windows share";
    case Style::kWsl:
      return "a path in WSL, as Windows sees it";
    case Style::kRemote:
      return "a vscode-remote URI";
    case Style::kImport:
      return "a relative path, as Go's -trimpath writes it";
  }
  return "";
}

char separator_of(Style style) noexcept {
  return style == Style::kDrive || style == Style::kUnc || style == Style::kWsl ? '\\' : '/';
}

std::optional<Path> parse_path(std::string_view text, DoubleSlash reading) {
  if (!is_possible(text)) return std::nullopt;
  const bool is_file = begins_with(text, "file:/");
  if (is_file || begins_with(text, "vscode-remote:/")) {
    auto decoded =
        std::make_shared<const std::string>(percent_decoded(text.substr(text.find(':') + 1)));
    if (!is_possible(*decoded)) return std::nullopt;
    auto path = parse_uri(*decoded, is_file);
    if (path) path->decoded = std::move(decoded);
    return path;
  }
  if (auto path = parse_plain(text, reading)) return path;
  if (is_slash(text[0]) || (text.size() > 1 && is_letter(text[0]) && text[1] == ':'))
    return std::nullopt;
  return parse_import(text);
}

std::string why_no_path(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.find('\0') != text.npos) return "holds a NUL byte, which no file name can";
  if (text.size() > kMaxPathBytes)
    return "has " + std::to_string(text.size()) + " bytes, and no system takes more than " +
           std::to_string(kMaxPathBytes);
  if (text.find("${") != text.npos)
    return "holds a variable that nobody has put a value for; write the folder itself";
  if (text[0] == '~') return "begins with '~', which only a shell expands; write the folder itself";
  if (text.starts_with("\\\\?\\") || text.starts_with("\\\\.\\"))
    return "names a device, not a folder";
  if (text.starts_with("\\\\")) return "names a server without a share; write \\\\server\\share";
  if (text[0] == '\\') return "names no drive; write C:\\ before it";
  if (text.size() > 1 && is_letter(text[0]) && text[1] == ':')
    return "depends on the drive's current folder; write a separator after the colon";
  if (begins_with(text, "file:") || begins_with(text, "vscode-remote:"))
    return "is a URI without an absolute path in it";
  return "is relative; write the whole path";
}

std::string root_text(const Path& path) {
  switch (path.style) {
    case Style::kPosix:
    case Style::kImport:
      return "";
    case Style::kDrive:
      return {static_cast<char>(lower(path.host[0]) - ('a' - 'A')), ':'};
    case Style::kUnc:
    case Style::kWsl:
      return "\\\\" + std::string(path.host) + "\\" + std::string(path.share);
    case Style::kRemote:
      break;
  }
  std::string text = "vscode-remote://";
  // VS Code leaves the plus of "ssh-remote+host" as it is.
  for (std::string_view rest = path.host; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('+'));
    append_percent_encoded(text, part);
    rest.remove_prefix(part.size());
    if (rest.empty()) break;
    text += '+';
    rest.remove_prefix(1);
  }
  return text;
}

bool append_component(std::string& text, Style style, std::string_view component) {
  const char separator = separator_of(style);
  const bool has_no_backslash = separator == '\\' || style == Style::kImport;
  if (has_no_backslash && component.find('\\') != component.npos) return false;
  if (style != Style::kImport || !text.empty()) text += separator;
  if (style == Style::kRemote)
    append_percent_encoded(text, component);
  else
    text += component;
  return true;
}

std::string canonical_text(const Path& path) {
  std::string text = path.style == Style::kWsl
                         ? "\\\\" + std::string(kWslHost) + "\\" + std::string(path.share)
                         : root_text(path);
  for (const std::string_view name : path.components) append_component(text, path.style, name);
  if (path.components.empty()) text += separator_of(path.style);
  return text;
}

}  // namespace nearside::paths
