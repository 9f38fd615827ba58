// The option of `agent` and `connect` for how long a link may be silent before it is taken for
// dead.
#pragma once

#include "cli/arguments.hpp"

#include <chrono>
#include <optional>

namespace nearside::cli {

Option silence_option();
/// Nothing: not given. The fault names the option.
Result<std::optional<std::chrono::milliseconds>> silence_limit_of(const Arguments& arguments);

}  // namespace nearside::cli
