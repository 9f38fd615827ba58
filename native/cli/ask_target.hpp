// One question to the agent of a target, here or elsewhere, from a command that then ends.
#pragma once

#include "cli/arguments.hpp"
#include "cli/ask.hpp"
#include "cli/command.hpp"

namespace nearside::cli {

inline constexpr Option kTargetOption{
    "--target", "TARGET", "Where the agent is, as for 'nearside connect'. Default: local."};

/// Over a link to the target; of this machine only an agent that runs is asked.
Result<session::AgentReply> ask_target(const Arguments& arguments, session::AgentRequest request);

}  // namespace nearside::cli
