// Written for any POSIX shell, with what Debian, Alpine and BusyBox have beside it.
#include "near/far_script.hpp"

#include "io/faults.hpp"
#include "near/stdio_command.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace nearside::near_end {
namespace {

constexpr std::string_view kFactsBegin = "nearside is missing, 1\n";
constexpr std::string_view kFactsEnd = "nearside is missing, that is all\n";
/// Of a line of facts: longer is nobody's name of a system.
constexpr std::size_t kMaxFactBytes = 200;

/// What is left where a machine went down in the middle. The shell finds no such name that it could
/// put in its place: a question mark stands for no leading dot there.
constexpr const char* kForgetOld = "find . -name ?new-* -mmin +60 -exec rm -f {} + 2>/dev/null; ";

std::string folder_of(std::string_view version) {
  return ".nearside/bin/" + std::string(version);
}

std::string echo(std::string_view line) {
  return "echo " + std::string(line.substr(0, line.find('\n')));
}

std::string fact(std::string_view line) {
  return clean_words(line.substr(0, kMaxFactBytes), kMaxFactBytes);
}

}  // namespace

std::string find_any_script() {
  return "if command -v nearside >/dev/null 2>&1; then exec nearside agent --stdio; fi; "
         "if [ -x ~/.nearside/bin/nearside ]; then exec ~/.nearside/bin/nearside agent --stdio; "
         "fi; echo nearside is neither on PATH nor in ~/.nearside/bin >&2; exit 127";
}

std::string find_script(std::string_view version) {
  const std::string own = "~/" + folder_of(version) + "/nearside";
  const std::string is_ours =
      " --version 2>/dev/null | grep -qx nearside." + std::string(version) + "; then exec ";
  return "if [ -x " + own + " ]; then exec " + own + " agent --stdio; fi; if nearside" + is_ours +
         "nearside agent --stdio; fi; if ~/.nearside/bin/nearside" + is_ours +
         "~/.nearside/bin/nearside agent --stdio; fi; " + echo(kFactsBegin) +
         "; uname -s; uname -m; ( getconf GNU_LIBC_VERSION || ldd --version ) 2>&1 | head -n 1; "
         "( nearside --version || ~/.nearside/bin/nearside --version ) 2>/dev/null | head -n 1; " +
         echo(kFactsEnd) + "; echo nearside " + std::string(version) +
         " is neither on PATH nor in ~/.nearside/bin >&2; exit 127";
}

std::optional<FarSystem> read_far_system(std::string_view output) {
  const auto begin = output.rfind(kFactsBegin);
  if (begin == std::string_view::npos) return std::nullopt;
  output.remove_prefix(begin + kFactsBegin.size());
  const auto end = output.find(kFactsEnd);
  if (end == std::string_view::npos) return std::nullopt;
  output = output.substr(0, end);
  std::vector<std::string> lines;
  while (!output.empty()) {
    const auto line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(line.size() + 1, output.size()));
    lines.push_back(fact(line));
  }
  if (lines.size() < 2) return std::nullopt;
  FarSystem far;
  far.system = lines[0];
  far.machine = lines[1];
  for (std::size_t at = 2; at < lines.size(); ++at) {
    if (lines[at].starts_with("nearside "))
      far.other = lines[at];
    else if (lines[at].find("libc") != std::string::npos ||
             lines[at].find("GLIBC") != std::string::npos)
      far.libc = lines[at];
  }
  return far;
}

Result<std::string> platform_of(const FarSystem& far) {
  const auto refused = [&](const std::string& what) {
    return io::make_fault(Errc::kTargetUnsupported, Condition::kMisconfigured,
                          "Over there is " + what +
                              ", for which there is no executable of nearside to bring. Build it "
                              "there, and put it on the PATH or at ~/.nearside/bin/nearside.");
  };
  constexpr std::array<std::string_view, 4> kWindows{"MINGW", "MSYS", "CYGWIN", "Windows"};
  for (const auto name : kWindows)
    if (far.system.starts_with(name)) return refused("Windows (" + far.system + ")");
  if (far.system == "Darwin") return refused("macOS on " + far.machine);
  if (far.system == "Linux") {
    // A 32-bit userland on such a kernel does not matter: what is brought needs nothing of it.
    if (far.machine == "x86_64" || far.machine == "amd64") return std::string("linux-x64");
    if (far.machine == "aarch64" || far.machine == "arm64") return std::string("linux-arm64");
  }
  return refused(far.system + " on " + far.machine);
}

std::string install_script(const Package& package) {
  const std::string file = ".new-" + package.mark;
  const auto or_exit = [](int code) { return " || exit " + std::to_string(code) + "; "; };
  const auto or_say = [](const char* words, int code) {
    return " || { echo " + std::string(words) + " >&2; exit " + std::to_string(code) + "; }; ";
  };
  return "umask 077; cd ~ && mkdir -p " + folder_of(package.version) + " && cd " +
         folder_of(package.version) + or_exit(kNoFolder) + kForgetOld + "gone() { rm -f " + file +
         "; }; trap gone 0; trap exit 1 2 13 15; cat >" + file + or_exit(kNotWritten) +
         "chmod 0755 " + file + or_exit(kNotWritten) + "{ sha256sum " + file +
         " || openssl dgst -sha256 -r " + file + " || ./" + file + " digest " + file +
         "; } 2>/dev/null | grep -q ^" + package.digest +
         or_say("what has arrived is not what was sent", kNotTheSame) + "./" + file +
         " --version >/dev/null" + or_say("it cannot be run from the home folder", kCannotRun) +
         "mv -f " + file + " nearside" + or_exit(kNotWritten) + echo(kInstalled);
}

}  // namespace nearside::near_end
