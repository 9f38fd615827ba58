// The processes of this machine that this agent's user could attach to, for `nearside processes`:
// its own, root's all. Kernel threads and the agent itself are left out. Bounded in number and in
// the length of a command line.
#pragma once

#include <nlohmann/json.hpp>

namespace nearside::far_end {

/// [{pid, name, command, user, since (Unix s)}], in the order of their numbers.
nlohmann::json process_list();

}  // namespace nearside::far_end
