// The scripts that a shell over there reads, and what their answers mean. Pure: texts. What always
// holds: they are one line and have no quotes, backslashes, dollars, percent or exclamation signs,
// so that ssh's far shell, wsl.exe and a Windows command line all hand them on unchanged; what is
// put into them is ours, of digits, letters, dots and dashes.
#pragma once

#include "core/fault.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::near_end {

/// Runs the `nearside` of this version that is over there; where there is none it tells what that
/// machine is, and ends with 127.
std::string find_script(std::string_view version);
/// Runs the one that is there, whatever its version.
std::string find_any_script();

/// What find_script tells.
struct FarSystem {
  std::string system;   ///< "Linux", of `uname -s`.
  std::string machine;  ///< "x86_64", of `uname -m`.
  std::string libc;     ///< "glibc 2.36", "musl libc (x86_64)", or empty.
  std::string other;    ///< "nearside 0.0.9": one of another version is there; or empty.
  bool operator==(const FarSystem&) const = default;
};
/// From all that came before the command ended.
std::optional<FarSystem> read_far_system(std::string_view output);

/// "linux-x64": whose executable runs there. The fault names the system, and what can be done.
Result<std::string> platform_of(const FarSystem& far);

/// One that is to be brought over.
struct Package {
  std::string version;
  std::string digest;  ///< SHA-256, 64 hexadecimal digits.
  std::string mark;    ///< Of this attempt: others at the same time have another one.
};
/// Takes the executable on its stdin, and puts it at ~/.nearside/bin/<version>/nearside when it is
/// whole and runs; else nothing is left of it. Ends with kInstalled on stdout.
std::string install_script(const Package& package);
inline constexpr std::string_view kInstalled = "nearside is installed, 1\n";
/// What it ends with else; 65, 73 and 74 as in sysexits.h.
inline constexpr int kNotTheSame = 65;
inline constexpr int kNoFolder = 73;
inline constexpr int kNotWritten = 74;
inline constexpr int kCannotRun = 126;

}  // namespace nearside::near_end
