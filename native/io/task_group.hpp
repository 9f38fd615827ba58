// A group of coroutines that can be stopped together. Every coroutine that outlives its caller
// belongs to one: there is no bare `detached` in this code. An exception that leaves a task is a
// bug and ends the process by std::terminate, with the exception's text on stderr.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace nearside::io {

namespace asio = boost::asio;

class TaskGroup {
 public:
  explicit TaskGroup(asio::any_io_executor executor);
  /// Stops what still runs. The tasks' captured state must live until they have ended: join() first
  /// where that matters.
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts a task. After stop() a new task is not started at all.
  void spawn(asio::awaitable<void> task);
  /// Asks every task to end (terminal cancellation of what it awaits). May be called repeatedly.
  void stop();
  /// Waits until no task runs.
  asio::awaitable<void> join();

  bool stopped() const;
  std::size_t running() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace nearside::io
