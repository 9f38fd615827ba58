// One question to the user's own agent, from a command that then ends.
#pragma once

#include "cli/arguments.hpp"
#include "near/agent_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <filesystem>
#include <optional>
#include <utility>

namespace nearside::cli {

namespace asio = boost::asio;

/// Runs a coroutine to its end on a loop of its own. `make` gets the executor.
template <typename Make>
auto run_to_end(Make make) {
  asio::io_context loop(1);
  using Value = typename decltype(make(loop.get_executor()))::value_type;
  std::optional<Value> result;
  const auto keep = [&]() -> asio::awaitable<void> {
    result.emplace(co_await make(loop.get_executor()));
  };
  asio::co_spawn(loop, keep, [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  loop.run();
  return std::move(*result);
}

/// kConnectFailed: none is running, which no_agent_running() turns into words.
Result<session::AgentReply> ask(const std::filesystem::path& state, session::AgentRequest request);
bool is_no_agent(const Fault& fault);
/// What the exit code is after the fault has been told; without an agent, how to start one too.
int complain_about_agent(const Fault& fault, const Arguments& arguments);

}  // namespace nearside::cli
