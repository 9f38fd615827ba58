// TLS to a pinned (or vouched-for) agent, or the Unix socket of the user's own.
#include "near/transport.hpp"

#include "io/faults.hpp"
#include "io/tls.hpp"

#include <algorithm>
#include <utility>

namespace nearside::near_end {
namespace {

using io::make_fault;
using Pins = std::vector<io::Peer>;

bool is_agent(const io::Peer& peer) {
  return peer.role == io::Peer::Role::kAgent;
}

Fault not_paired(const io::HostPort& address, const Pins& pins) {
  std::string known;
  for (const auto& peer : pins)
    if (is_agent(peer) && !peer.revoked) known += (known.empty() ? "" : ", ") + peer.name;
  return make_fault(Errc::kPeerUnknown, Condition::kMisconfigured,
                    "No agent at " + address.text() +
                        " is paired with this user. Run `nearside agent pair` over there and "
                        "`nearside pair -` with its code here." +
                        (known.empty() ? "" : " Paired agents: " + known + "."));
}

/// The keys that the agent at this address may have.
Result<std::vector<io::Fingerprint>> expected_keys(const io::HostPort& address, const Pins& pins) {
  std::vector<io::Fingerprint> keys;
  bool revoked = false;
  for (const auto& peer : pins) {
    if (!is_agent(peer) || peer.name != address.text()) continue;
    if (peer.revoked)
      revoked = true;
    else
      keys.push_back(peer.fingerprint);
  }
  if (!keys.empty()) return keys;
  if (!revoked) return not_paired(address, pins);
  return make_fault(Errc::kPeerRevoked, Condition::kMisconfigured,
                    "The agent at " + address.text() +
                        " was revoked here. To trust it again, pair with it anew: `nearside agent "
                        "pair` over there, `nearside pair -` here.");
}

Result<void> judge_by_pins(const io::HostPort& address, const io::TlsPeer& peer,
                           const std::vector<io::Fingerprint>& keys) {
  if (std::find(keys.begin(), keys.end(), peer.fingerprint) != keys.end()) return {};
  std::string expected;
  for (const auto& key : keys) expected += (expected.empty() ? "" : " or ") + key.text();
  return make_fault(Errc::kPeerMismatch, Condition::kAuthRejected,
                    "Who answers at " + address.text() + " has the key " + peer.fingerprint.text() +
                        ", and the agent that you paired with has " + expected +
                        ". Somebody may be in between; if the agent has a new key, pair with it "
                        "again.");
}

Result<void> judge_by_ca(const io::HostPort& address, const io::TlsPeer& peer, const Pins& pins) {
  const auto is_revoked = [&](const io::Peer& one) {
    return one.revoked && one.fingerprint == peer.fingerprint;
  };
  if (std::any_of(pins.begin(), pins.end(), is_revoked)) {
    return make_fault(Errc::kPeerRevoked, Condition::kAuthRejected,
                      "The agent at " + address.text() + " has the key " + peer.fingerprint.text() +
                          ", which was revoked here.");
  }
  if (peer.ca_refusal) return *peer.ca_refusal;
  return {};
}

}  // namespace

Result<void> judge_agent(const NearEndOptions& options, const io::HostPort& address,
                         const io::TlsPeer& peer) {
  const auto pins = io::PeerStore(options.state).list();
  if (!pins) return pins.error();
  if (options.ca) return judge_by_ca(address, peer, *pins);
  const auto keys = expected_keys(address, *pins);
  if (!keys) return keys.error();
  return judge_by_pins(address, peer, *keys);
}

std::chrono::milliseconds time_left(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

io::Async<Transport> open_tls_transport(asio::any_io_executor executor,
                                        std::shared_ptr<const NearEndOptions> options,
                                        io::HostPort address, Deadline deadline) {
  if (!options->ca) {
    // Whoever answers, nobody is expected there.
    const auto pins = io::PeerStore(options->state).list();
    if (!pins) co_return pins.error();
    const auto expected = expected_keys(address, *pins);
    if (!expected) co_return expected.error();
  }
  auto identity = io::load_or_make_identity(options->state);
  if (!identity) co_return identity.error();
  auto context = io::TlsContext::make(io::TlsSide::kClient, *identity, options->ca);
  if (!context) co_return context.error();

  auto socket = co_await io::connect_tcp(executor, address, time_left(deadline));
  if (!socket) co_return socket.error();
  const std::string name = "tls://" + address.text();
  auto tls = co_await io::tls_handshake(*std::move(socket), *context, name, time_left(deadline));
  if (!tls) co_return tls.error();
  const auto judged = judge_agent(*options, address, tls->peer);
  if (!judged) {
    tls->stream->close();
    co_return judged.error();
  }
  Transport transport;
  transport.compress = true;
  transport.security =
      tls->peer.version + " " + tls->peer.cipher + ", agent " + tls->peer.fingerprint.text();
  transport.stream = std::move(tls->stream);
  transport.peer = std::move(tls->peer);
  co_return std::move(transport);
}

io::Async<Transport> open_local_transport(std::shared_ptr<LocalAgent> agent, Deadline deadline) {
  auto socket = co_await LocalAgent::connect(std::move(agent), deadline);
  if (!socket) co_return socket.error();
  Transport transport;
  transport.security = "local socket, same user";
  transport.stream = io::make_stream(*std::move(socket), "the local agent");
  co_return std::move(transport);
}

}  // namespace nearside::near_end
