// One command has three who share it: the stream over its stdin and stdout, a reader of its stderr,
// and who looks after its life. Whatever reads or writes when the command is gone waits until its
// last words are known, so that the fault can tell them.
#include "near/command_stream.hpp"

#include "io/cancellation.hpp"
#include "io/clock.hpp"
#include "io/faults.hpp"
#include "io/wake.hpp"
#include "near/limits.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <utility>

namespace nearside::near_end {

namespace {
using io::make_fault;
using asio::experimental::awaitable_operators::operator||;
using io::Clock;
}  // namespace

struct RunningCommand {
  RunningCommand(asio::any_io_executor executor, Target of, io::Process started,
                 io::StreamPtr errors)
      : target(std::move(of)),
        process(std::move(started)),
        standard_error(std::move(errors)),
        useless(executor),
        unwanted(executor),
        silent(executor),
        over(executor, Clock::time_point::max()) {}

  Fault fault() const { return command_fault(target, {status, last_words(), has_greeted}); }
  /// Of stderr, and before the greeting of stdout, where docker writes what it has to say.
  std::string last_words() const {
    return clean_words(has_greeted ? words : words + "\n" + noise, kLastWordsBytes);
  }

  Target target;
  io::Process process;
  io::StreamPtr standard_error;
  std::string words;  ///< Of stderr, the newest.
  std::string noise;  ///< Of stdout, before the greeting.
  bool has_greeted = false;
  std::optional<io::ExitStatus> status;
  io::Wake useless;   ///< It has closed its output: it may end by itself, soon.
  io::Wake unwanted;  ///< It shall end.
  io::Wake silent;    ///< Its stderr has ended.
  bool is_over = false;
  asio::steady_timer over;  ///< Cancelled when it has ended and said its last words.
};

namespace {

using CommandPtr = std::shared_ptr<RunningCommand>;

/// Whether it has ended before the bell rings and before the limit.
asio::awaitable<bool> ends_before(RunningCommand& command, io::Wake& bell,
                                  Clock::time_point limit) {
  const auto first = co_await (io::ending_safely(command.process.wait()) || bell.wait_until(limit));
  if (first.index() == 0 && std::get<0>(first)) command.status = *std::get<0>(first);
  co_return command.status.has_value();
}

asio::awaitable<bool> is_stopped() {
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

/// Until it has ended; to be called when it is useless or we are stopped.
asio::awaitable<void> end(RunningCommand& command) {
  bool stopped = co_await is_stopped();
  if (!stopped) {
    const bool ended =
        co_await ends_before(command, command.unwanted, Clock::now() + kCommandOwnEndLimit);
    if (ended) co_return;
    stopped = co_await is_stopped();
  }
  if (!stopped) {
    command.process.signal_group(SIGTERM);
    io::Wake nobody(co_await asio::this_coro::executor);
    const bool ended = co_await ends_before(command, nobody, Clock::now() + kCommandTermLimit);
    if (ended) co_return;
  }
  command.process.signal_group(SIGKILL);
  const auto status = co_await command.process.wait();
  if (status) command.status = *status;
}

/// From its start to its end, by whom ever. Being stopped means: at once.
asio::awaitable<void> look_after(CommandPtr command) {
  co_await asio::this_coro::throw_if_cancelled(false);
  // Should the loop go before the command does.
  struct Leash {
    explicit Leash(RunningCommand& one) : held(one) {}
    ~Leash() {
      if (!held.status) held.process.signal_group(SIGKILL);
      held.standard_error->close();
    }
    Leash(const Leash&) = delete;
    Leash& operator=(const Leash&) = delete;
    RunningCommand& held;
  } leash(*command);
  const bool ended = co_await ends_before(*command, command->useless, Clock::time_point::max());
  if (!ended) co_await end(*command);
  // Who has inherited its stderr (ssh's ControlMaster) may keep that open for hours.
  co_await command->silent.wait_until(Clock::now() + kLastWordsLimit);
  command->is_over = true;
  command->over.cancel();
}

asio::awaitable<void> listen(CommandPtr command) {
  std::array<char, kLastWordsBytes> buffer;
  for (;;) {
    const auto count = co_await command->standard_error->read_some(asio::buffer(buffer));
    if (!count || *count == 0) break;
    command->words.append(buffer.data(), *count);
    // Twice as much: what is cleaned away shall not be missing.
    if (command->words.size() > 2 * kLastWordsBytes)
      command->words.erase(0, command->words.size() - 2 * kLastWordsBytes);
  }
  command->silent.ring();
}

/// The two ends of a pipe; closed with the object, but for what was taken.
struct Pipe {
  Pipe() {
    if (::pipe2(ends, O_CLOEXEC) != 0) ends[0] = ends[1] = -1;
  }
  ~Pipe() {
    for (const int end : ends)
      if (end >= 0) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool is_open() const { return ends[0] >= 0; }
  int take(int which) { return std::exchange(ends[which], -1); }
  int ends[2];
};

}  // namespace

CommandStream::CommandStream(std::shared_ptr<RunningCommand> command, io::StreamPtr pipe)
    : command_(std::move(command)), pipe_(std::move(pipe)) {}

CommandStream::~CommandStream() {
  CommandStream::close();
}

Result<std::unique_ptr<CommandStream>> CommandStream::start(asio::any_io_executor executor,
                                                            const NearEndOptions& options,
                                                            const Target& target,
                                                            std::vector<std::string> words,
                                                            io::TaskGroup& tasks) {
  if (tasks.stopped())
    return make_fault(Errc::kStopped, Condition::kUnreachable, "This near end is closing.");
  Pipe input, output, errors;
  if (!input.is_open() || !output.is_open() || !errors.is_open()) {
    return make_fault(
        Errc::kProcessFailed, Condition::kUnreachable,
        "No pipe could be made for " + to_string(target) + ": " + io::errno_text(errno));
  }
  io::ProcessOptions process;
  process.arguments = std::move(words);
  process.environment = *options.environment;
  process.descriptors = {{0, input.ends[0]}, {1, output.ends[1]}, {2, errors.ends[1]}};
  process.new_session = true;
  process.group_ends_with_it = true;
  auto running = io::Process::start(executor, process);
  if (!running) {
    auto fault = running.error();
    fault.message = "The command behind " + to_string(target) + " cannot be run: " + fault.message;
    return fault;
  }
  const auto name = to_string(target);
  const int errors_end = errors.take(0);
  auto command = std::make_shared<RunningCommand>(
      executor, target, *std::move(running),
      io::make_descriptor_stream(executor, errors_end, errors_end, name + "'s stderr"));
  tasks.spawn(listen(command));
  tasks.spawn(look_after(command));
  auto pipe = io::make_descriptor_stream(executor, output.take(0), input.take(1), name);
  return std::unique_ptr<CommandStream>(new CommandStream(std::move(command), std::move(pipe)));
}

io::Async<void> CommandStream::read_greeting(std::string_view greeting) {
  std::array<char, 4096> buffer;
  auto& noise = command_->noise;
  for (;;) {
    const auto count = co_await pipe_->read_some(asio::buffer(buffer));
    if (!count || *count == 0) co_return co_await why();
    noise.append(buffer.data(), *count);
    const auto at = noise.find(greeting);
    if (at != std::string::npos) {
      early_ = noise.substr(at + greeting.size());
      command_->has_greeted = true;
      co_return boost::system::in_place_value;
    }
    if (noise.size() > kMaxNoiseBytes) {
      co_return make_fault(Errc::kProcessFailed, Condition::kMisconfigured,
                           "The command behind " + to_string(command_->target) +
                               " runs something else than nearside. It says: " +
                               clean_words(noise.substr(0, kShownNoiseBytes), kShownNoiseBytes));
    }
  }
}

const std::string& CommandStream::noise() const {
  return command_->noise;
}

std::string CommandStream::last_words() const {
  return command_->last_words();
}

std::optional<int> CommandStream::exit_code() const {
  return command_->status ? command_->status->code : std::nullopt;
}

io::Async<std::size_t> CommandStream::read_some(asio::mutable_buffer into) {
  if (!early_.empty()) {
    const auto count = std::min(early_.size(), into.size());
    std::memcpy(into.data(), early_.data(), count);
    early_.erase(0, count);
    co_return count;
  }
  auto count = co_await pipe_->read_some(into);
  if (is_closed_ || (count && *count > 0)) co_return std::move(count);
  co_return co_await why();
}

io::Async<void> CommandStream::write(asio::const_buffer bytes) {
  auto written = co_await pipe_->write(bytes);
  if (written || is_closed_) co_return std::move(written);
  co_return co_await why();
}

std::size_t CommandStream::try_write(asio::const_buffer bytes) {
  return pipe_->try_write(bytes);
}

io::Async<void> CommandStream::end_output() {
  return pipe_->end_output();
}

void CommandStream::close() noexcept {
  is_closed_ = true;
  pipe_->close();
  command_->useless.ring();
  command_->unwanted.ring();
}

const std::string& CommandStream::name() const {
  return pipe_->name();
}

asio::any_io_executor CommandStream::executor() {
  return pipe_->executor();
}

asio::awaitable<Fault> CommandStream::why() {
  const auto command = command_;
  command->useless.ring();
  while (!command->is_over) co_await command->over.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return command->fault();
}

}  // namespace nearside::near_end
