// One reader and one writer, which know nothing of each other.
#include "near/steering.hpp"

#include "io/process.hpp"
#include "io/wake.hpp"
#include "near/limits.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace nearside::near_end {
namespace {

using asio::experimental::awaitable_operators::operator&&;

std::string state_line(const LinkState& state) {
  const nlohmann::json told{{"kind", to_string(state.kind)}, {"target", state.target},
                            {"detail", state.detail},        {"security", state.security},
                            {"attempt", state.attempt},      {"nextTry", state.next_try.count()}};
  return told.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

asio::awaitable<void> tell(io::Stream& stream, std::optional<std::string>& latest,
                           io::Wake& changed) {
  for (;;) {
    while (!latest) co_await changed.wait();
    const std::string line = *std::exchange(latest, std::nullopt);
    const auto written = co_await stream.write(asio::buffer(line));
    if (!written) co_return;
  }
}

asio::awaitable<void> obey(io::Stream& stream, Links& links, const Target& target) {
  std::array<char, kSteeringLineBytes> buffer{};
  std::string line;
  for (;;) {
    const auto count = co_await stream.read_some(asio::buffer(buffer));
    if (!count || *count == 0) co_return;
    for (const char c : std::string_view(buffer.data(), *count)) {
      if (c != '\n') {
        if (line.size() < kSteeringLineBytes) line += c;
        continue;
      }
      if (line == "retry") links.retry_now(target);
      line.clear();
    }
  }
}

}  // namespace

asio::awaitable<void> steer(Links& links, Target target, int descriptor) {
  const auto stream = io::make_descriptor_stream(links.executor(), descriptor, descriptor,
                                                 "the control descriptor");
  io::Wake changed(links.executor());
  std::optional<std::string> latest;
  const auto observing = links.observe(target, [&](const LinkState& state) {
    latest = state_line(state);
    changed.ring();
  });
  co_await (tell(*stream, latest, changed) && obey(*stream, links, target));
  // Nobody is there any more; the sessions go on.
  io::Wake never(links.executor());
  co_await never.wait();
}

}  // namespace nearside::near_end
