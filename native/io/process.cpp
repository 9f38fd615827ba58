// Children: found, started, awaited. On Linux a pidfd tells of the end without a signal handler;
// elsewhere the child is asked now and then.
#include "io/process.hpp"

#include "io/faults.hpp"
#include "io/limits.hpp"
#include "io/process_launch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

extern char** environ;

namespace nearside::io {
namespace {

Fault process_fault(std::string message) {
  return make_fault(Errc::kProcessFailed, Condition::kMisconfigured, std::move(message));
}

std::vector<std::string> split_path(std::string_view path_list) {
  std::vector<std::string> folders;
  for (;;) {
    const auto colon = path_list.find(':');
    const auto folder = path_list.substr(0, colon);
    folders.emplace_back(folder.empty() ? "."
                                        : folder);  // POSIX: an empty entry is the current folder
    if (colon == std::string_view::npos) return folders;
    path_list.remove_prefix(colon + 1);
  }
}

bool is_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

Fault missing_program_fault(const std::string& name, const std::string& path_list) {
  for (const auto& folder : split_path(path_list))
    if (is_file(folder + "/" + name))
      return process_fault(folder + "/" + name + " is not executable; mend it with: chmod +x " +
                           folder + "/" + name);
  return process_fault("the program \"" + name + "\" was not found; looked in " +
                       (path_list.empty() ? std::string("no folder (PATH is empty)") : path_list) +
                       ". Install it, or give its full path");
}

}  // namespace

Fault launch_fault(const Launch& what, const LaunchFailure& failure) {
  const auto why = errno_text(failure.number);
  switch (failure.step) {
    case LaunchFailure::Step::kFork:
      return process_fault("no new process could be made for " + what.program + ": " + why);
    case LaunchFailure::Step::kTerminal:
      return process_fault("the terminal " + what.terminal.value_or("") + " for " + what.program +
                           " cannot be used: " + why);
    case LaunchFailure::Step::kDescriptors:
      return process_fault("the descriptors of " + what.program + " could not be set up: " + why);
    case LaunchFailure::Step::kWorkingDirectory:
      return process_fault("the working directory " + what.working_directory + " of " +
                           what.program + " cannot be entered: " + why);
    case LaunchFailure::Step::kExecute:
      break;
  }
  if (failure.number == ENOEXEC)
    return process_fault(
        what.program +
        " is no program for this machine (another processor's, or a script without #!)");
  if (failure.number == ENOENT && is_file(what.program))
    return process_fault(what.program +
                         " cannot run: the interpreter or loader that it names is missing");
  if (failure.number == EACCES && is_file(what.program) &&
      ::access(what.program.c_str(), X_OK) != 0)
    return process_fault(what.program + " is not executable; mend it with: chmod +x " +
                         what.program);
  return process_fault(what.program + " cannot be executed: " + why);
}

Environment current_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    if (const char* equals = std::strchr(*entry, '='))
      environment.emplace(std::string(*entry, static_cast<std::size_t>(equals - *entry)),
                          equals + 1);
  return environment;
}

std::string variable(const Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string ExitStatus::text() const {
  if (code) return "exited with code " + std::to_string(*code);
  if (!signal) return "ended; how is not known";
  std::string text = "was killed by signal " + std::to_string(*signal);
#ifdef __GLIBC__
  if (const char* name = ::sigabbrev_np(*signal)) text += std::string(" (SIG") + name + ")";
#endif
  return text;
}

struct Process::Impl {
  explicit Impl(asio::any_io_executor on) : executor(std::move(on)), ended(executor) {}

  /// Takes the status if the child has ended, without waiting.
  bool look() {
    if (status) return true;
    siginfo_t information{};
    if (owns_group) {
      // Until it is reaped, neither its number nor its group's is given to another.
      const int look_only = WEXITED | WNOHANG | WNOWAIT;
      if (::waitid(P_PID, static_cast<id_t>(process), &information, look_only) == 0 &&
          information.si_pid != 0)
        ::kill(-process, SIGKILL);
      information = {};
    }
    if (::waitid(P_PID, static_cast<id_t>(process), &information, WEXITED | WNOHANG) != 0) {
      if (errno == EINTR) return false;
      status = ExitStatus{};  // ECHILD: someone else in this process has reaped it
      return true;
    }
    if (information.si_pid == 0) return false;
    ExitStatus now;
    if (information.si_code == CLD_EXITED)
      now.code = information.si_status;
    else
      now.signal = information.si_status;
    status = now;
    return true;
  }

  static Async<ExitStatus> wait(std::shared_ptr<Impl> self) {
    while (!self->look()) {
      if (self->ended.is_open()) {
        const auto [error] = co_await self->ended.async_wait(
            asio::posix::stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
        if (error)
          co_return make_fault(Errc::kStopped, Condition::kInternal,
                               "waiting for a process was stopped");
      } else {
        asio::steady_timer pause(self->executor, kChildPollPause);
        const auto [error] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        if (error)
          co_return make_fault(Errc::kStopped, Condition::kInternal,
                               "waiting for a process was stopped");
      }
    }
    co_return *self->status;
  }

  asio::any_io_executor executor;
  pid_t process = -1;
  bool owns_group = false;
  asio::posix::stream_descriptor ended;  // a pidfd: readable when the child has ended
  std::optional<ExitStatus> status;
};

Result<Process> Process::start(asio::any_io_executor executor, const ProcessOptions& options) {
  if (options.arguments.empty() || options.arguments[0].empty())
    return process_fault("there is no program to start: its name is empty");
  Launch what;
  what.program = options.arguments[0];
  if (what.program.find('/') == std::string::npos) {
    const std::string path_list = variable(options.environment, "PATH");
    const auto found = find_program(what.program, path_list);
    if (!found) return missing_program_fault(what.program, path_list);
    what.program = *found;
  }
  what.arguments = options.arguments;
  for (const auto& [name, value] : options.environment)
    what.environment.push_back(name + "=" + value);
  what.working_directory = options.working_directory;
  what.descriptors = options.descriptors;
  what.new_session = options.new_session;
  what.terminal = options.terminal;
  what.open_files = options.open_files;

  const auto launched = launch(what);
  if (launched.failure) return launch_fault(what, *launched.failure);
  auto impl = std::make_shared<Impl>(std::move(executor));
  impl->process = launched.process;
  impl->owns_group = options.new_session && options.group_ends_with_it;
#ifdef SYS_pidfd_open
  // The number cannot be another process's yet: only we reap this child. O_CLOEXEC by itself.
  const auto descriptor = static_cast<int>(::syscall(SYS_pidfd_open, launched.process, 0));
  boost::system::error_code error;
  if (descriptor >= 0) impl->ended.assign(descriptor, error);
  if (error) ::close(descriptor);
#endif
  return Process(std::move(impl));
}

Process::Process(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&&) noexcept = default;
Process::~Process() = default;

pid_t Process::id() const {
  return impl_->process;
}

Async<ExitStatus> Process::wait() {
  return Impl::wait(impl_);
}

bool Process::signal(int number) const {
  return !impl_->look() && ::kill(impl_->process, number) == 0;
}

bool Process::signal_group(int number) const {
  return !impl_->look() && ::kill(-impl_->process, number) == 0;
}

std::optional<std::string> find_program(const std::string& name, std::string_view path_list) {
  if (name.find('/') != std::string::npos) {
    if (is_file(name) && ::access(name.c_str(), X_OK) == 0) return name;
    return std::nullopt;
  }
  if (path_list.empty()) return std::nullopt;
  for (const auto& folder : split_path(path_list)) {
    auto path = folder + "/" + name;
    if (is_file(path) && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

}  // namespace nearside::io
