// TCP: addresses, listening, connecting. A name is looked up in Asio's own thread, which nothing
// can interrupt; so the limit does not wait for it.
#include "io/sockets.hpp"

#include "io/clock.hpp"
#include "io/deadline.hpp"
#include "io/limits.hpp"
#include "io/socket_stream.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/tcp.h>

#include <charconv>
#include <memory>
#include <optional>
#include <vector>

namespace nearside::io {
namespace {

using asio::ip::tcp;
using Milliseconds = std::chrono::milliseconds;

Fault address_fault(std::string_view text, const char* what) {
  return make_fault(Errc::kUsage, Condition::kMisconfigured,
                    "\"" + std::string(text.substr(0, 300)) + "\" is no address: " + what +
                        "; write HOST:PORT, as in 127.0.0.1:4711 or [::1]:4711");
}

Fault connect_fault(const HostPort& address, const std::string& why) {
  return make_fault(Errc::kConnectFailed, Condition::kUnreachable,
                    "cannot connect to " + address.text() + ": " + why);
}

Fault late_fault(const HostPort& address, Milliseconds limit) {
  return make_fault(Errc::kTimedOut, Condition::kUnreachable,
                    "nobody answered at " + address.text() + " within " +
                        std::to_string(limit.count()) +
                        " ms; is the address right, and does a firewall let it through?");
}

/// What the resolver's thread reports to, which may come after its caller has left.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor)
      : resolver(executor), done(executor, Clock::time_point::max()) {}
  tcp::resolver resolver;
  asio::steady_timer done;
  bool finished = false;
  boost::system::error_code error;
  std::vector<tcp::endpoint> endpoints;
};

Async<std::vector<tcp::endpoint>> resolve(asio::any_io_executor executor, HostPort address,
                                          Milliseconds limit) {
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(address.host, error);
  if (!error) {
    std::vector<tcp::endpoint> one;
    one.emplace_back(literal, address.port);
    co_return one;
  }
  auto lookup = std::make_shared<Lookup>(executor);
  lookup->resolver.async_resolve(address.host, std::to_string(address.port),
                                 [lookup](const boost::system::error_code& failed,
                                          const tcp::resolver::results_type& results) {
                                   lookup->finished = true;
                                   lookup->error = failed;
                                   for (const auto& entry : results)
                                     lookup->endpoints.push_back(entry.endpoint());
                                   lookup->done.cancel();
                                 });
  lookup->done.expires_after(limit);
  co_await lookup->done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!lookup->finished) {
    lookup->resolver.cancel();
    co_return late_fault(address, limit);
  }
  if (lookup->error)
    co_return connect_fault(address,
                            "its name is not known here (" + lookup->error.message() + ")");
  co_return std::move(lookup->endpoints);
}

Async<tcp::socket> connect_one(asio::any_io_executor executor, tcp::endpoint endpoint,
                               HostPort address) {
  tcp::socket socket(executor);
  const auto [error] = co_await socket.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
  if (!error) co_return std::move(socket);
  if (error == asio::error::connection_refused)
    co_return connect_fault(address, "nothing listens there; is the agent running?");
  co_return connect_fault(address, error.message());
}

}  // namespace

std::string HostPort::text() const {
  const bool bare_v6 = host.find(':') != std::string::npos;
  return (bare_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<HostPort> parse_host_port(std::string_view text) {
  std::string_view host;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return address_fault(text, "the bracket is not closed");
    host = text.substr(1, end - 1);
    if (!text.substr(end + 1).starts_with(':')) return address_fault(text, "the port is missing");
    port = text.substr(end + 2);
  } else {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return address_fault(text, "the port is missing");
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (host.find(':') != std::string_view::npos)
      return address_fault(text, "an IPv6 address needs brackets");
  }
  if (host.empty()) return address_fault(text, "the host is missing");
  if (host.find_first_of(std::string_view(" \t\r\n/\0", 6)) != std::string_view::npos)
    return address_fault(text, "the host holds characters that no host has");
  unsigned value = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
  if (port.empty() || error != std::errc() || end != port.data() + port.size() || value > 65535)
    return address_fault(text, "the port is no number from 0 to 65535");
  return HostPort{std::string(host), static_cast<std::uint16_t>(value)};
}

Result<tcp::acceptor> listen_tcp(asio::any_io_executor executor, const HostPort& address) {
  const auto failed = [&](const boost::system::error_code& error) {
    std::string why = error.message();
    if (error == asio::error::address_in_use)
      why =
          "the port is in use by another program; end it, or choose another port (0 takes a free "
          "one)";
    else if (error == asio::error::access_denied)
      why = "that needs more rights; choose a port above 1023";
    else if (error == boost::system::errc::address_not_available)
      why = "this machine does not have that address";
    return make_fault(Errc::kListenFailed, Condition::kMisconfigured,
                      "cannot listen on " + address.text() + ": " + why);
  };
  boost::system::error_code error;
  tcp::endpoint endpoint;
  if (const auto literal = asio::ip::make_address(address.host, error); !error) {
    endpoint = tcp::endpoint(literal, address.port);
  } else {
    tcp::resolver resolver(executor);
    const auto found =
        resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
    if (error) return failed(error);
    endpoint = found.begin()->endpoint();
  }
  tcp::acceptor acceptor(executor);
  acceptor.open(endpoint.protocol(), error);
  if (error) return failed(error);
  acceptor.set_option(asio::socket_base::reuse_address(true), error);
  acceptor.bind(endpoint, error);
  if (error) return failed(error);
  acceptor.listen(kListenBacklog, error);
  if (error) return failed(error);
  return acceptor;
}

Async<tcp::socket> connect_tcp(asio::any_io_executor executor, HostPort to, Milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  auto endpoints = co_await resolve(executor, to, limit);
  if (!endpoints) co_return endpoints.error();
  std::optional<Fault> last;
  for (std::size_t tried = 0; tried < endpoints->size(); ++tried) {
    // An address that swallows packets must not take the time of those after it.
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    const auto share = left / static_cast<int>(endpoints->size() - tried);
    if (share.count() <= 0) break;
    auto socket = co_await within(share, connect_one(executor, (*endpoints)[tried], to),
                                  late_fault(to, limit));
    if (socket) {
      tune(*socket);
      co_return std::move(socket);
    }
    last = socket.error();
  }
  co_return last ? *last : late_fault(to, limit);
}

void tune(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
#ifdef TCP_NOTSENT_LOWAT
  using LowWater = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;
  socket.set_option(LowWater(kNotSentLowWaterBytes), ignored);
#endif
}

StreamPtr make_stream(tcp::socket socket, std::string name) {
  tune(socket);
  return std::make_unique<SocketStream<tcp::socket>>(std::move(socket), std::move(name));
}

StreamPtr make_stream(asio::local::stream_protocol::socket socket, std::string name) {
  return std::make_unique<SocketStream<asio::local::stream_protocol::socket>>(std::move(socket),
                                                                              std::move(name));
}

}  // namespace nearside::io
