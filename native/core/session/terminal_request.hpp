// Reads an adapter's `runInTerminal` (specification: RunInTerminalRequestArguments) into what the
// far end runs. Refuses, naming it, what no operating system could run: the adapter gets the
// sentence as its error response.
#pragma once

#include "core/session/session.hpp"

#include <string_view>

namespace nearside::session {

/// `allow_shell`: the capability supportsArgsCanBeInterpretedByShell was declared to the adapter.
/// Only then `argsCanBeInterpretedByShell` means something: the arguments, not quoted, are one
/// command line for /bin/sh. `kind` is checked only: at the far end there is one kind of terminal.
Result<RunInTerminal> read_terminal_request(std::string_view arguments, bool allow_shell);

}  // namespace nearside::session
