// A Stream over a connected Asio socket (TCP or Unix). Writes try the socket first and wait only
// when it is full: a small message leaves without a turn of the event loop.
#pragma once

#include "io/faults.hpp"
#include "io/stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <string>
#include <utility>

namespace nearside::io {

template <typename Socket>
class SocketStream final : public Stream {
 public:
  SocketStream(Socket socket, std::string name)
      : socket_(std::move(socket)), name_(std::move(name)) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
  }

  Async<std::size_t> read_some(asio::mutable_buffer into) override {
    const auto [error, count] =
        co_await socket_.async_read_some(into, asio::as_tuple(asio::use_awaitable));
    if (!error) co_return count;
    if (error == asio::error::eof) co_return std::size_t{0};
    co_return stream_fault(name_, "reading from", error);
  }

  Async<void> write(asio::const_buffer bytes) override {
    for (;;) {
      boost::system::error_code error;
      bytes += socket_.write_some(bytes, error);
      if (error && error != asio::error::would_block)
        co_return stream_fault(name_, "writing to", error);
      if (bytes.size() == 0) co_return Result<void>();
      if (!error) continue;
      const auto [waited] = co_await socket_.async_wait(asio::socket_base::wait_write,
                                                        asio::as_tuple(asio::use_awaitable));
      if (waited) co_return stream_fault(name_, "writing to", waited);
    }
  }

  std::size_t try_write(asio::const_buffer bytes) override {
    boost::system::error_code error;
    return socket_.write_some(bytes, error);
  }

  Async<void> end_output() override {
    boost::system::error_code error;
    socket_.shutdown(asio::socket_base::shutdown_send, error);
    if (error && error != asio::error::not_connected)
      co_return stream_fault(name_, "ending", error);
    co_return Result<void>();
  }

  void close() noexcept override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  const std::string& name() const override { return name_; }
  asio::any_io_executor executor() override { return socket_.get_executor(); }

 private:
  Socket socket_;
  std::string name_;
};

}  // namespace nearside::io
