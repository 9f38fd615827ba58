// For the program that started a near end as a process of its own: over a descriptor that is open
// both ways it sees what becomes of the link, and has it tried again. What always holds: who does
// not read hears only the latest; whatever comes, or breaks, there, no session is the worse for it.
#pragma once

#include "near/links.hpp"

namespace nearside::near_end {

/// Writes the state of the link to the target, now and at each change, one JSON object a line:
/// {kind, target, detail, security, attempt, nextTry (ms)}. Reads lines: "retry" makes the next
/// attempt at once, any other is for a newer one. Takes the descriptor. Until cancelled.
asio::awaitable<void> steer(Links& links, Target target, int descriptor);

}  // namespace nearside::near_end
