// Answers to what `nearside status`, `stop`, `pair`, `authorize`, `revoke` and `peers` ask over a
// control channel. The shapes stand in core/session/wire.hpp. Arguments come from the same user,
// and are checked all the same.
#pragma once

#include "core/session/wire.hpp"
#include "far/pairing_office.hpp"
#include "io/identity.hpp"
#include "io/sockets.hpp"

#include <functional>
#include <string>
#include <vector>

namespace nearside::far_end {

/// What the answers need to know and may do.
struct ControlDesk {
  PairingOffice& office;
  io::PeerStore& peers;
  io::Fingerprint fingerprint;          ///< The agent's own.
  std::vector<io::HostPort> addresses;  ///< Of its TLS listeners; real ports.
  bool judges_by_ca = false;
  std::function<nlohmann::json()> status;
  std::function<void()> stop;
  std::function<std::size_t(const io::Fingerprint&, const Fault&)> cut_links;
};

session::AgentAnswer answer(ControlDesk& desk, const session::AgentRequest& request);

}  // namespace nearside::far_end
