// A pty that nobody sees has no translation of line ends and no echo: what comes out is what the
// program wrote. One that has a user is as the system makes it.
#include "far/terminals.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <utility>
#include <vector>

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

void set_size(int master, std::uint16_t columns, std::uint16_t rows) {
  winsize size{};
  size.ws_col = columns;
  size.ws_row = rows;
  ::ioctl(master, TIOCSWINSZ, &size);
}

Result<Pty> open_pty(bool has_user) {
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
  if (has_user) {
    settings.c_iflag |= static_cast<tcflag_t>(IUTF8);
  } else {
    settings.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  }
  ::tcsetattr(pty.slave.get(), TCSANOW, &settings);
  set_size(pty.master.get(), 132, 40);
  return pty;
}

Result<Command> command_of(const session::RunInTerminal& request, const Command& adapter) {
  Command command;
  command.arguments = request.arguments;
  command.working_directory = request.cwd.empty() ? adapter.working_directory : request.cwd;
  command.environment = adapter.environment;
  // A user's terminal is VS Code's or alike, whatever this agent was started from.
  if (request.has_user)
    command.environment["TERM"] = "xterm-256color";
  else
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

asio::awaitable<void> read_in_vain(io::StreamPtr from) {
  std::vector<char> buffer(kOutputReadBytes);
  for (;;) {
    const auto count = co_await from->read_some(asio::buffer(buffer));
    if (!count || *count == 0) co_return;
  }
}

}  // namespace

Terminals::Open::Open(AgentResources& resources, std::int64_t number, Descriptor master, bool user)
    : id(number),
      has_user(user),
      size(::fcntl(master.get(), F_DUPFD_CLOEXEC, 0)),
      to_type(resources.executor) {
  const int fd = master.release();
  stream = io::make_descriptor_stream(resources.executor, fd, fd, "a terminal");
}

Terminals::Terminals(AgentResources& resources, Handlers handlers)
    : resources_(resources), handlers_(std::move(handlers)), pumps_(resources.executor) {}

Result<void> Terminals::open(const session::RunInTerminal& request, AdapterProcess& adapter) {
  if (waiting_.size() + open_.size() >= kMaxTerminals) {
    return Fault{Errc::kProcessFailed, Condition::kMisconfigured,
                 "This session has " + std::to_string(kMaxTerminals) + " terminals already."};
  }
  auto command = command_of(request, adapter.plan().command);
  if (!command) return command.error();
  auto pty = open_pty(request.has_user);
  if (!pty) return pty.error();
  StartTerminal order{request.request, std::move(*command), pty->path, 0};
  if (!adapter.start_terminal(std::move(order))) {
    return Fault{Errc::kProcessFailed, Condition::kMisconfigured,
                 "An adapter that was not started by Nearside (tcp:) cannot have programs run in a "
                 "terminal. Let it start them itself (\"console\": \"internalConsole\")."};
  }
  waiting_[request.request] =
      Waiting{std::move(pty->master), std::move(pty->slave), request.has_user};
  return {};
}

void Terminals::handle_started(std::int64_t request, bool started) {
  const auto found = waiting_.find(request);
  if (found == waiting_.end()) return;
  if (started) {
    auto& [master, slave, has_user] = found->second;
    auto open = std::make_shared<Open>(resources_, request, std::move(master), has_user);
    open_[request] = open;
    pumps_.spawn(pump(open));
    if (has_user) pumps_.spawn(type(open));
  }
  waiting_.erase(found);
}

Result<void> Terminals::use(const session::UseTerminal& use) {
  const auto found = open_.find(use.terminal);
  if (found == open_.end() || !found->second->has_user) {
    return Fault{Errc::kProcessFailed, Condition::kMisconfigured,
                 "What ran in this terminal has ended."};
  }
  auto& open = *found->second;
  if (use.columns > 0 && use.rows > 0) set_size(open.size.get(), use.columns, use.rows);
  if (open.typed.size() + use.input.size() > kMaxTypedBytes) {
    return Fault{Errc::kProcessFailed, Condition::kMisconfigured,
                 "The program in this terminal does not read what is typed; this was thrown away."};
  }
  open.typed += use.input;
  open.to_type.ring();
  // The last master gone, its program hears a hang-up, as from a window that is closed.
  if (use.close) {
    open.size = Descriptor();
    open.stream->close();
  }
  return {};
}

asio::awaitable<void> Terminals::type(std::shared_ptr<Open> into) {
  for (;;) {
    while (into->typed.empty()) co_await into->to_type.wait();
    const std::string typed = std::exchange(into->typed, {});
    const auto written = co_await into->stream->write(asio::buffer(typed));
    if (!written) co_return;
  }
}

asio::awaitable<void> Terminals::pump(std::shared_ptr<Open> from) {
  std::vector<char> buffer(kOutputReadBytes);
  for (;;) {
    const auto count = co_await from->stream->read_some(asio::buffer(buffer));
    if (!count || *count == 0) break;
    handlers_.on_output(from->id, from->has_user, {buffer.data(), *count});
  }
  open_.erase(from->id);
  handlers_.on_ended(from->id);
}

asio::awaitable<void> Terminals::finish(bool keep, io::TaskGroup& afterlife) {
  auto left = std::exchange(open_, {});
  pumps_.stop();
  co_await pumps_.join();
  for (auto& [id, terminal] : left)
    if (keep) afterlife.spawn(read_in_vain(std::move(terminal->stream)));
  waiting_.clear();
}

}  // namespace nearside::far_end
