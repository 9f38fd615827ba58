// Asks, and says it when nobody is there.
#include "cli/ask.hpp"

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"

namespace nearside::cli {

Result<session::AgentReply> ask(const std::filesystem::path& state, session::AgentRequest request) {
  return run_to_end([&](asio::any_io_executor executor) {
    return near_end::ask_agent(executor, state, std::move(request));
  });
}

bool is_no_agent(const Fault& fault) {
  return fault.code == Errc::kConnectFailed;
}

int complain_about_agent(const Fault& fault, const Arguments& arguments) {
  if (is_no_agent(fault)) {
    const auto chosen = arguments.value("--state");
    note("No agent is running" + (chosen ? " for " + *chosen : "") + ". 'nearside agent" +
         state_words(arguments) + "' starts one; so does the first session with --target local.");
    return kExitNoAgent;
  }
  complain(fault);
  return kExitFailed;  // What the agent calls a wrong usage is none of this command line.
}

}  // namespace nearside::cli
