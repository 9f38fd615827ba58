// `nearside agent --stdio`: what ssh, docker, wsl.exe and kubectl start over there. Nothing but the
// link may reach stdout.
#include "cli/agent_stdio.hpp"

#include "cli/ask.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "near/stdio_relay.hpp"

#include <unistd.h>

#include <utility>

namespace nearside::cli {

int run_stdio_agent(const Arguments& arguments) {
  for (const char* other : {"--listen", "--reverse", "--json", "--ca", "--allow", "--idle-limit"})
    if (arguments.has(other))
      return complain(usage_fault(std::string("--stdio only leads to your agent, and ") + other +
                                  " is for the agent itself."));
  auto state = state_of(arguments);
  if (!state) return complain(state.error());
  near_end::NearEndOptions options;
  options.state = std::move(*state);
  options.state_is_default = !arguments.has("--state");
  options.executable = own_executable();
  options.environment = io::current_environment();
  const auto relayed = run_to_end([&](asio::any_io_executor executor) {
    return near_end::relay_stdio(std::move(executor), std::move(options), STDIN_FILENO,
                                 STDOUT_FILENO);
  });
  return relayed ? kExitOk : complain(relayed.error());
}

}  // namespace nearside::cli
