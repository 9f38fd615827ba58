// The way to an agent: how a target becomes a byte stream whose other end is known. What always
// holds: a stream that is returned leads to who was meant (a pinned agent, one that the user's CA
// vouches for, or a process of the same user); nothing of ours has been said to anyone else.
#pragma once

#include "near/local_agent.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace nearside::near_end {

struct Transport {
  io::StreamPtr stream;
  bool compress = false;
  std::string security;             ///< As in LinkState.
  std::optional<io::TlsPeer> peer;  ///< Whom the TLS handshake showed.
};

using Deadline = std::chrono::steady_clock::time_point;

/// One attempt. kMisconfigured: trying again will not help.
io::Async<Transport> open_tls_transport(asio::any_io_executor executor,
                                        std::shared_ptr<const NearEndOptions> options,
                                        io::HostPort address, Deadline deadline);
/// Starts the agent when nobody listens; `agent` remembers that it has.
io::Async<Transport> open_local_transport(std::shared_ptr<LocalAgent> agent, Deadline deadline);

/// Whether `peer` is who is meant by the address, by the pins (or the CA) as they are now.
Result<void> judge_agent(const NearEndOptions& options, const io::HostPort& address,
                         const io::TlsPeer& peer);

/// What is left until then; never negative.
std::chrono::milliseconds time_left(Deadline deadline);

}  // namespace nearside::near_end
