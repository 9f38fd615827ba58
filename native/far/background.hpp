// Work that a file system may keep waiting, on threads of its own: a share that does not answer
// must hold up neither the agent nor its end. What always holds: who waits for work waits no longer
// than a limit; work that is late goes on by itself with data of its own, and while all threads are
// kept so, new work is late at once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace nearside::far_end {

namespace asio = boost::asio;

class Background {
 public:
  explicit Background(asio::any_io_executor executor);
  /// Waits for work that was on time; leaves threads that hang to the end of the process.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Whether `work` has ended within the limit. It may still run otherwise, even when its caller is
  /// gone: what it uses is its own or shared.
  asio::awaitable<bool> run(std::function<void()> work, std::chrono::milliseconds limit);

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::unique_ptr<asio::thread_pool> threads_;
};

}  // namespace nearside::far_end
