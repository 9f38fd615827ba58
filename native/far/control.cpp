#include "far/control.hpp"

#include "core/json_members.hpp"
#include "io/pairing.hpp"
#include "io/tls.hpp"
#include "io/unix_time.hpp"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <utility>

namespace nearside::far_end {
namespace {

using nlohmann::json;
using session::AgentAnswer;
using session::AgentReply;

Fault wrong(std::string message) {
  return {Errc::kUsage, Condition::kMisconfigured, std::move(message)};
}

bool is_any_address(const std::string& host) {
  return host == "0.0.0.0" || host == "::" || host == "[::]";
}

/// Where near ends reach this agent, as far as can be known from here.
Result<io::HostPort> address_for_code(const ControlDesk& desk, const json& arguments) {
  if (const std::string given = text_of(arguments, "address"); !given.empty())
    return io::parse_host_port(given);
  if (desk.addresses.empty()) {
    return wrong(
        "This agent listens on no network address, so there is nothing to pair with. Stop it "
        "(`nearside agent stop`) and start it with `nearside agent --listen tls://ADDR:PORT`.");
  }
  io::HostPort address = desk.addresses.front();
  if (is_any_address(address.host)) {
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0')
      return wrong(
          "Say how near ends reach this machine: `nearside agent pair --address HOST:PORT`.");
    address.host = name;
  }
  return address;
}

AgentAnswer pair(ControlDesk& desk, const json& arguments) {
  if (desk.judges_by_ca) {
    return wrong(
        "This agent takes near ends by its organisation's CA (--ca, --allow), so pairing would "
        "change nothing.");
  }
  const auto address = address_for_code(desk, arguments);
  if (!address) return address.error();
  const std::string secret = io::random_bytes(io::kPairingSecretBytes);
  desk.office.open(secret, std::chrono::steady_clock::now());
  return AgentReply{{{"code", io::encode(io::PairingCode{*address, desk.fingerprint, secret})},
                     {"address", address->text()},
                     {"fingerprint", desk.fingerprint.text()},
                     {"expiresIn", kPairingCodeLife.count()}}};
}

AgentAnswer authorize(ControlDesk& desk, const json& arguments) {
  const auto fingerprint = io::Fingerprint::parse(text_of(arguments, "fingerprint"));
  if (!fingerprint) return fingerprint.error();
  const bool is_agent = text_of(arguments, "role") == "agent";
  const auto done = desk.peers.authorize(
      {*fingerprint, is_agent ? io::Peer::Role::kAgent : io::Peer::Role::kClient,
       text_of(arguments, "name"), io::unix_seconds(), false});
  if (!done) return done.error();
  return AgentReply{};
}

AgentAnswer revoke(ControlDesk& desk, const json& arguments) {
  const auto fingerprint = io::Fingerprint::parse(text_of(arguments, "fingerprint"));
  if (!fingerprint) return fingerprint.error();
  // Cut even if the file cannot be written: that is what the user wants now.
  const auto known = desk.peers.revoke(*fingerprint);
  const std::size_t cut = desk.cut_links(
      *fingerprint, {Errc::kPeerRevoked, Condition::kAuthRejected,
                     "This near end was revoked on the agent's machine. Pair again to be let in."});
  if (!known) return known.error();
  return AgentReply{{{"known", *known}, {"linksCut", cut}}};
}

AgentAnswer list_peers(const ControlDesk& desk) {
  const auto peers = desk.peers.list();
  if (!peers) return peers.error();
  json list = json::array();
  for (const io::Peer& peer : *peers) {
    list.push_back({{"fingerprint", peer.fingerprint.text()},
                    {"role", peer.role == io::Peer::Role::kAgent ? "agent" : "client"},
                    {"name", peer.name},
                    {"since", peer.since},
                    {"revoked", peer.revoked}});
  }
  return AgentReply{{{"peers", std::move(list)}}};
}

}  // namespace

AgentAnswer answer(ControlDesk& desk, const session::AgentRequest& request) {
  if (request.request == "status") return AgentReply{desk.status()};
  if (request.request == "pair") return pair(desk, request.arguments);
  if (request.request == "authorize") return authorize(desk, request.arguments);
  if (request.request == "revoke") return revoke(desk, request.arguments);
  if (request.request == "peers") return list_peers(desk);
  if (request.request == "stop") {
    desk.stop();
    return AgentReply{};
  }
  return wrong("The agent does not know the request \"" + request.request.substr(0, 32) +
               "\". Are `nearside` and its agent of the same version?");
}

}  // namespace nearside::far_end
