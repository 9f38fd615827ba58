// A limit in time around any operation. When it passes, the operation is cancelled and has ended
// before the caller goes on: nothing is left running behind a deadline.
#pragma once

#include "io/cancellation.hpp"
#include "io/stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>
#include <variant>

namespace nearside::io {

/// `operation`'s result, or `late` when it takes longer than `limit`.
template <typename T>
Async<T> within(std::chrono::milliseconds limit, Async<T> operation, Fault late) {
  using asio::experimental::awaitable_operators::operator||;
  asio::steady_timer timer(co_await asio::this_coro::executor, limit);
  auto first = co_await (ending_safely(std::move(operation)) ||
                         timer.async_wait(asio::as_tuple(asio::use_awaitable)));
  if (first.index() == 0) co_return std::get<0>(std::move(first));
  co_return std::move(late);
}

}  // namespace nearside::io
