// `nearside agent stop`: an orderly end for the running agent.
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"

#include <iostream>

namespace nearside::cli {
namespace {

int run_agent_stop(const Arguments& arguments) {
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  const auto reply = ask(*state, {"stop"});
  if (!reply) return complain_about_agent(reply.error(), arguments);
  std::cout << "The agent is stopping: its sessions end, then it does.\n";
  return kExitOk;
}

}  // namespace

Command agent_stop_command() {
  return {
      .name = "agent stop",
      .summary = "Stop the agent that runs here.",
      .usage = "[OPTIONS]",
      .purpose =
          "Asks the running agent to end its sessions, say goodbye to its near ends, and "
          "exit. What a session was told to leave running stays.",
      .options = {kStateOption},
      .exits =
          "0  it is stopping\n"
          "1  failed\n"
          "2  the command line is wrong\n"
          "3  no agent is running",
      .examples = "nearside agent stop",
      .run = run_agent_stop,
  };
}

}  // namespace nearside::cli
