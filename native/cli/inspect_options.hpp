// The options of `connect` for what is kept and pushed of a stop, and what they mean.
#pragma once

#include "cli/arguments.hpp"
#include "near/client_session.hpp"

#include <vector>

namespace nearside::cli {

std::vector<Option> inspect_options();
/// The fault names the option that is no number, or out of its limits.
Result<inspect::InspectOptions> inspect_options_of(const Arguments& arguments);

}  // namespace nearside::cli
