// A bell between coroutines of one executor: who waits goes on after the next ring; a ring that
// nobody waited for is remembered, many as one. One waits at a time. It carries nothing: look at
// the state after it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace nearside::io {

namespace asio = boost::asio;

class Wake {
 public:
  explicit Wake(asio::any_io_executor executor) : timer_(std::move(executor)) {}

  void ring() {
    rung_ = true;
    timer_.cancel();
  }
  asio::awaitable<void> wait() { return wait_until(asio::steady_timer::time_point::max()); }
  /// Also goes on at `deadline`.
  asio::awaitable<void> wait_until(asio::steady_timer::time_point deadline) {
    if (!rung_) {
      timer_.expires_at(deadline);
      co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    rung_ = false;
  }

 private:
  asio::steady_timer timer_;
  bool rung_ = false;
};

}  // namespace nearside::io
