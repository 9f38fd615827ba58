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

/// Whether anybody may be at the end of this target (TLS, reverse) at all, by the pins or the CA.
Result<void> may_be_reached(const NearEndOptions& options, const Target& target);
/// Whether `peer` is who is meant by the target, by the pins (or the CA) as they are now.
Result<void> judge_agent(const NearEndOptions& options, const Target& target,
                         const io::TlsPeer& peer);
/// Of a peer that has been judged.
Transport tls_transport(io::TlsStream tls);

/// From the first attempt to the last one.
std::chrono::milliseconds connect_limit(const Target& target);

/// What is left until then; never negative.
std::chrono::milliseconds time_left(Deadline deadline);

}  // namespace nearside::near_end
