// `nearside authorize`: pins a fingerprint that came by a trusted way, instead of pairing.
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "far/audit_log.hpp"

#include <ctime>
#include <iostream>

namespace nearside::cli {
namespace {

/// One form, however it was written.
Result<std::string> name_of_agent(const std::string& name) {
  if (name.starts_with("reverse:")) {
    const auto target = near_end::parse_target(name);
    if (!target) return usage_fault("--name: " + target.error().message);
    return near_end::to_string(*target);
  }
  const auto address = io::parse_host_port(name);
  if (!address)
    return usage_fault(
        "--as agent wants --name HOST:PORT, as it will stand in --target tls://HOST:PORT, or "
        "--name reverse:[HOST:]PORT, as in the target.");
  return address->text();
}

int run_authorize(const Arguments& arguments) {
  const auto fingerprint = io::Fingerprint::parse(*arguments.operand(0));
  if (!fingerprint) return complain(usage_fault(fingerprint.error().message));
  const std::string role = arguments.value("--as").value_or("client");
  if (role != "client" && role != "agent")
    return complain(usage_fault("--as is client or agent, and not '" + role + "'."));
  std::string name = arguments.value("--name").value_or("");
  if (role == "agent") {
    // It is by this name that a target finds its key.
    const auto named = name_of_agent(name);
    if (!named) return complain(named.error());
    name = *named;
  }
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  const io::Peer peer{
      .fingerprint = *fingerprint,
      .role = role == "client" ? io::Peer::Role::kClient : io::Peer::Role::kAgent,
      .name = std::move(name),
      .since = std::time(nullptr),
      .revoked = false,
  };
  if (const auto done = io::PeerStore(*state).authorize(peer); !done) return complain(done.error());
  audit::Entry entry;
  entry.event = "authorized";
  entry.who = "local";
  entry.details = {{"fingerprint", fingerprint->text()}, {"role", role}, {"name", peer.name}};
  if (const auto noted = far_end::add_to_audit_log(*state, std::move(entry)); !noted)
    note(noted.error().message);
  std::cout << fingerprint->text()
            << (role == "client" ? " may debug through the agent of this machine.\n"
                                 : " is an agent that this near end connects to.\n");
  return kExitOk;
}

}  // namespace

Command authorize_command() {
  return {
      .name = "authorize",
      .summary = "Trust a fingerprint without a pairing code.",
      .usage = "FINGERPRINT [OPTIONS]",
      .purpose =
          "Remembers another end's fingerprint, as 'nearside identity' shows it there. Both ends "
          "must do so: the agent's side authorizes the near end as a client, the near end's side "
          "authorizes the agent as an agent. Get the fingerprint by a way that nobody else can "
          "write to; that is all the security there is. Undoes a revocation.",
      .operands = {{"FINGERPRINT"}},
      .options = {{"--as", "ROLE",
                   "client: may debug through the agent here (the default). agent: may be "
                   "connected to from here."},
                  {"--name", "NAME",
                   "What the list of peers calls a client. Of an agent: its HOST:PORT, as in "
                   "--target tls://HOST:PORT, or the whole target reverse:[HOST:]PORT."},
                  kStateOption},
      .exits =
          "0  done; a running agent knows it at once\n"
          "1  failed\n"
          "2  the command line, or the fingerprint, is wrong",
      .examples =
          "# on the agent's machine\n"
          "nearside authorize SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU \\\n"
          "                   --name laptop\n"
          "# on the laptop\n"
          "nearside authorize SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg \\\n"
          "                   --as agent --name build-box:4711",
      .run = run_authorize,
  };
}

}  // namespace nearside::cli
