// Reads /proc; elsewhere than on Linux there is no subreaper and the lists are empty.
#include "far/offspring.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <optional>
#include <string>

#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace nearside::far_end {
namespace {

/// proc(5), /proc/[pid]/stat: "pid (name) state ppid …"; the name may hold anything, so from its
/// end.
std::optional<ProcessEntry> read_entry(pid_t id) {
  const std::string text = read_proc_file("/proc/" + std::to_string(id) + "/stat");
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 4 >= text.size()) return std::nullopt;
  ProcessEntry entry;
  entry.id = id;
  entry.state = text[name_end + 2];
  const char* parent = text.data() + name_end + 4;
  if (std::from_chars(parent, text.data() + text.size(), entry.parent).ec != std::errc())
    return std::nullopt;
  return entry;
}

}  // namespace

std::string read_proc_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::string text;
  char buffer[16 * 1024];
  for (;;) {
    const ssize_t count = ::read(file, buffer, sizeof buffer);
    if (count <= 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(file);
  return text;
}

void become_subreaper() {
#ifdef __linux__
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
}

std::vector<ProcessEntry> list_processes() {
  std::vector<ProcessEntry> entries;
  DIR* folder = ::opendir("/proc");
  if (folder == nullptr) return entries;
  while (const dirent* item = ::readdir(folder)) {
    pid_t id = 0;
    const char* end = item->d_name + std::strlen(item->d_name);
    const auto [stopped, error] = std::from_chars(item->d_name, end, id);
    if (error != std::errc() || stopped != end) continue;
    if (const auto entry = read_entry(id)) entries.push_back(*entry);
  }
  ::closedir(folder);
  return entries;
}

std::vector<ProcessEntry> list_children() {
  std::vector<ProcessEntry> entries = list_processes();
  std::erase_if(entries, [own = ::getpid()](const auto& entry) { return entry.parent != own; });
  return entries;
}

bool carries_session(pid_t process, std::string_view session) {
  const std::string environment = read_proc_file("/proc/" + std::to_string(process) + "/environ");
  const std::string wanted = std::string(kSessionVariable) + '=' + std::string(session);
  std::string_view rest = environment;
  while (!rest.empty()) {
    const auto end = rest.find('\0');
    if (rest.substr(0, end) == wanted) return true;
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return false;
}

std::size_t kill_children(const std::function<bool(pid_t)>& doomed) {
  std::size_t left = 0;
  for (const ProcessEntry& child : list_children()) {
    if (!doomed(child.id)) continue;
    ::kill(child.id, SIGKILL);
    // Its own children become ours only when it is gone, so it counts even if it is gone now.
    ::waitpid(child.id, nullptr, WNOHANG);
    ++left;
  }
  return left;
}

}  // namespace nearside::far_end
