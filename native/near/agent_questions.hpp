// Questions to the agent of a target, over a control channel of its link: from another machine it
// answers about the asker's own sessions only (core/session/wire.hpp: AgentRequest).
#pragma once

#include "core/session/wire.hpp"
#include "near/links.hpp"

#include <functional>
#include <memory>

namespace nearside::near_end {

/// Opens a channel: Links::open of a target.
using OpenChannel =
    std::function<io::Async<std::unique_ptr<Channel>>(std::string opening, Channel::Handlers)>;

/// One question, within kAgentAnswerLimit after the channel is there.
io::Async<session::AgentReply> ask_over(asio::any_io_executor executor, OpenChannel open,
                                        session::AgentRequest request);
io::Async<session::AgentReply> ask_target(Links& links, Target target,
                                          session::AgentRequest request);

}  // namespace nearside::near_end
