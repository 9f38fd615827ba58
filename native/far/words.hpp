// Splits a command line into words as a POSIX shell does (2.2 Quoting), and nothing more: blanks
// separate; '…' is literal; in "…" a backslash quotes only \ " $ and `; outside of quotes it quotes
// any character. No variables, no globs, no substitution: what would need them is literal.
#pragma once

#include "core/fault.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nearside::far_end {

/// At least one word. The fault says what is not closed, or that there is nothing.
Result<std::vector<std::string>> split_words(std::string_view line);

}  // namespace nearside::far_end
