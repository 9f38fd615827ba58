// `nearside peers`: whom we know.
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"

#include <array>
#include <ctime>
#include <iostream>

namespace nearside::cli {
namespace {

std::string date(std::int64_t unix_seconds) {
  const std::time_t time = unix_seconds;
  std::tm parts{};
  localtime_r(&time, &parts);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
  return text.data();
}

const char* role_of(const io::Peer& peer) {
  return peer.role == io::Peer::Role::kAgent ? "agent" : "client";
}

int run_peers(const Arguments& arguments) {
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  const auto peers = io::PeerStore(*state).list();
  if (!peers) return complain(peers.error());
  if (arguments.has("--json")) {
    for (const io::Peer& peer : *peers)
      print_json({{"fingerprint", peer.fingerprint.text()},
                  {"role", role_of(peer)},
                  {"name", peer.name},
                  {"since", peer.since},
                  {"revoked", peer.revoked}});
    return kExitOk;
  }
  if (peers->empty()) {
    std::cout << "No peers. 'nearside agent pair' on the other machine and 'nearside pair -' here "
                 "make one.\n";
    return kExitOk;
  }
  std::vector<std::vector<std::string>> rows{{"ROLE", "SINCE", "STATE", "FINGERPRINT", "NAME"}};
  for (const io::Peer& peer : *peers)
    rows.push_back({role_of(peer), date(peer.since), peer.revoked ? "revoked" : "trusted",
                    peer.fingerprint.text(), printable(peer.name)});
  std::cout << table(rows);
  return kExitOk;
}

}  // namespace

Command peers_command() {
  return {
      .name = "peers",
      .summary = "List whom this end knows, trusted and revoked.",
      .usage = "[OPTIONS]",
      .purpose =
          "Agents that this near end may connect to, and clients that may debug through the "
          "agent of this machine.",
      .options = {kStateOption,
                  {"--json", "",
                   "Print one JSON object a line: fingerprint, role, name, since (Unix s), "
                   "revoked."}},
      .exits =
          "0  shown, also when there are none\n"
          "1  failed\n"
          "2  the command line is wrong",
      .examples =
          "nearside peers\n"
          "nearside peers --json | jq -r 'select(.revoked | not) | .fingerprint'",
      .run = run_peers,
  };
}

}  // namespace nearside::cli
