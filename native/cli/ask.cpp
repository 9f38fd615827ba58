// Asks, and says it when nobody is there.
#include "cli/ask.hpp"

#include "cli/command.hpp"
#include "cli/output.hpp"

namespace nearside::cli {

Result<session::AgentReply> ask(const std::filesystem::path& state, session::AgentRequest request) {
  return run_to_end([&](asio::any_io_executor executor) {
    return near_end::ask_agent(executor, state, std::move(request));
  });
}

bool is_no_agent(const Fault& fault) {
  return fault.code == Errc::kConnectFailed;
}

int no_agent_running(const std::filesystem::path& state) {
  note("No agent is running for " + state.string() +
       ". 'nearside agent' starts one; so does the first session with --target local.");
  return kExitNoAgent;
}

int complain_about_agent(const Fault& fault, const std::filesystem::path& state) {
  if (is_no_agent(fault)) return no_agent_running(state);
  complain(fault);
  return kExitFailed;  // What the agent calls a wrong usage is none of this command line.
}

}  // namespace nearside::cli
