// The keeper: a process per session, the parent of the adapter and the subreaper of all that it
// starts. It hangs on a socket to the agent (descriptor 3): JSON lines in, JSON lines out. When
// that ends, however the agent ended, it asks, sends SIGTERM, kills what is left, and exits. It
// passes no debugger bytes: adapter and agent speak directly over descriptors that it inherits and
// hands on.
#pragma once

namespace nearside::far_end {

/// The body of the process `nearside keeper` (not for people). Returns its exit code.
int run_keeper();

}  // namespace nearside::far_end
