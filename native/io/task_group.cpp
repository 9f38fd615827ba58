// The cancellation signal of each task lives in the shared state, which the completion handlers
// hold: a group may be destroyed while its tasks still unwind.
#include "io/task_group.hpp"

#include "io/cancellation.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <cstdio>
#include <exception>
#include <list>
#include <utility>

namespace nearside::io {

struct TaskGroup::State {
  explicit State(asio::any_io_executor on)
      : executor(std::move(on)), ended(executor, asio::steady_timer::time_point::max()) {}
  asio::any_io_executor executor;
  std::list<asio::cancellation_signal> signals;  // one for each running task
  asio::steady_timer ended;                      // cancelled when the last task has ended
  bool stopped = false;
};

namespace {

/// Cancellation unwinds a coroutine by an operation_aborted that is thrown from its next co_await.
[[noreturn]] void die_of(const char* what) {
  std::fprintf(stderr, "nearside: a task ended by an exception (a bug, please report): %s\n", what);
  std::terminate();
}

void check_end(const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const asio::multiple_exceptions& several) {
    check_end(several.first_exception());
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) die_of(error.what());
  } catch (const std::exception& error) {
    die_of(error.what());
  } catch (...) {
    die_of("not a std::exception");
  }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : state_(std::make_shared<State>(std::move(executor))) {}

TaskGroup::~TaskGroup() {
  stop();
}

void TaskGroup::spawn(asio::awaitable<void> task) {
  if (state_->stopped) return;
  const auto signal = state_->signals.emplace(state_->signals.end());
  asio::co_spawn(state_->executor, ending_safely(std::move(task)),
                 asio::bind_cancellation_slot(
                     signal->slot(), [state = state_, signal](const std::exception_ptr& thrown) {
                       state->signals.erase(signal);
                       if (state->signals.empty()) state->ended.cancel();
                       check_end(thrown);
                     }));
}

void TaskGroup::stop() {
  state_->stopped = true;
  if (state_->signals.empty()) return;
  // Asio passes a signal on to the task by a bare pointer, at once if that is on the executor; from
  // elsewhere the task could end, and its signal go, in between.
  asio::dispatch(state_->executor, [state = state_] {
    for (auto signal = state->signals.begin(); signal != state->signals.end();) {
      const auto current = signal++;
      current->emit(asio::cancellation_type::terminal);
    }
  });
}

asio::awaitable<void> TaskGroup::join() {
  const auto state = state_;
  // Who has been stopped itself still waits for what it has started.
  const bool threw = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!state->signals.empty())
    co_await state->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  co_await asio::this_coro::throw_if_cancelled(threw);
}

bool TaskGroup::stopped() const {
  return state_->stopped;
}
std::size_t TaskGroup::running() const {
  return state_->signals.size();
}

}  // namespace nearside::io
