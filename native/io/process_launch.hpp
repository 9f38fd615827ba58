// The moment between fork and exec, alone in its file because its rules are other ones: after the
// fork nothing may allocate, lock or throw (another thread may have held the lock), so everything
// is made ready before. What fails in the child comes back through a pipe that exec closes.
#pragma once

#include "core/fault.hpp"

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nearside::io {

struct Launch {
  std::string program;                   ///< A path; nothing is looked up any more.
  std::vector<std::string> arguments;    ///< argv
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string working_directory;         ///< Empty: ours.
  std::map<int, int> descriptors;        ///< In the child → of ours. Without 0, 1, 2: /dev/null.
  bool new_session = false;
  std::optional<std::string> terminal;
  std::optional<std::size_t> open_files;
  /// SIGTERM when the thread that launched it ends (Linux; the keeper's second line of defence).
  bool die_with_parent = false;
};

/// What the child was doing when it failed, and errno.
struct LaunchFailure {
  enum class Step : int { kFork, kTerminal, kDescriptors, kWorkingDirectory, kExecute } step;
  int number;
};

struct Launched {
  pid_t process = -1;
  std::optional<LaunchFailure> failure;  ///< Then there is no process; it has been reaped.
};

Launched launch(const Launch& what);
/// The same for people. process.cpp.
Fault launch_fault(const Launch& what, const LaunchFailure& failure);

}  // namespace nearside::io
