// `nearside keeper`: the process that an agent starts for each session. Not for people.
#include "cli/commands.hpp"
#include "far/keeper.hpp"

namespace nearside::cli {
namespace {

// In a namespace of its own room this name would hide far_end's.
int run_session_keeper(const Arguments&) {
  return far_end::run_keeper();
}

}  // namespace

Command keeper_command() {
  return {
      .name = "keeper",
      .summary = "Own one session's adapter (started by the agent).",
      .purpose =
          "Speaks with the agent that started it over descriptor 3, owns what the session "
          "started, and ends it when the agent is gone. It is no use by hand.",
      .examples = "nearside keeper    # what an agent runs, with a socket as descriptor 3",
      .hidden = true,
      .run = run_session_keeper,
  };
}

}  // namespace nearside::cli
