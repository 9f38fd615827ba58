// A transport over the stdio of a command: run, listened to, ended. What always holds: the command
// and its whole process group go when the transport does, after SIGTERM and a limit by SIGKILL;
// what it said on stderr is in the fault when it dies. It trusts the pipe: who runs the command is
// who the user says.
#pragma once

#include "near/transport.hpp"

namespace nearside::near_end {

/// Runs the command of `target` and waits until nearside has answered over there. What looks after
/// the command runs in `tasks`; when that is stopped, the command is killed.
io::Async<Transport> open_command_transport(asio::any_io_executor executor,
                                            std::shared_ptr<const NearEndOptions> options,
                                            Target target, io::TaskGroup& tasks, Deadline deadline);

}  // namespace nearside::near_end
