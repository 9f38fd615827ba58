// A keeper's environment is empty but for the session's id: it needs nothing, and what it starts is
// told its own.
#include "far/keeper_process.hpp"

#include "far/offspring.hpp"
#include "io/deadline.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace nearside::far_end {
namespace {

/// A keeper has to be of this very build. Where the file was replaced meanwhile (an upgrade), Linux
/// still has the one that runs.
std::string keeper_program(const std::string& executable) {
  static constexpr char kRunning[] = "/proc/self/exe";
  struct stat installed {};
  struct stat running {};
  if (::stat(kRunning, &running) != 0) return executable;
  const bool same = ::stat(executable.c_str(), &installed) == 0 &&
                    installed.st_dev == running.st_dev && installed.st_ino == running.st_ino;
  return same ? executable : kRunning;
}

}  // namespace

Result<std::unique_ptr<KeeperProcess>> KeeperProcess::start(AgentResources& resources,
                                                            std::string session,
                                                            std::array<int, 3> adapter_ends,
                                                            Handlers handlers) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return Fault{Errc::kAdapterStartFailed, Condition::kInternal,
                 "No socket for a keeper could be made. Are too many files open?"};
  }
  auto stream = io::make_descriptor_stream(resources.executor, ends[0], ends[0], "a keeper");
  io::ProcessOptions options;
  options.arguments = {keeper_program(resources.executable), "keeper"};
  options.environment = {{kSessionVariable, session}};
  options.descriptors = {{kKeeperSocket, ends[1]},
                         {kAdapterInput, adapter_ends[0]},
                         {kAdapterOutput, adapter_ends[1]},
                         {kAdapterErrors, adapter_ends[2]}};
  options.new_session = true;
  options.open_files = resources.open_files;
  auto process = io::Process::start(resources.executor, options);
  ::close(ends[1]);
  if (!process) return process.error();
  return std::unique_ptr<KeeperProcess>(new KeeperProcess(
      resources, std::move(session), std::move(*process), std::move(stream), std::move(handlers)));
}

KeeperProcess::KeeperProcess(AgentResources& resources, std::string session, io::Process process,
                             io::StreamPtr stream, Handlers handlers)
    : resources_(resources),
      session_(std::move(session)),
      process_(std::move(process)),
      entry_(resources.own_children, process_.id()),
      stream_(std::move(stream)),
      handlers_(std::move(handlers)),
      ordered_(resources.executor),
      tasks_(resources.executor) {
  tasks_.spawn(read());
  tasks_.spawn(write());
}

void KeeperProcess::send(const KeeperOrder& order) {
  if (told_to_end_) return;
  told_to_end_ = std::holds_alternative<End>(order);
  orders_.push_back(encode(order));
  ordered_.ring();
}

asio::awaitable<void> KeeperProcess::write() {
  for (;;) {
    while (orders_.empty()) co_await ordered_.wait();
    const std::string line = std::move(orders_.front());
    orders_.pop_front();
    const auto written = co_await stream_->write(asio::buffer(line));
    if (!written) co_return;  // The reader sees the end.
  }
}

asio::awaitable<void> KeeperProcess::read() {
  LineSplitter lines;
  std::vector<char> buffer(4 * 1024);
  for (;;) {
    const auto count = co_await stream_->read_some(asio::buffer(buffer));
    if (!count || *count == 0) break;
    lines.feed({buffer.data(), *count});
    for (auto line = lines.next(); line && *line; line = lines.next()) {
      if (const auto report = decode_report(**line)) handlers_.on_report(*report);
    }
  }
  if (!told_to_end_) handlers_.on_lost();
}

asio::awaitable<void> KeeperProcess::finish(bool keep_debuggee) {
  send(End{keep_debuggee});
  Fault late{Errc::kTimedOut, Condition::kInternal, "A keeper did not end."};
  auto ended = co_await io::within(kKeeperEndLimit, process_.wait(), std::move(late));
  if (!ended) {
    process_.signal(SIGKILL);
    ended = co_await process_.wait();
  }
  tasks_.stop();
  co_await tasks_.join();
  const bool did_its_work = ended && ended->code == 0;
  if (!did_its_work && !keep_debuggee) co_await resources_.orphans.end_session(session_);
}

}  // namespace nearside::far_end
