// The table of commands: one function a sub-command, each in a file of its own, and the way from a
// command line to an exit code.
#pragma once

#include "cli/command.hpp"

#include <string>
#include <vector>

namespace nearside::cli {

Command agent_command();
Command agent_pair_command();
Command agent_stop_command();
Command audit_show_command();
Command audit_verify_command();
Command authorize_command();
Command breakpoints_command();
Command breakpoints_forget_command();
Command connect_command();
Command identity_command();
Command keeper_command();
Command digest_command();
Command pair_command();
Command paths_explain_command();
Command paths_rules_command();
Command paths_forget_command();
Command peers_command();
Command processes_command();
Command revoke_command();
Command sessions_command();
Command sessions_clients_command();
Command sessions_role_command();
Command sessions_drop_command();
Command sessions_end_command();
Command status_command();
Command trace_command();

/// In the order in which the help lists them.
const std::vector<Command>& commands();

/// Runs a command line (without the program's own name) and returns the exit code.
int run(const std::vector<std::string>& words);

}  // namespace nearside::cli
