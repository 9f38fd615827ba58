// TLS to a pinned (or vouched-for) agent, or the Unix socket of the user's own.
#include "near/transport.hpp"

#include "io/faults.hpp"
#include "io/tls.hpp"
#include "near/limits.hpp"

#include <algorithm>
#include <utility>

namespace nearside::near_end {
namespace {

using io::make_fault;
using Pins = std::vector<io::Peer>;

bool is_agent(const io::Peer& peer) {
  return peer.role == io::Peer::Role::kAgent;
}

/// Whether a pin of that name is for this target: `build-box:4711`, `reverse:4711`.
bool is_for(const io::Peer& peer, const Target& target) {
  if (!is_agent(peer)) return false;
  if (const auto* tls = std::get_if<TlsTarget>(&target)) return peer.name == tls->address.text();
  const auto named = parse_target(peer.name);
  return named && to_string(*named) == to_string(target);
}

/// "at build-box:4711".
std::string place_of(const Target& target) {
  if (const auto* reverse = std::get_if<ReverseTarget>(&target))
    return "for reverse:" + reverse->address.text();
  return "at " + std::get<TlsTarget>(target).address.text();
}

std::string how_to_pair(const Target& target) {
  if (std::holds_alternative<TlsTarget>(target))
    return "Run `nearside agent pair` over there and `nearside pair -` with its code here.";
  return "Run `nearside authorize FINGERPRINT --as agent --name " + to_string(target) +
         "` here, with what `nearside identity` says over there; and over there `nearside "
         "authorize` with what it says here.";
}

Fault not_paired(const Target& target, const Pins& pins) {
  std::string known;
  for (const auto& peer : pins)
    if (is_agent(peer) && !peer.revoked) known += (known.empty() ? "" : ", ") + peer.name;
  return make_fault(Errc::kPeerUnknown, Condition::kMisconfigured,
                    "No agent " + place_of(target) + " is paired with this user. " +
                        how_to_pair(target) +
                        (known.empty() ? "" : " Paired agents: " + known + "."));
}

/// The keys that the agent of this target may have.
Result<std::vector<io::Fingerprint>> expected_keys(const Target& target, const Pins& pins) {
  std::vector<io::Fingerprint> keys;
  bool revoked = false;
  for (const auto& peer : pins) {
    if (!is_for(peer, target)) continue;
    if (peer.revoked)
      revoked = true;
    else
      keys.push_back(peer.fingerprint);
  }
  if (!keys.empty()) return keys;
  if (!revoked) return not_paired(target, pins);
  return make_fault(
      Errc::kPeerRevoked, Condition::kMisconfigured,
      "The agent " + place_of(target) +
          " was revoked here. To trust it again, pair with it anew: " +
          (std::holds_alternative<TlsTarget>(target)
               ? std::string("`nearside agent pair` over there, `nearside pair -` here.")
               : "`nearside authorize` with its fingerprint."));
}

Result<void> judge_by_pins(const Target& target, const io::TlsPeer& peer,
                           const std::vector<io::Fingerprint>& keys) {
  if (std::find(keys.begin(), keys.end(), peer.fingerprint) != keys.end()) return {};
  std::string expected;
  for (const auto& key : keys) expected += (expected.empty() ? "" : " or ") + key.text();
  const bool dialled = std::holds_alternative<TlsTarget>(target);
  return make_fault(Errc::kPeerMismatch, Condition::kAuthRejected,
                    (dialled ? "Who answers " : "Who dialled in ") + place_of(target) +
                        " has the key " + peer.fingerprint.text() +
                        ", and the agent that you paired with has " + expected +
                        ". Somebody may be in between; if the agent has a new key, pair with it "
                        "again.");
}

Result<void> judge_by_ca(const Target& target, const io::TlsPeer& peer, const Pins& pins) {
  const auto is_revoked = [&](const io::Peer& one) {
    return one.revoked && one.fingerprint == peer.fingerprint;
  };
  if (std::any_of(pins.begin(), pins.end(), is_revoked)) {
    return make_fault(Errc::kPeerRevoked, Condition::kAuthRejected,
                      "The agent " + place_of(target) + " has the key " + peer.fingerprint.text() +
                          ", which was revoked here.");
  }
  if (peer.ca_refusal) return *peer.ca_refusal;
  return {};
}

}  // namespace

Result<void> may_be_reached(const NearEndOptions& options, const Target& target) {
  if (options.ca) return {};
  const auto pins = io::PeerStore(options.state).list();
  if (!pins) return pins.error();
  const auto expected = expected_keys(target, *pins);
  if (!expected) return expected.error();
  return {};
}

Result<void> judge_agent(const NearEndOptions& options, const Target& target,
                         const io::TlsPeer& peer) {
  const auto pins = io::PeerStore(options.state).list();
  if (!pins) return pins.error();
  if (options.ca) return judge_by_ca(target, peer, *pins);
  const auto keys = expected_keys(target, *pins);
  if (!keys) return keys.error();
  return judge_by_pins(target, peer, *keys);
}

Transport tls_transport(io::TlsStream tls) {
  Transport transport;
  transport.compress = true;
  transport.security =
      tls.peer.version + " " + tls.peer.cipher + ", agent " + tls.peer.fingerprint.text();
  transport.stream = std::move(tls.stream);
  transport.peer = std::move(tls.peer);
  return transport;
}

std::chrono::milliseconds connect_limit(const Target& target) {
  const bool is_direct =
      std::holds_alternative<LocalTarget>(target) || std::holds_alternative<TlsTarget>(target);
  return is_direct ? kConnectLimit : kPatientConnectLimit;
}

std::chrono::milliseconds time_left(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

io::Async<Transport> open_tls_transport(asio::any_io_executor executor,
                                        std::shared_ptr<const NearEndOptions> options,
                                        io::HostPort address, Deadline deadline) {
  const Target target = TlsTarget{address};
  const auto expected = may_be_reached(*options, target);
  if (!expected) co_return expected.error();
  auto identity = io::load_or_make_identity(options->state);
  if (!identity) co_return identity.error();
  auto context = io::TlsContext::make(io::TlsSide::kClient, *identity, options->ca);
  if (!context) co_return context.error();

  auto socket = co_await io::connect_tcp(executor, address, time_left(deadline));
  if (!socket) co_return socket.error();
  const std::string name = "tls://" + address.text();
  auto tls = co_await io::tls_handshake(*std::move(socket), *context, name, time_left(deadline));
  if (!tls) co_return tls.error();
  const auto judged = judge_agent(*options, target, tls->peer);
  if (!judged) {
    tls->stream->close();
    co_return judged.error();
  }
  co_return tls_transport(*std::move(tls));
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
