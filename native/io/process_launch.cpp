// fork and exec. All signals are blocked around the fork, so that no handler of ours (or of Node's)
// runs in the child; the child then starts with default actions and an empty mask.
#include "io/process_launch.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace nearside::io {
namespace {

/// Everything as plain memory. Only async-signal-safe calls below (signal-safety(7)).
struct Prepared {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* working_directory;  // or nullptr
  const char* terminal;           // or nullptr
  bool new_session;
  bool set_open_files;
  rlimit open_files;
  struct Move {
    int to;
    int from;  // -1: /dev/null
  };
  Move* moves;
  std::size_t move_count;
  int first_free;  // above every descriptor that the child shall have
  int report;      // where a failure goes
  bool die_with_parent;
  pid_t parent;
};

[[noreturn]] void report_and_exit(int report, LaunchFailure::Step step) {
  const LaunchFailure failure{step, errno};
  [[maybe_unused]] const auto written = ::write(report, &failure, sizeof failure);
  ::_exit(127);
}

/// Marked, not closed: the report pipe is among them and must last until exec.
void close_on_exec_from(unsigned first) {
#if defined(SYS_close_range) && defined(__linux__)
  constexpr unsigned kCloexecFlag = 1u << 2;  // CLOSE_RANGE_CLOEXEC, Linux 5.11
  if (::syscall(SYS_close_range, first, ~0u, kCloexecFlag) == 0) return;
#endif
  // Older systems: as far as numbers can reach by default; ours are all O_CLOEXEC anyway.
  rlimit limit{};
  rlim_t last = 65536;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < last) last = limit.rlim_cur;
  for (rlim_t descriptor = first; descriptor < last; ++descriptor)
    ::fcntl(static_cast<int>(descriptor), F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void become(Prepared& what) {
  using Step = LaunchFailure::Step;
  int report = what.report;

  // Sources and the report pipe move above all targets first, so that no dup2 overwrites one.
  report = ::fcntl(report, F_DUPFD_CLOEXEC, what.first_free);
  if (report < 0) report_and_exit(what.report, Step::kDescriptors);
  for (std::size_t i = 0; i < what.move_count; ++i) {
    auto& move = what.moves[i];
    const int source = move.from >= 0 ? move.from : ::open("/dev/null", O_RDWR | O_CLOEXEC);
    move.from = source < 0 ? -1 : ::fcntl(source, F_DUPFD_CLOEXEC, what.first_free);
    if (move.from < 0) report_and_exit(report, Step::kDescriptors);
  }

  if (what.new_session || what.terminal != nullptr) ::setsid();  // fails only for a group's leader
  int terminal = -1;
  if (what.terminal != nullptr) {
    const int opened = ::open(what.terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (opened < 0 || ::ioctl(opened, TIOCSCTTY, 0) != 0) report_and_exit(report, Step::kTerminal);
    terminal = ::fcntl(opened, F_DUPFD_CLOEXEC, what.first_free);
    if (terminal < 0) report_and_exit(report, Step::kTerminal);
    for (int standard = 0; standard <= 2; ++standard)
      if (::dup2(terminal, standard) < 0) report_and_exit(report, Step::kTerminal);
  }
  for (std::size_t i = 0; i < what.move_count; ++i)
    if (::dup2(what.moves[i].from, what.moves[i].to) < 0)
      report_and_exit(report, Step::kDescriptors);
  // Numbers below first_free that are no target are inherited by accident.
  for (int descriptor = 3; descriptor < what.first_free; ++descriptor) {
    bool wanted = false;
    for (std::size_t i = 0; i < what.move_count; ++i) wanted |= what.moves[i].to == descriptor;
    if (!wanted) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  }
  close_on_exec_from(static_cast<unsigned>(what.first_free));

  if (what.working_directory != nullptr && ::chdir(what.working_directory) != 0)
    report_and_exit(report, Step::kWorkingDirectory);
  if (what.set_open_files) ::setrlimit(RLIMIT_NOFILE, &what.open_files);

  struct sigaction standard_action {};
  standard_action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard_action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

#ifdef __linux__
  if (what.die_with_parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != what.parent) ::_exit(127);  // it died before we asked to be told
  }
#endif
  ::execve(what.program, what.arguments, what.environment);
  report_and_exit(report, Step::kExecute);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

Launched launch(const Launch& what) {
  int report[2];
#ifdef __linux__
  if (::pipe2(report, O_CLOEXEC) != 0)
    return {-1, LaunchFailure{LaunchFailure::Step::kFork, errno}};
#else
  if (::pipe(report) != 0) return {-1, LaunchFailure{LaunchFailure::Step::kFork, errno}};
  for (const int end : report) ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif

  auto arguments = pointers(what.arguments);
  auto environment = pointers(what.environment);
  std::vector<Prepared::Move> moves;
  int highest = 2;
  for (const auto& [to, from] : what.descriptors) {
    moves.push_back({to, from});
    highest = std::max(highest, to);
  }
  if (!what.terminal)
    for (int standard = 0; standard <= 2; ++standard)
      if (!what.descriptors.contains(standard)) moves.push_back({standard, -1});

  Prepared prepared{};
  prepared.program = what.program.c_str();
  prepared.arguments = arguments.data();
  prepared.environment = environment.data();
  prepared.working_directory =
      what.working_directory.empty() ? nullptr : what.working_directory.c_str();
  prepared.terminal = what.terminal ? what.terminal->c_str() : nullptr;
  prepared.new_session = what.new_session;
  prepared.die_with_parent = what.die_with_parent;
  prepared.parent = ::getpid();
  prepared.moves = moves.data();
  prepared.move_count = moves.size();
  prepared.first_free = highest + 1;
  prepared.report = report[1];
  if (what.open_files && ::getrlimit(RLIMIT_NOFILE, &prepared.open_files) == 0) {
    prepared.set_open_files = true;
    prepared.open_files.rlim_cur = std::min<rlim_t>(*what.open_files, prepared.open_files.rlim_max);
  }

  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child = ::fork();
  if (child == 0) become(prepared);
  const int fork_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::close(report[1]);

  Launched launched{child, std::nullopt};
  if (child < 0) {
    launched.failure = LaunchFailure{LaunchFailure::Step::kFork, fork_error};
  } else {
    // Ends when exec has closed the pipe: bounded by the child's few calls above.
    LaunchFailure failure{};
    ssize_t count;
    do {
      count = ::read(report[0], &failure, sizeof failure);
    } while (count < 0 && errno == EINTR);
    if (count == static_cast<ssize_t>(sizeof failure)) {
      launched.failure = failure;
      while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
      }
      launched.process = -1;
    }
  }
  ::close(report[0]);
  return launched;
}

}  // namespace nearside::io
