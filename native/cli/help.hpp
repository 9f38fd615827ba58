// The help texts, made from the table of commands: at most kHelpWidth columns, plain text. This is
// the documentation of the command line; nothing else repeats it.
#pragma once

#include "cli/command.hpp"

#include <string>
#include <vector>

namespace nearside::cli {

/// What a terminal has at least, everywhere.
inline constexpr std::size_t kHelpWidth = 80;

std::string overview(const std::vector<Command>& commands);
std::string help_of(const Command& command);

/// Wraps each paragraph to the width; `indent` blanks before every line but the first.
std::string wrap(std::string_view text, std::size_t indent);

}  // namespace nearside::cli
