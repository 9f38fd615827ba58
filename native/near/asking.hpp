// A near end can be asked, as an agent can: it listens on a socket of its own beside the agent's,
// and answers on a control channel `status` and `trace` (docs/link-protocol.md, Control). What
// always holds: who asks is a process of the same user; whatever one does there, no session waits
// for it, and what it costs is bounded.
#pragma once

#include "near/links.hpp"

#include <functional>

namespace nearside::near_end {

/// Until cancelled. If no socket can be had `on_trouble` hears why; sessions are none the worse for
/// it.
asio::awaitable<void> answer_askers(Links& links, std::function<void(const Fault&)> on_trouble);

}  // namespace nearside::near_end
