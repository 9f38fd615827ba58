// Questions to the user's own agent over its control channel, and pairing with one far away.
#pragma once

#include "core/session/wire.hpp"
#include "io/pairing.hpp"
#include "near/links.hpp"

#include <nlohmann/json.hpp>

namespace nearside::near_end {

/// Asks the running local agent; does not start one. kConnectFailed when none runs.
io::Async<session::AgentReply> ask_agent(asio::any_io_executor executor,
                                         std::filesystem::path state,
                                         session::AgentRequest request);

/// Asks the near end that listens there (asking.hpp). kConnectFailed when none does any more: what
/// was left of its socket has been removed then.
io::Async<session::AgentReply> ask_near_end(asio::any_io_executor executor,
                                            std::filesystem::path socket,
                                            session::AgentRequest request);

/// Checks the agent's fingerprint before it sends anything, proves the secret bound to this TLS
/// connection, checks the agent's proof, and pins the agent. Returns the pin.
io::Async<io::Peer> pair(asio::any_io_executor executor, std::filesystem::path state,
                         io::PairingCode code, std::string own_name);

/// Of this process's user, for people at the other end.
std::string own_user_name();

}  // namespace nearside::near_end
