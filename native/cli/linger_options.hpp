// The options of `agent` and `connect` for how long a session without its client is kept.
#pragma once

#include "cli/arguments.hpp"
#include "near/client_session.hpp"

#include <vector>

namespace nearside::cli {

std::vector<Option> linger_options_of_agent();
std::vector<Option> linger_options_of_session();
/// The fault names the option that is no number, out of its limits, or an unknown word.
Result<session::LingerWish> linger_of(const Arguments& arguments);

}  // namespace nearside::cli
