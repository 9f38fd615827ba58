// A path as a value: its style, its root and its components with their bytes. What always holds:
// the answer depends on the text alone, never on the machine that we run on; "." and ".." and
// repeated separators are gone. Refuses what names no place by itself: relative paths, `C:name`,
// `\name`, devices, NUL, more than kMaxPathBytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::paths {

enum class Style {
  kPosix,   ///< /home/u. A backslash is a byte of a name.
  kDrive,   ///< C:\Work, c:/Work, \\?\C:\Work, file:///c%3A/Work. Either slash separates.
  kUnc,     ///< \\server\share\x, \\?\UNC\server\share\x, file://server/share/x.
  kWsl,     ///< \\wsl.localhost\D\x, \\wsl$\D\x, //wsl$/D/x, vscode-remote://wsl+D/x.
  kRemote,  ///< Any other vscode-remote://AUTHORITY/x.
  kImport,  ///< What Go's -trimpath leaves: example.com/mod/x.go, mod@v1.2.3/x.go, runtime/proc.go.
};
/// "a POSIX path", "a path on a Windows drive", …: for sentences.
std::string_view describe(Style style) noexcept;
/// '\\' for the styles of Windows, '/' for the others.
char separator_of(Style style) noexcept;

/// What `//a/b` is: a POSIX path with a slash too many, or a share of Windows.
enum class DoubleSlash { kPosix, kUnc };

/// Holds views into the text that was parsed, which outlives it (a URI's decoded text is owned).
struct Path {
  Style style = Style::kPosix;
  std::string_view host;   ///< The drive's letter, the server ("wsl$" as written), the authority.
  std::string_view share;  ///< The share of a server, the distribution of WSL.
  std::vector<std::string_view> components;  ///< Below the root.
  bool left_root = false;  ///< A ".." went above the root, and was clamped as systems do.
  std::shared_ptr<const std::string> decoded;
};

/// Whether `text` begins with a drive of Windows: `C:`, `C:\…`, `c:/…`.
bool is_drive(std::string_view text) noexcept;

/// Nothing: it is no absolute path and no import path.
std::optional<Path> parse_path(std::string_view text, DoubleSlash reading = DoubleSlash::kPosix);
/// Why parse_path has nothing for it, as the end of a sentence: "is relative", "is empty", …
std::string why_no_path(std::string_view text);

/// The one spelling: separators of the style, drive letter in upper case, `wsl.localhost`; other
/// bytes as they are. A vscode-remote URI stays one, percent-encoded.
std::string canonical_text(const Path& path);

/// The root alone, without a separator behind it: "" for POSIX, "C:", "\\server\share". The server
/// of WSL as it was written, since older Windows knows only `wsl$`.
std::string root_text(const Path& path);
/// One component behind a separator. False: the style has no way to write it (a backslash in a
/// name, on Windows and in an import path), and nothing was appended.
bool append_component(std::string& text, Style style, std::string_view component);

}  // namespace nearside::paths
