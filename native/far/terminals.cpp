// A pty without the translation of line ends and without an echo: what comes out is what the
// program wrote.
#include "far/terminals.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <utility>

namespace nearside::far_end {
namespace {

struct Pty {
  Descriptor master;
  Descriptor slave;
  std::string path;
};

Fault no_pty() {
  return {Errc::kProcessFailed, Condition::kMisconfigured,
          "The far side has no terminal (pty) to give. Is /dev/pts mounted there?"};
}

Result<Pty> open_pty() {
  Pty pty;
  pty.master = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!pty.master.is_open() || ::grantpt(pty.master.get()) != 0 ||
      ::unlockpt(pty.master.get()) != 0)
    return no_pty();
  char path[128];
  if (::ptsname_r(pty.master.get(), path, sizeof path) != 0) return no_pty();
  pty.path = path;
  pty.slave = Descriptor(::open(path, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!pty.slave.is_open()) return no_pty();
  termios settings{};
  ::tcgetattr(pty.slave.get(), &settings);
  settings.c_oflag &= ~static_cast<tcflag_t>(OPOST);
  settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(pty.slave.get(), TCSANOW, &settings);
  winsize size{};
  size.ws_row = 40;
  size.ws_col = 132;
  ::ioctl(pty.master.get(), TIOCSWINSZ, &size);
  return pty;
}

Result<Command> command_of(const session::RunInTerminal& request, const Command& adapter) {
  Command command;
  command.arguments = request.arguments;
  command.working_directory = request.cwd.empty() ? adapter.working_directory : request.cwd;
  command.environment = adapter.environment;
  command.environment.emplace("TERM", "dumb");
  for (const auto& [name, value] : request.environment) {
    if (value) command.environment[name] = *value;
    if (!value) command.environment.erase(name);
  }
  const std::string folders = io::variable(command.environment, "PATH");
  const auto program = io::find_program(request.arguments.front(), folders);
  if (!program) {
    return Fault{Errc::kProcessFailed, Condition::kMisconfigured,
                 "The adapter wants \"" + request.arguments.front() +
                     "\" to be run, which is not on the far side. Looked in: " + folders + "."};
  }
  command.program = *program;
  return command;
}

asio::awaitable<void> read_in_vain(std::shared_ptr<io::Stream> from) {
  std::vector<char> buffer(kOutputReadBytes);
  for (;;) {
    const auto count = co_await from->read_some(asio::buffer(buffer));
    if (!count || *count == 0) co_return;
  }
}

}  // namespace

Terminals::Terminals(AgentResources& resources, OnOutput on_output)
    : resources_(resources), on_output_(std::move(on_output)), pumps_(resources.executor) {}

Result<void> Terminals::open(const session::RunInTerminal& request, AdapterProcess& adapter) {
  if (waiting_.size() + open_.size() >= kMaxTerminals) {
    return Fault{Errc::kProcessFailed, Condition::kMisconfigured,
                 "This session has " + std::to_string(kMaxTerminals) + " terminals already."};
  }
  auto command = command_of(request, adapter.plan().command);
  if (!command) return command.error();
  auto pty = open_pty();
  if (!pty) return pty.error();
  StartTerminal order{request.request, std::move(*command), pty->path, 0};
  if (!adapter.start_terminal(std::move(order))) {
    return Fault{Errc::kProcessFailed, Condition::kMisconfigured,
                 "An adapter that was not started by Nearside (tcp:) cannot have programs run in a "
                 "terminal. Let it start them itself (\"console\": \"internalConsole\")."};
  }
  waiting_[request.request] = Waiting{std::move(pty->master), std::move(pty->slave)};
  return {};
}

void Terminals::handle_started(std::int64_t request, bool started) {
  const auto found = waiting_.find(request);
  if (found == waiting_.end()) return;
  if (started) {
    const int master = found->second.master.release();
    open_.emplace_back(
        io::make_descriptor_stream(resources_.executor, master, master, "a terminal"));
    pumps_.spawn(pump(open_.back()));
  }
  waiting_.erase(found);
}

asio::awaitable<void> Terminals::pump(std::shared_ptr<io::Stream> from) {
  std::vector<char> buffer(kOutputReadBytes);
  for (;;) {
    const auto count = co_await from->read_some(asio::buffer(buffer));
    if (!count || *count == 0) break;
    on_output_({buffer.data(), *count});
  }
  std::erase(open_, from);
}

asio::awaitable<void> Terminals::finish(bool keep, io::TaskGroup& afterlife) {
  pumps_.stop();
  co_await pumps_.join();
  for (auto& terminal : std::exchange(open_, {}))
    if (keep) afterlife.spawn(read_in_vain(std::move(terminal)));
  waiting_.clear();
}

}  // namespace nearside::far_end
