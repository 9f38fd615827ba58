// The options that several commands share, and what they mean.
#pragma once

#include "cli/arguments.hpp"
#include "near/links.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace nearside::cli {

inline constexpr Option kStateOption{
    "--state", "DIR",
    "The folder with key and peers. Default: $XDG_STATE_HOME/nearside, else "
    "~/.local/state/nearside. Another folder is another identity, with an agent of its own."};
inline constexpr Option kJsonOption{"--json", "", "Print JSON, one object a line."};
inline constexpr Option kCaOption{
    "--ca", "FILE",
    "Trust certificates of this organisation's CA (PEM) instead of pairing. Wants --allow."};
inline constexpr Option kAllowOption{
    "--allow", "NAME",
    "With --ca: a subject alternative name (DNS, URI or e-mail) that the other side's certificate "
    "must have exactly. May be given several times.",
    true};

/// The state folder that is meant.
Result<std::filesystem::path> state_of(const Arguments& arguments);
/// " --state DIR" if it was given, as a shell wants it: for commands that we tell people to run.
std::string state_words(const Arguments& arguments);
/// Nothing without --ca. The fault tells which of --ca and --allow is missing, or that the file is.
Result<std::optional<io::CaPolicy>> ca_of(const Arguments& arguments);
/// This very program, to be started again (the local agent, keepers).
std::string own_executable();
/// "user@host", or as much of it as is known.
std::string own_name();

/// At most `limit` bytes of stdin, or of a file ("-" is stdin).
Result<std::string> read_input(const std::string& file, std::size_t limit);

}  // namespace nearside::cli
