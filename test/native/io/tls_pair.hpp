// Two connected TCP sockets, and two ends of one TLS connection, for the tests.
#pragma once

#include "io/sockets.hpp"
#include "io/tls.hpp"
#include "loop.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <utility>

namespace nearside::io {

struct SocketPair {
  asio::ip::tcp::socket accepted;
  asio::ip::tcp::socket connected;
};

inline SocketPair socket_pair(Loop& loop) {
  auto acceptor = listen_tcp(loop.executor(), {"127.0.0.1", 0}).value();
  const HostPort address{"127.0.0.1", acceptor.local_endpoint().port()};
  auto connected = loop.run(connect_tcp(loop.executor(), address, kTestLimit)).value();
  auto accepted = loop.run(acceptor.async_accept(asio::use_awaitable));
  return {std::move(accepted), std::move(connected)};
}

struct TlsPair {
  Result<TlsStream> server;
  Result<TlsStream> client;
};

inline TlsPair tls_pair(Loop& loop, TlsContext server, TlsContext client) {
  auto sockets = socket_pair(loop);
  std::optional<Result<TlsStream>> at_server, at_client;
  const auto shake = [](asio::ip::tcp::socket socket, TlsContext context, const char* name,
                        std::optional<Result<TlsStream>>& into) -> asio::awaitable<void> {
    into.emplace(co_await tls_handshake(std::move(socket), context, name, kTestLimit));
  };
  using asio::experimental::awaitable_operators::operator&&;
  loop.run([&]() -> asio::awaitable<void> {
    co_await (shake(std::move(sockets.accepted), server, "the client", at_server) &&
              shake(std::move(sockets.connected), client, "the server", at_client));
  }());
  return {std::move(*at_server), std::move(*at_client)};
}

}  // namespace nearside::io
