// `nearside agent pair`: asks the running agent for a pairing code.
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"

#include <iostream>

namespace nearside::cli {
namespace {

int run_agent_pair(const Arguments& arguments) {
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  session::AgentRequest request{"pair", nlohmann::json::object()};
  if (const auto address = arguments.value("--address")) {
    const auto parsed = io::parse_host_port(*address);
    if (!parsed) return complain(usage_fault("--address: " + parsed.error().message));
    request.arguments["address"] = parsed->text();
  }
  const auto reply = ask(*state, std::move(request));
  if (!reply) return complain_about_agent(reply.error(), arguments);
  const nlohmann::json& body = reply->body;
  if (arguments.has("--json")) {
    print_json(body);
    return kExitOk;
  }
  // The words go to stderr, so that a pipe (ssh box nearside agent pair | nearside pair -) carries
  // the code alone.
  std::cerr << "At the near end, within " << duration(body.value("expiresIn", std::int64_t{600}))
            << ", run\n\n  nearside pair -\n\n"
            << "and give it this code. It is good for one pairing, and a secret until then.\n"
            << "It leads to " << printable(body.value("address", "")) << ", fingerprint "
            << printable(body.value("fingerprint", "")) << ".\n"
            << std::endl;
  std::cout << body.value("code", "") << std::endl;
  return kExitOk;
}

}  // namespace

Command agent_pair_command() {
  return {
      .name = "agent pair",
      .summary = "Show a code that pairs one near end with this agent.",
      .usage = "[--address HOST:PORT] [OPTIONS]",
      .purpose =
          "Asks the agent that runs here for a pairing code. The code says where the agent is and "
          "which key it has, and holds a secret that is good once, for ten minutes. Whoever gives "
          "it to 'nearside pair' may debug here from then on, until 'nearside revoke'.\n"
          "\n"
          "The code is the last line, and all that goes to stdout.",
      .options = {{"--address", "HOST:PORT",
                   "How near ends reach this agent, where that is not what it listens on (all "
                   "addresses, a forwarded port)."},
                  kStateOption,
                  {"--json", "",
                   "Print one JSON object: code, address, fingerprint, expiresIn (s)."}},
      .exits =
          "0  the code was shown\n"
          "1  failed; the agent may listen on no TLS address\n"
          "2  the command line is wrong\n"
          "3  no agent is running",
      .examples =
          "nearside agent pair\n"
          "nearside agent pair --address build-box.example.com:4711\n"
          "ssh build-box nearside agent pair | nearside pair -",
      .run = run_agent_pair,
  };
}

}  // namespace nearside::cli
