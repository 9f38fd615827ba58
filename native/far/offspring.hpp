// What descends from this process, and its end. Only direct children are ever killed: a child keeps
// its process id until its parent has waited for it, so no stranger can be hit; and as a subreaper
// becomes the parent of every orphan below it, killing children until there are none gets all.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::far_end {

/// Orphans below this process become its children from now on. Not inherited.
void become_subreaper();

struct ProcessEntry {
  pid_t id = 0;
  pid_t parent = 0;
  char state = '?';  ///< As in /proc: 'R', 'S', 'Z', …
  bool operator==(const ProcessEntry&) const = default;
};

/// The whole of a small file of /proc; empty when the process is gone or not ours to read.
std::string read_proc_file(const std::string& path);

/// All processes that /proc shows, zombies included.
std::vector<ProcessEntry> list_processes();
/// Those of them whose parent is this process.
std::vector<ProcessEntry> list_children();

/// The variable that every adapter finds in its environment, and what it starts inherits. By it the
/// agent knows what belonged to a keeper that was killed.
inline constexpr const char* kSessionVariable = "NEARSIDE_SESSION";
/// Whether the process was started with NEARSIDE_SESSION=`session`.
bool carries_session(pid_t process, std::string_view session);

/// Kills the children that `doomed` picks, waits for those that have ended, and tells how many of
/// the picked are still there. To be repeated until none is.
std::size_t kill_children(const std::function<bool(pid_t)>& doomed);

}  // namespace nearside::far_end
