// Runs `git ls-files` and reads what it prints as it comes.
#include "near/git_files.hpp"

#include "io/clock.hpp"
#include "near/limits.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <optional>
#include <utility>

namespace nearside::near_end {

namespace asio = boost::asio;

namespace {

using io::Clock;

io::ProcessOptions git_options(const std::string& folder, const io::Environment& environment,
                               int output) {
  io::ProcessOptions options;
  // `--stage` tells submodules (160000) from files. A repository may configure a program as its
  // fsmonitor, which git would run.
  options.arguments = {
      "git", "-c", "core.fsmonitor=false", "-C", folder, "ls-files", "-z", "--stage",
      "-c",  "-o", "--exclude-standard"};
  for (const auto& [name, value] : environment)
    if (!name.starts_with("GIT_")) options.environment[name] = value;
  options.environment["GIT_OPTIONAL_LOCKS"] = "0";
  options.working_directory = "/";
  options.descriptors = {{STDOUT_FILENO, output}};
  options.new_session = true;
  return options;
}

/// "100644 <hash> 0\tpath" of what is tracked, else the path itself; of a submodule "path/".
std::string file_of(std::string_view entry) {
  constexpr std::string_view kSubmodule = "160000 ";
  const auto tab = entry.find('\t');
  const bool tracked = tab != std::string_view::npos && tab > 7 && entry[6] == ' ' &&
                       entry.find_first_not_of("0123456789") == 6;
  if (!tracked) return std::string(entry);
  std::string path(entry.substr(tab + 1));
  if (entry.starts_with(kSubmodule)) path += '/';
  return path;
}

/// False: `on_file` has enough.
bool take_entries(std::string& text, const std::function<bool(std::string_view)>& on_file) {
  std::size_t from = 0;
  for (;;) {
    const auto end = text.find('\0', from);
    if (end == std::string::npos) break;
    if (!on_file(file_of(std::string_view(text).substr(from, end - from)))) return false;
    from = end + 1;
  }
  text.erase(0, from);
  return true;
}

enum class Read { kEnd, kEnough, kLate };

Read read_entries(int output, Clock::time_point limit, const std::stop_token& stop,
                  const std::function<bool(std::string_view)>& on_file) {
  std::string text;
  std::array<char, 64 * 1024> piece;
  for (;;) {
    if (stop.stop_requested() || Clock::now() >= limit) return Read::kLate;
    pollfd waited{output, POLLIN, 0};
    if (::poll(&waited, 1, static_cast<int>(kGitLookPause.count())) == 0) continue;
    const auto count = ::read(output, piece.data(), piece.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) return Read::kEnd;
    text.append(piece.data(), static_cast<std::size_t>(count));
    if (!take_entries(text, on_file)) return Read::kEnough;
    if (text.size() > kMaxIndexBytes) return Read::kEnough;
  }
}

/// Waits for its end; what has not ended by then is killed.
io::ExitStatus reap(asio::io_context& loop, io::Process& git, Clock::time_point limit) {
  std::optional<io::ExitStatus> status;
  const auto wait = [&]() -> asio::awaitable<void> {
    auto ended = co_await git.wait();
    status = ended ? *std::move(ended) : io::ExitStatus{};
  };
  asio::co_spawn(loop, wait, [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  loop.run_until(limit);
  if (!status) {
    git.signal(SIGKILL);
    loop.run();
  }
  return *status;
}

}  // namespace

GitAnswer list_git_files(const std::string& folder, const io::Environment& environment,
                         Clock::time_point limit, const std::stop_token& stop,
                         const std::function<bool(std::string_view)>& on_file) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return GitAnswer::kNone;
  asio::io_context loop(1);
  auto git = io::Process::start(loop.get_executor(), git_options(folder, environment, ends[1]));
  ::close(ends[1]);
  if (!git) {
    ::close(ends[0]);
    return GitAnswer::kNone;
  }
  const auto read = read_entries(ends[0], limit, stop, on_file);
  ::close(ends[0]);
  if (read != Read::kEnd) git->signal(SIGKILL);
  const auto status = reap(loop, *git, limit);
  if (read == Read::kLate) return GitAnswer::kLate;
  if (read == Read::kEnough) return GitAnswer::kListed;
  return status.code == 0 ? GitAnswer::kListed : GitAnswer::kNone;
}

}  // namespace nearside::near_end
