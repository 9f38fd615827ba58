// A link for one question, closed again.
#include "cli/ask_target.hpp"

#include "cli/settings.hpp"
#include "near/agent_questions.hpp"

#include <utility>

namespace nearside::cli {
namespace {

asio::awaitable<Result<session::AgentReply>> ask_agent_of(asio::any_io_executor executor,
                                                          near_end::NearEndOptions options,
                                                          near_end::Target target,
                                                          session::AgentRequest request) {
  near_end::Links links(executor, std::move(options));
  auto reply = co_await near_end::ask_target(links, target, std::move(request));
  co_await links.close();
  co_return reply;
}

}  // namespace

Result<session::AgentReply> ask_target(const Arguments& arguments, session::AgentRequest request) {
  auto state = state_of(arguments);
  if (!state) return state.error();
  const auto target = near_end::parse_target(arguments.value("--target").value_or("local"));
  if (!target) return usage_fault("--target: " + target.error().message);
  if (std::holds_alternative<near_end::LocalTarget>(*target))
    return ask(*state, std::move(request));
  auto ca = ca_of(arguments);
  if (!ca) return ca.error();
  near_end::NearEndOptions options;
  options.state = std::move(*state);
  options.ca = std::move(*ca);
  options.executable = own_executable();
  options.state_is_default = !arguments.has("--state");
  return run_to_end([&](asio::any_io_executor executor) {
    return ask_agent_of(executor, std::move(options), *target, std::move(request));
  });
}

}  // namespace nearside::cli
