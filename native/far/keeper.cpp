// The keeper's loop: one thread, poll() over the agent's socket and a signalfd, no Asio. What
// always holds: once the socket has ended, or `end` was said, or SIGTERM came, this process is gone
// within the limits, and with it all that descends from it (but a debuggee that is to live on).
#include "far/keeper.hpp"

#include "far/keeper_wire.hpp"
#include "far/limits.hpp"
#include "far/offspring.hpp"
#include "io/clock.hpp"
#include "io/process_launch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <utility>

namespace nearside::far_end {
namespace {

using io::Clock;

io::Launch launch_of(const Command& command) {
  io::Launch plan;
  plan.program = command.program;
  plan.arguments = command.arguments;
  for (const auto& [name, value] : command.environment)
    plan.environment.push_back(name + '=' + value);
  plan.working_directory = command.working_directory;
  return plan;
}

class Keeper {
 public:
  explicit Keeper(int signals) : signals_(signals) {}

  /// Until the end is asked for. Returns whether the debuggee is to be kept.
  bool serve();
  void end(bool keep_debuggee);

 private:
  bool handle_input();
  void handle(const StartAdapter& order);
  void handle(const StartTerminal& order);
  void handle(const End& order);
  void handle_signals();
  void reap();
  void report(const KeeperReport& report);
  void close_adapter_ends();
  bool adapter_gone_within(milliseconds limit);
  void sweep();

  int signals_;
  LineSplitter lines_;
  pid_t adapter_ = 0;  ///< 0: not started, or has ended.
  bool holds_adapter_ends_ = true;
  bool ending_ = false;
  bool keep_debuggee_ = false;
};

void Keeper::report(const KeeperReport& what) {
  const std::string line = encode(what);
  // A handful of short lines fits any socket buffer; if not, the agent is as good as gone.
  if (::send(kKeeperSocket, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) !=
      static_cast<ssize_t>(line.size()))
    ending_ = true;
}

bool Keeper::serve() {
  while (!ending_) {
    pollfd watched[2] = {{kKeeperSocket, POLLIN, 0}, {signals_, POLLIN, 0}};
    if (::poll(watched, 2, -1) < 0 && errno != EINTR) break;
    if (watched[1].revents != 0) handle_signals();
    if (watched[0].revents != 0 && !handle_input()) break;
  }
  return keep_debuggee_;
}

bool Keeper::handle_input() {
  char buffer[64 * 1024];
  const ssize_t count = ::recv(kKeeperSocket, buffer, sizeof buffer, 0);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (count <= 0) return false;
  lines_.feed({buffer, static_cast<std::size_t>(count)});
  for (;;) {
    const auto line = lines_.next();
    if (!line) return false;
    if (!*line) return true;
    const auto order = decode_order(**line);
    if (!order) return false;
    std::visit([this](const auto& one) { handle(one); }, *order);
  }
}

/// Whatever stays open here would keep an adapter's streams from ending.
void Keeper::close_adapter_ends() {
  if (!std::exchange(holds_adapter_ends_, false)) return;
  for (const int descriptor : {kAdapterInput, kAdapterOutput, kAdapterErrors}) ::close(descriptor);
}

void Keeper::handle(const StartAdapter& order) {
  io::Launch plan = launch_of(order.command);
  plan.descriptors = {{0, kAdapterInput}, {1, kAdapterOutput}, {2, kAdapterErrors}};
  plan.new_session = true;
  plan.die_with_parent = true;
  if (order.open_files != 0) plan.open_files = order.open_files;
  const io::Launched launched = io::launch(plan);
  close_adapter_ends();
  if (launched.failure)
    return report(StartFailed{std::nullopt, io::launch_fault(plan, *launched.failure).message});
  adapter_ = launched.process;
  report(AdapterStarted{adapter_});
}

void Keeper::handle(const StartTerminal& order) {
  io::Launch plan = launch_of(order.command);
  plan.terminal = order.terminal;
  if (order.open_files != 0) plan.open_files = order.open_files;
  const io::Launched launched = io::launch(plan);
  if (launched.failure)
    return report(StartFailed{order.request, io::launch_fault(plan, *launched.failure).message});
  report(TerminalStarted{order.request, launched.process});
}

void Keeper::handle(const End& order) {
  ending_ = true;
  keep_debuggee_ = order.keep_debuggee;
}

void Keeper::handle_signals() {
  signalfd_siginfo info;
  while (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGTERM) ending_ = true;
  }
  reap();
}

void Keeper::reap() {
  int status = 0;
  for (pid_t id; (id = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (id != adapter_) continue;
    adapter_ = 0;
    AdapterEnded ended;
    if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
    report(ended);
  }
}

bool Keeper::adapter_gone_within(milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  for (;;) {
    handle_signals();
    if (adapter_ == 0) return true;
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd watched{signals_, POLLIN, 0};
    ::poll(&watched, 1, static_cast<int>(left.count()));
  }
}

void Keeper::end(bool keep_debuggee) {
  close_adapter_ends();
  // One that was stopped (SIGSTOP) hears nothing of this until it goes on; and Delve has to let go
  // of what it is attached to.
  if (adapter_ != 0) ::kill(adapter_, SIGCONT);
  if (!adapter_gone_within(keep_debuggee ? kAdapterDetachLimit : kAdapterOwnEndLimit)) {
    ::kill(adapter_, SIGTERM);
    if (!adapter_gone_within(kAdapterTermLimit)) {
      ::kill(adapter_, SIGKILL);
      adapter_gone_within(kAdapterTermLimit);
    }
  }
  if (!keep_debuggee) sweep();
}

void Keeper::sweep() {
  const auto deadline = Clock::now() + kSweepLimit;
  while (kill_children([](pid_t) { return true; }) > 0 && Clock::now() < deadline)
    ::poll(nullptr, 0, static_cast<int>(kSweepPause.count()));
}

/// SIGCHLD and SIGTERM come as reads; what a terminal or a pipe would send does not come at all.
int take_signals() {
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGCHLD);
  sigaddset(&watched, SIGTERM);
  ::sigprocmask(SIG_SETMASK, &watched, nullptr);
  for (const int number : {SIGINT, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(number, SIG_IGN);
  return ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

}  // namespace

int run_keeper() {
  int type = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(kKeeperSocket, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
    std::fputs("nearside keeper is started by the agent, with a socket to it; not by people.\n",
               stderr);
    return 2;
  }
  ::setsid();
  become_subreaper();
  for (const int descriptor : {kKeeperSocket, kAdapterInput, kAdapterOutput, kAdapterErrors})
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  Keeper keeper(take_signals());
  const bool keep_debuggee = keeper.serve();
  keeper.end(keep_debuggee);
  return 0;
}

}  // namespace nearside::far_end
