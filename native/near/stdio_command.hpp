// The commands behind targets that are reached over stdio, and what their ends mean. Pure: a table.
// What always holds: everything but `exec:` is an argument vector that no local shell reads, and a
// name of the user's never stands where an option could.
#pragma once

#include "io/process.hpp"
#include "near/target.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::near_end {

enum class Platform { kPosix, kWindows };
inline constexpr Platform kPlatform = Platform::kPosix;

/// What `nearside agent --stdio` says first, before the link's own bytes. Whatever comes before it
/// is noise of shells and their startup files, and not ours.
inline constexpr std::string_view kStdioGreeting = "nearside agent on stdio, link 1\n";

/// Nothing for a target that is reached otherwise. `exec:` is the one that a shell reads: /bin/sh,
/// on Windows cmd.
std::optional<std::vector<std::string>> stdio_command(const Target& target, Platform platform);
/// The same with another script (far_script.hpp), for targets whose shell we run: not `exec:`.
/// `compress`: it carries more than a link's bytes, which are compressed.
std::optional<std::vector<std::string>> script_command(const Target& target,
                                                       const std::string& script,
                                                       bool compress = false);
/// As a person would type it.
std::string shown_command(const std::vector<std::string>& words);

/// How the command that led to `target` ended, as far as it is known.
struct CommandEnd {
  std::optional<io::ExitStatus> status;  ///< Nothing: it only closed its output.
  std::string words;                     ///< The last of what it said that was not the link.
  bool had_greeted = false;
};
/// kMisconfigured: the same command will not do better.
Fault command_fault(const Target& target, const CommandEnd& end);

/// For people: control characters, terminal sequences and the zeros of UTF-16 are gone, lines are
/// trimmed; at most the last `limit` bytes.
std::string clean_words(std::string_view text, std::size_t limit);

}  // namespace nearside::near_end
