// Starts `nearside agent --on-demand` and waits for its socket to appear.
#include "near/local_agent.hpp"

#include "io/clock.hpp"
#include "io/faults.hpp"
#include "io/files.hpp"
#include "io/sockets.hpp"
#include "near/limits.hpp"
#include "near/transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <utility>

namespace nearside::near_end {
namespace {

using io::Clock;
using io::make_fault;

std::filesystem::path log_file(const NearEndOptions& options) {
  return options.state / "agent.log";
}

/// Opened for appending, 0600, begun anew when it has grown too long. Ours to close.
Result<int> open_log(const std::filesystem::path& file) {
  const int log =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  struct stat status {};
  if (log < 0 || ::fstat(log, &status) != 0 || ::fchmod(log, 0600) != 0 ||
      (static_cast<std::uintmax_t>(status.st_size) > kMaxAgentLogBytes &&
       ::ftruncate(log, 0) != 0)) {
    const std::string why = io::errno_text(errno);
    if (log >= 0) ::close(log);
    return make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                      "The log of the local agent, " + file.string() +
                          ", cannot be written: " + why +
                          ". Make the state folder writable, or choose another one (--state).");
  }
  return log;
}

std::string tail_of(const std::filesystem::path& file, std::uintmax_t begins) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error || size <= begins) return {};
  const auto from = size - begins > kAgentLogTailBytes ? size - kAgentLogTailBytes : begins;
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(from));
  std::string text(static_cast<std::size_t>(size - from), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

LocalAgent::LocalAgent(asio::any_io_executor executor,
                       std::shared_ptr<const NearEndOptions> options)
    : executor_(std::move(executor)), options_(std::move(options)), reapers_(executor_) {}

io::Async<LocalAgent::Socket> LocalAgent::connect_running(asio::any_io_executor executor,
                                                          std::filesystem::path state,
                                                          std::chrono::milliseconds limit) {
  auto path = io::agent_socket_path(state);
  if (!path) co_return path.error();
  auto socket = co_await io::connect_local(executor, *path, limit);
  if (!socket) co_return socket.error();
  const auto user = io::peer_user(*socket);
  if (!user) co_return user.error();
  if (*user != ::geteuid()) {
    co_return make_fault(Errc::kPeerMismatch, Condition::kMisconfigured,
                         "Another user (" + std::to_string(*user) + ") listens at " +
                             path->string() + ". Have that process ended.");
  }
  co_return std::move(*socket);
}

io::Async<LocalAgent::Socket> LocalAgent::connect(std::shared_ptr<LocalAgent> self,
                                                  Clock::time_point deadline) {
  bool started = false;
  for (;;) {
    auto socket =
        co_await connect_running(self->executor_, self->options_->state, time_left(deadline));
    if (socket || socket.error().code != Errc::kConnectFailed) co_return std::move(socket);
    if (!started) {
      if (auto start = self->start(); !start) co_return start.error();
      started = true;
    }
    const auto& ended = self->started_->ended;
    if (ended && Clock::now() - self->started_->ended_at > kAgentExitGrace) {
      co_return self->failed("The local agent could not be started: it " + ended->text() + ".");
    }
    if (time_left(deadline).count() == 0)
      co_return self->failed("The local agent was started and did not open its socket in time.");
    asio::steady_timer pause(self->executor_, kAgentStartPause);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

Result<void> LocalAgent::start() {
  if (started_ && !started_->ended) return {};  // it runs, and is about to listen
  if (auto folder = io::ensure_private_folder(options_->state); !folder) return folder.error();
  auto log = open_log(log_file(*options_));
  if (!log) return log.error();
  auto started = std::make_shared<Started>();
  std::error_code error;
  started->log_begins = std::filesystem::file_size(log_file(*options_), error);

  io::ProcessOptions process;
  process.arguments = {options_->executable, "agent", "--on-demand"};
  if (!options_->state_is_default) {
    process.arguments.push_back("--state");
    process.arguments.push_back(std::filesystem::absolute(options_->state, error).string());
  }
  // Not ours: a folder that somebody wants to unmount would be kept busy by a daemon.
  process.working_directory = "/";
  process.environment = *options_->environment;
  process.descriptors = {{1, *log}, {2, *log}};
  process.new_session = true;
  auto running = io::Process::start(executor_, process);
  ::close(*log);
  if (!running) return running.error();
  started_ = started;
  reapers_.spawn(reap(*std::move(running), started));
  return {};
}

Fault LocalAgent::failed(const std::string& what) const {
  const auto words = tail_of(log_file(*options_), started_->log_begins);
  return make_fault(Errc::kProcessFailed, Condition::kMisconfigured,
                    what + (words.empty() ? " It said nothing" : " Its last words: " + words) +
                        " (its log: " + log_file(*options_).string() + ").");
}

asio::awaitable<void> LocalAgent::reap(io::Process process, std::shared_ptr<Started> started) {
  auto status = co_await process.wait();
  started->ended = status ? *status : io::ExitStatus{};
  started->ended_at = Clock::now();
}

}  // namespace nearside::near_end
