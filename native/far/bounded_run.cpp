// The command is the leader of a session of its own, so that its group can be killed as one.
#include "far/bounded_run.hpp"

#include "far/limits.hpp"
#include "io/deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

namespace nearside::far_end {
namespace {

Fault failed(std::string message) {
  return Fault{Errc::kProcessFailed, Condition::kMisconfigured, std::move(message)};
}

using asio::experimental::awaitable_operators::operator||;

/// Until the pipe ends or holds too much.
asio::awaitable<void> collect(io::Stream& from, std::string& output) {
  std::vector<char> buffer(kOutputReadBytes);
  while (output.size() <= kMaxRunOutput) {
    const auto count = co_await from.read_some(asio::buffer(buffer));
    if (!count || *count == 0) co_return;
    output.append(buffer.data(), *count);
  }
}

/// A background process of a profile may hold the pipe for ever: what counts is the command's end.
io::Async<RunOutcome> finish(io::Process& process, io::Stream& from, int pipe) {
  RunOutcome outcome;
  co_await (collect(from, outcome.output) || process.wait());
  if (outcome.output.size() > kMaxRunOutput) co_return failed("It printed too much.");
  // Asked again if it was first: it answers as before.
  const auto status = co_await process.wait();
  if (!status) co_return status.error();
  outcome.status = *status;
  std::vector<char> buffer(kOutputReadBytes);
  ssize_t count;  // The stream has made the pipe non-blocking.
  while (outcome.output.size() <= kMaxRunOutput &&
         (count = ::read(pipe, buffer.data(), buffer.size())) > 0)
    outcome.output.append(buffer.data(), static_cast<std::size_t>(count));
  co_return outcome;
}

asio::awaitable<void> wait_for_group(pid_t group, asio::steady_timer::time_point deadline) {
  asio::steady_timer pause(co_await asio::this_coro::executor);
  while (::kill(-group, 0) == 0 && asio::steady_timer::clock_type::now() < deadline) {
    pause.expires_after(kSweepPause);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

/// What has to clean up may do so: a `pyenv rehash` that is killed outright leaves a lock that
/// holds up every later login shell.
asio::awaitable<void> ask_to_end(io::Process& process) {
  const pid_t group = process.id();
  const auto deadline = asio::steady_timer::clock_type::now() + kRunTermLimit;
  process.signal_group(SIGTERM);
  Fault late = failed("It does not end.");
  const auto ended = co_await io::within(kRunTermLimit, process.wait(), std::move(late));
  if (!ended) {
    process.signal_group(SIGKILL);
    Fault stuck = failed("It is stuck in the kernel.");
    (void)co_await io::within(kRunTermLimit, process.wait(), std::move(stuck));
    co_return;
  }
  // The shell has gone; what it was waiting for may need a moment longer.
  co_await wait_for_group(group, deadline);
}

asio::awaitable<void> kill_later(pid_t group) {
  co_await wait_for_group(group, asio::steady_timer::clock_type::now() + kRunTermLimit);
  ::kill(-group, SIGKILL);
}

/// Stopped, or stuck: either way nothing of it is left behind. Who stops it does not wait.
class EndGroup {
 public:
  EndGroup(asio::any_io_executor executor, pid_t group)
      : executor_(std::move(executor)), group_(group) {}
  ~EndGroup() {
    if (group_ <= 0) return;
    ::kill(-group_, SIGTERM);
    asio::co_spawn(executor_, kill_later(group_), asio::detached);
  }
  EndGroup(const EndGroup&) = delete;
  EndGroup& operator=(const EndGroup&) = delete;
  void release() { group_ = 0; }

 private:
  asio::any_io_executor executor_;
  pid_t group_;
};

}  // namespace

io::Async<RunOutcome> run_bounded(OwnChildren& own, io::ProcessOptions options,
                                  std::chrono::milliseconds limit) {
  const auto executor = co_await asio::this_coro::executor;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) co_return failed("No pipe could be made.");
  auto from = io::make_descriptor_stream(executor, ends[0], ends[0], "the output of a command");
  options.descriptors = {{1, ends[1]}};
  options.new_session = true;
  auto process = io::Process::start(executor, options);
  ::close(ends[1]);
  if (!process) co_return process.error();
  const OwnChildren::Entry entry(own, process->id());
  EndGroup end_group(executor, process->id());
  Fault late = failed("It took longer than " + std::to_string(limit.count()) + " ms.");
  auto outcome = co_await io::within(limit, finish(*process, *from, ends[0]), std::move(late));
  if (!outcome) co_await ask_to_end(*process);
  if (outcome || ::kill(-process->id(), 0) != 0) end_group.release();
  co_return outcome;
}

}  // namespace nearside::far_end
