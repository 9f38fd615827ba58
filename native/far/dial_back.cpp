#include "far/dial_back.hpp"

#include "io/faults.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace nearside::far_end {

namespace asio = io::asio;

Result<DialBack> DialBack::listen(asio::any_io_executor executor) {
  auto acceptor = io::listen_tcp(std::move(executor), io::HostPort{"127.0.0.1", 0});
  if (!acceptor) return acceptor.error();
  return DialBack(std::move(*acceptor));
}

std::string DialBack::address() const {
  boost::system::error_code error;
  return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint(error).port());
}

io::Async<io::StreamPtr> DialBack::accept(pid_t process, std::string name) {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::connection_aborted) continue;
    if (error) {
      co_return io::make_fault(Errc::kAdapterStartFailed, Condition::kInternal,
                               "The listener for the adapter broke: " + error.message() + ".");
    }
    if (!io::peer_belongs_to(socket, process)) {
      ++strangers_;
      continue;  // The socket closes as it goes.
    }
    acceptor_.close(error);
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    co_return io::make_stream(std::move(socket), std::move(name));
  }
}

}  // namespace nearside::far_end
