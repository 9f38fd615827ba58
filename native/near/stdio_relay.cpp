// Two pumps with a buffer each. What one side takes slowly, the other side sends slowly.
#include "near/stdio_relay.hpp"

#include "io/cancellation.hpp"
#include "near/limits.hpp"
#include "near/local_agent.hpp"
#include "near/stdio_command.hpp"
#include "near/transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>
#include <vector>

namespace nearside::near_end {
namespace {

using asio::experimental::awaitable_operators::operator||;

/// Until `from` has ended, which `to` is told, or one of them is broken.
asio::awaitable<void> pump(io::Stream& from, io::Stream& to) {
  std::vector<char> buffer(kRelayBufferBytes);
  for (;;) {
    const auto count = co_await from.read_some(asio::buffer(buffer));
    if (!count) co_return;
    if (*count == 0) break;
    const auto written = co_await to.write(asio::buffer(buffer.data(), *count));
    if (!written) co_return;
  }
  // Nobody is told when this fails: the other direction ends the same way.
  static_cast<void>(co_await to.end_output());
}

asio::awaitable<void> pump_from_near_end(io::Stream& stdio, io::Stream& agent) {
  co_await pump(stdio, agent);
  asio::steady_timer farewell(stdio.executor(), kRelayFarewellLimit);
  co_await farewell.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace

io::Async<void> relay_stdio(asio::any_io_executor executor, NearEndOptions options, int input,
                            int output) {
  const auto stdio = io::make_descriptor_stream(executor, input, output, "stdio");
  auto local = std::make_shared<LocalAgent>(
      executor, std::make_shared<const NearEndOptions>(std::move(options)));
  const Deadline deadline = std::chrono::steady_clock::now() + kConnectLimit;
  auto socket = co_await LocalAgent::connect(local, deadline);
  if (!socket) co_return socket.error();
  const auto agent = io::make_stream(*std::move(socket), "the agent");
  const auto greeted = co_await stdio->write(asio::buffer(kStdioGreeting));
  if (!greeted) co_return greeted.error();
  co_await (io::ending_safely(pump(*agent, *stdio)) ||
            io::ending_safely(pump_from_near_end(*stdio, *agent)));
  co_return boost::system::in_place_value;
}

}  // namespace nearside::near_end
