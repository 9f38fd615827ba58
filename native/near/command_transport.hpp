// A transport over the stdio of a command that leads to `nearside agent --stdio`. It trusts the
// pipe: who runs the command is who the user says.
#pragma once

#include "near/command_stream.hpp"
#include "near/far_script.hpp"
#include "near/transport.hpp"

namespace nearside::near_end {

/// Runs the command of `target` and waits until nearside has answered over there. What looks after
/// the command runs in `tasks`; when that is stopped, the command is killed. `missing` is set with
/// the fault when it could run, and there is no nearside of this version.
io::Async<Transport> open_command_transport(asio::any_io_executor executor,
                                            std::shared_ptr<const NearEndOptions> options,
                                            Target target, std::vector<std::string> words,
                                            io::TaskGroup& tasks, Deadline deadline,
                                            std::optional<FarSystem>& missing);

}  // namespace nearside::near_end
