// TCP: addresses, listening, connecting.
#include "io/sockets.hpp"

#include "io/clock.hpp"
#include "io/deadline.hpp"
#include "io/limits.hpp"
#include "io/names.hpp"
#include "io/socket_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/use_future.hpp>
#include <netinet/tcp.h>

#include <charconv>
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

Async<tcp::socket> connect_one(asio::any_io_executor executor, tcp::endpoint endpoint,
                               HostPort address) {
  tcp::socket socket(executor);
  const auto [error] = co_await socket.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
  if (!error) co_return std::move(socket);
  if (error == asio::error::connection_refused)
    co_return connect_fault(address, "nothing listens there; is the agent running?");
  co_return connect_fault(address, error.message());
}

/// Of a name to listen on, which is this machine's: looked up at once, before anything runs.
Result<Addresses> own_addresses(const std::string& host) {
  asio::io_context loop;
  auto found = asio::co_spawn(loop, addresses_of(loop.get_executor(), host, kOwnNameLimit),
                              asio::use_future);
  loop.run();
  return found.get();
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
    const auto found = own_addresses(address.host);
    if (!found) {
      return make_fault(Errc::kListenFailed, Condition::kMisconfigured,
                        "cannot listen on " + address.text() + ": " + found.error().message);
    }
    endpoint = tcp::endpoint(found->front(), address.port);
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
  const auto addresses = co_await addresses_of(executor, to.host, limit);
  if (!addresses) {
    auto fault = addresses.error();
    fault.message = "cannot connect to " + to.text() + ": " + fault.message;
    co_return fault;
  }
  std::optional<Fault> last;
  for (std::size_t tried = 0; tried < addresses->size(); ++tried) {
    // An address that swallows packets must not take the time of those after it.
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    const auto share = left / static_cast<int>(addresses->size() - tried);
    if (share.count() <= 0) break;
    auto socket = co_await within(share, connect_one(executor, {(*addresses)[tried], to.port}, to),
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
