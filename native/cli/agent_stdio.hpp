// The agent as the end of a pipe: `nearside agent --stdio`.
// It holds nothing; it runs until the link is over.
// Refused: options that are for the agent itself.
#pragma once

#include "cli/arguments.hpp"

namespace nearside::cli {

/// The exit code.
int run_stdio_agent(const Arguments& arguments);

}  // namespace nearside::cli
