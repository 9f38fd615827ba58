// The agent as the one who dials: to near ends that listen (`reverse:` targets), again and again
// until it is stopped. The link is the same as one that came in: the near end says hello, and who
// it is is judged by the same pins.
#include "far/agent_impl.hpp"
#include "far/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace nearside::far_end {
namespace {

/// Half of it to all of it: agents that lost their near end together do not come back together.
milliseconds with_jitter(milliseconds pause) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<milliseconds::rep> chosen(pause.count() / 2, pause.count());
  return milliseconds(chosen(random));
}

}  // namespace

io::Async<std::pair<io::StreamPtr, LinkPeer>> Agent::Impl::dial(io::HostPort address) {
  auto context = io::TlsContext::make(io::TlsSide::kClient, *identity, options.ca);
  if (!context) co_return context.error();
  auto socket = co_await io::connect_tcp(executor, address, kTlsHandshakeLimit);
  if (!socket) co_return socket.error();
  const std::string transport = "reverse:" + address.text();
  auto tls =
      co_await io::tls_handshake(*std::move(socket), *context, transport, kTlsHandshakeLimit);
  if (!tls) co_return tls.error();
  LinkPeer peer = judge(peers, options.ca.has_value(), tls->peer);
  peer.transport = transport;
  co_return std::pair(std::move(tls->stream), std::move(peer));
}

asio::awaitable<void> Agent::Impl::dial_out(io::HostPort address) {
  milliseconds pause = kFirstDialPause;
  std::string told;
  while (!stopping) {
    const auto begun = std::chrono::steady_clock::now();
    auto dialled = co_await dial(address);
    if (stopping) co_return;
    if (dialled) {
      told.clear();
      co_await serve(std::move(dialled->first), std::move(dialled->second));
      // A link that lasted was one; the next try is at once. One that did not is no reason to
      // haste.
      if (std::chrono::steady_clock::now() - begun > kMaxDialPause) pause = milliseconds(0);
    } else if (dialled.error().message != told) {
      told = dialled.error().message;
      on_event({{"event", "dial-failed"}, {"address", address.text()}, {"reason", told}});
    }
    if (stopping) co_return;
    asio::steady_timer timer(executor, with_jitter(pause));
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    pause = std::clamp(2 * pause, kFirstDialPause, kMaxDialPause);
  }
}

}  // namespace nearside::far_end
