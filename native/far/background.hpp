// Work that a file system may keep waiting, on threads of its own: a share that does not answer
// must hold up neither the agent nor its end. What always holds: who waits for work waits no longer
// than a limit; work that is late goes on by itself with data of its own, and while all threads are
// kept so, new work is late at once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace nearside::far_end {

namespace asio = boost::asio;

class Background {
 public:
  struct Options {
    std::size_t threads;  ///< One: work is done in the order in which it came.
    std::chrono::milliseconds end_limit;
  };
  explicit Background(asio::any_io_executor executor);
  Background(asio::any_io_executor executor, Options options);
  /// Waits for work that has not ended; leaves threads that hang to the end of the process.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Whether `work` has ended within the limit. It may still run otherwise, even when its caller is
  /// gone: what it uses is its own or shared.
  asio::awaitable<bool> run(std::function<void()> work, std::chrono::milliseconds limit);
  /// Nobody waits for it. `then` follows on the executor, unless this is gone by then.
  void post(std::function<void()> work, std::function<void()> then);

 private:
  struct State;
  asio::thread_pool& threads();

  Options options_;
  std::shared_ptr<State> state_;
  std::unique_ptr<asio::thread_pool> threads_;
};

}  // namespace nearside::far_end
