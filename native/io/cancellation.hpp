// What every coroutine that is spawned here goes through at its end. Boost 1.81's co_spawn makes
// one more co_await after a task that never had to wait; if the task was cancelled meanwhile, that
// co_await throws out of io_context::run() and the completion handler is never called.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace nearside::io {

namespace asio = boost::asio;

/// The task's result or exception; what co_spawn does after it cannot throw any more. Only around a
/// task that is about to be spawned.
template <typename T>
asio::awaitable<T> ending_safely(asio::awaitable<T> task) {
  std::exception_ptr thrown;
  std::optional<T> value;
  try {
    value.emplace(co_await std::move(task));
  } catch (...) {
    thrown = std::current_exception();
  }
  co_await asio::this_coro::throw_if_cancelled(false);
  if (thrown) std::rethrow_exception(thrown);
  co_return std::move(*value);
}

inline asio::awaitable<void> ending_safely(asio::awaitable<void> task) {
  std::exception_ptr thrown;
  try {
    co_await std::move(task);
  } catch (...) {
    thrown = std::current_exception();
  }
  co_await asio::this_coro::throw_if_cancelled(false);
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace nearside::io
