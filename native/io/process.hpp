// Child processes: started with just the descriptors they are given, reaped by the one who
// started them (pidfd; no SIGCHLD, which belongs to Node when we live in it).
#pragma once

#include "io/stream.hpp"

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nearside::io {

using Environment = std::map<std::string, std::string>;
/// Of this process.
Environment current_environment();
/// Its value; empty if it is not set.
std::string variable(const Environment& environment, const char* name);

struct ProcessOptions {
  std::vector<std::string>
      arguments;  ///< argv; [0] is looked up in `environment`'s PATH unless it has a slash.
  std::string working_directory;  ///< Empty: ours.
  Environment environment;
  /// Descriptor in the child → descriptor of ours (kept by us, and ours to close). 0, 1, 2 that are
  /// not named are /dev/null; every other descriptor is closed in the child.
  std::map<int, int> descriptors;
  bool new_session = false;  ///< setsid(): a process group of its own, no terminal.
  /// With new_session: when it has ended, what is left of its group is killed, before the group's
  /// number can become another's.
  bool group_ends_with_it = false;
  std::optional<std::string>
      terminal;  ///< Path of a pty's slave that becomes its controlling terminal and 0, 1, 2.
  std::optional<std::size_t> open_files;  ///< RLIMIT_NOFILE's soft limit in the child.
};

/// How it ended: code, or signal.
struct ExitStatus {
  std::optional<int> code;
  std::optional<int> signal;
  /// "exited with code 2", "was killed by signal 9 (SIGKILL)".
  std::string text() const;
};

class Process {
 public:
  /// A fault names the program and the places that were looked at when there is none, or why it
  /// could not be executed.
  static Result<Process> start(asio::any_io_executor executor, const ProcessOptions& options);
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  /// Does not kill: who needs that says so.
  ~Process();

  pid_t id() const;
  /// May be called again after it has ended.
  Async<ExitStatus> wait();
  /// False when it has ended already.
  bool signal(int number) const;
  /// The same for its whole process group. Only with new_session.
  bool signal_group(int number) const;

 private:
  struct Impl;
  explicit Process(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;  // shared with coroutines that wait
};

/// The path of a program by `path_list` (as in PATH), or nothing.
std::optional<std::string> find_program(const std::string& name, std::string_view path_list);

/// A stream over descriptors that are ours from now on; equal ones (a socketpair, a pty) are
/// allowed.
StreamPtr make_descriptor_stream(asio::any_io_executor executor, int read_from, int write_to,
                                 std::string name);

}  // namespace nearside::io
