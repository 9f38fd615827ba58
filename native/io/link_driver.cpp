// Three loops around one link: bytes in, bytes out, time. Whoever changes the link's state flushes;
// a flush writes straight to the stream, and the write loop only takes over when that is full.
#include "io/link_driver.hpp"

#include "io/cancellation.hpp"
#include "io/faults.hpp"
#include "io/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>
#include <variant>

namespace nearside::io {
namespace {

constexpr auto kNever = asio::steady_timer::time_point::max();

/// The loops that did not end first, and all of them when run() is stopped, end by
/// operation_aborted.
void rethrow_unless_stopped(const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
}

asio::steady_timer::time_point to_time_point(link::Time time) {
  return asio::steady_timer::time_point(time);
}

}  // namespace

link::Time now() {
  return std::chrono::duration_cast<link::Time>(
      std::chrono::steady_clock::now().time_since_epoch());
}

LinkDriver::LinkDriver(StreamPtr stream, link::LinkOptions options, OnEvent on_event)
    : executor_(stream->executor()),
      stream_(std::move(stream)),
      link_(std::move(options), now()),
      on_event_(std::move(on_event)),
      writer_wake_(executor_, kNever),
      clock_(executor_, kNever),
      input_(kReadBufferBytes) {}

LinkDriver::~LinkDriver() = default;

asio::awaitable<void> LinkDriver::run() {
  const bool threw = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  do {
    if (next_) stream_ = std::move(next_);
    output_.clear();
    written_ = 0;
    lost_ = writing_ = false;
    co_await run_transport();
  } while (next_ && cancellation.cancelled() == asio::cancellation_type::none);
  const bool was_stopped = cancellation.cancelled() != asio::cancellation_type::none;
  if (!released_ && (was_stopped || !link_.suspended()))
    abandon(make_fault(Errc::kStopped, Condition::kUnreachable,
                       "the link over " + stream_->name() + " was stopped"));
  co_await asio::this_coro::throw_if_cancelled(threw);
}

asio::awaitable<void> LinkDriver::run_transport() {
  running_ = true;
  flush();
  // What is stopped already, by an event of this first flush too, must not start: the loops would
  // not hear of it.
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() == asio::cancellation_type::none && !is_left()) co_await run_loops();
  running_ = false;
  if (!released_) stream_->close();
}

void LinkDriver::move_to(StreamPtr stream) {
  next_ = std::move(stream);
  if (!running_) return;
  lost_ = true;  // Nothing of the old one may reach the link any more.
  stream_->close();
}

StreamPtr LinkDriver::release() {
  released_ = told_end_ = lost_ = true;
  return std::move(stream_);
}

void LinkDriver::abandon(const Fault& reason) {
  link_.abandon(reason, now());
  deliver_events();
  if (!told_end_) deliver(link::LinkEnded{});
}

asio::awaitable<void> LinkDriver::run_loops() {
  // wait_for_one and not `||`, which would wait on for a success if one loop fails by a bug.
  const auto executor = co_await asio::this_coro::executor;
  auto [order, reading, writing, timing] =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(executor, ending_safely(read_loop()), asio::deferred),
          asio::co_spawn(executor, ending_safely(write_loop()), asio::deferred),
          asio::co_spawn(executor, ending_safely(time_loop()), asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  for (const auto& thrown : {reading, writing, timing}) rethrow_unless_stopped(thrown);
}

void LinkDriver::flush() {
  flush_wanted_ = true;
  if (delivering_) return;  // the delivery that we are called from ends with one
  while (std::exchange(flush_wanted_, false)) {
    deliver_events();
    write_now();
    deliver_events();  // taking output makes channels writable
  }
  wake_clock_if_earlier();
}

void LinkDriver::deliver_events() {
  delivering_ = true;
  while (auto event = link_.poll_event()) deliver(std::move(*event));
  delivering_ = false;
}

void LinkDriver::deliver(link::LinkEvent event) {
  if (told_end_) return;
  told_end_ = std::holds_alternative<link::LinkEnded>(event);
  on_event_(std::move(event));
}

void LinkDriver::write_now() {
  if (!running_ || lost_ || writing_ || unwritten()) return;
  output_.clear();
  written_ = 0;
  if (take_output()) written_ = stream_->try_write(asio::buffer(output_));
  // More of a long queue is the write loop's, so that reads have their turn between the batches.
  if (unwritten() || output_.size() >= kWriteBatchBytes || link_.ended()) writer_wake_.cancel();
}

bool LinkDriver::take_output() {
  const CostMeter meter(framing_);
  return link_.poll_output(output_, kWriteBatchBytes, now());
}

asio::awaitable<void> LinkDriver::write_loop() {
  for (;;) {
    while (!unwritten()) {
      output_.clear();
      written_ = 0;
      take_output();
      flush_wanted_ = false;
      deliver_events();
      if (!flush_wanted_) break;
    }
    if (unwritten()) {
      writing_ = true;
      const auto rest = asio::buffer(output_) + written_;
      const auto result = co_await stream_->write(rest);
      writing_ = false;
      written_ = output_.size();
      if (!result) {
        lose(result.error());
        co_return;
      }
      wake_clock_if_earlier();
      co_await asio::post(executor_, asio::use_awaitable);
      continue;
    }
    if (link_.ended()) break;
    co_await writer_wake_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_await stream_->end_output();
  // The peer reads our last words and closes; the clock limits how long we listen for that.
  for (;;) co_await writer_wake_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> LinkDriver::read_loop() {
  for (;;) {
    const auto count = co_await stream_->read_some(asio::buffer(input_));
    if (!count) {
      lose(count.error());
      co_return;
    }
    if (*count == 0) {
      lose(make_fault(Errc::kLinkLost, Condition::kUnreachable,
                      "the other end of " + stream_->name() + " has closed the connection"));
      co_return;
    }
    if (is_left()) co_return;
    if (link_.ended()) continue;  // thrown away, so that closing does not reset the connection
    {
      const CostMeter meter(framing_);
      link_.handle_bytes(std::string_view(input_.data(), *count), now());
    }
    flush();
    if (is_left()) co_return;
  }
}

asio::awaitable<void> LinkDriver::time_loop() {
  while (!link_.ended()) {
    if (is_left()) co_return;
    const auto next = link_.next_timeout();
    if (next && *next <= now()) {
      link_.handle_time(now());
      flush();
      continue;
    }
    clock_set_to_ = next.value_or(link::Time::max());
    clock_.expires_at(next ? to_time_point(*next) : kNever);
    co_await clock_.async_wait(asio::as_tuple(asio::use_awaitable));
    clock_set_to_ = link::Time::max();
  }
  const auto farewell = std::chrono::steady_clock::now() + kFarewellLimit;
  while (std::chrono::steady_clock::now() < farewell) {
    clock_.expires_at(farewell);
    co_await clock_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

void LinkDriver::wake_clock_if_earlier() {
  // A later timeout needs nothing: the clock wakes too early, looks again and sleeps on. So traffic
  // does not re-arm a timer for each message.
  if (!running_) return;
  const auto next = link_.next_timeout();
  if (link_.ended() || is_left() || (next && *next < clock_set_to_)) clock_.cancel();
}

void LinkDriver::lose(const Fault& reason) {
  if (std::exchange(lost_, true)) return;
  link_.handle_transport_lost(reason, now());
  deliver_events();
}

}  // namespace nearside::io
