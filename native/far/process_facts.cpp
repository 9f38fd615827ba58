// proc(5): /proc/PID/stat, status, wchan, io, task/*.
#include "far/process_facts.hpp"

#include "far/offspring.hpp"
#include "far/watch_limits.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>
#include <string_view>

namespace nearside::far_end {
namespace {

using std::chrono::milliseconds;

/// The number behind `label` in a file of lines "Label: number".
template <class Number>
std::optional<Number> labelled(std::string_view text, std::string_view label) {
  for (std::size_t at = 0; at < text.size();) {
    const auto line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    if (!line.starts_with(label)) continue;
    const auto digits = line.find_first_of("0123456789", label.size());
    Number number{};
    if (digits == std::string_view::npos) return std::nullopt;
    if (std::from_chars(line.data() + digits, line.data() + line.size(), number).ec != std::errc())
      return std::nullopt;
    return number;
  }
  return std::nullopt;
}

/// The tracer as a process: what /proc names is the thread of it that traces (Delve's is any).
pid_t tracer_in(const std::string& folder) {
  const auto thread = labelled<pid_t>(read_proc_file(folder + "/status"), "TracerPid:").value_or(0);
  if (thread == 0) return 0;
  const auto status = read_proc_file("/proc/" + std::to_string(thread) + "/status");
  return labelled<pid_t>(status, "Tgid:").value_or(thread);
}

/// "0" and nothing: it runs, or we may not know.
std::string wait_channel_of(const std::string& folder) {
  std::string channel = read_proc_file(folder + "/wchan");
  return channel == "0" ? std::string() : channel;
}

std::vector<std::string> threads_of(const std::string& folder) {
  std::vector<std::string> threads;
  std::error_code error;
  for (std::filesystem::directory_iterator each(folder + "/task", error), end;
       !error && each != end && threads.size() < kMaxWatchedThreads; each.increment(error))
    threads.push_back(each->path().string());
  return threads;
}

char state_in(std::string_view stat) {
  const auto name_end = stat.rfind(')');
  return name_end == std::string_view::npos || name_end + 2 >= stat.size() ? '?'
                                                                           : stat[name_end + 2];
}

void look_at_threads(const std::string& folder, ProcessFacts& facts) {
  std::string telling = folder;
  if (facts.state == 'S' || facts.state == 'R') {
    for (const auto& thread : threads_of(folder)) {
      const char state = state_in(read_proc_file(thread + "/stat"));
      if (state != 'D' && (state != 'R' || facts.state == 'R')) continue;
      facts.state = state;
      telling = thread;
      if (state == 'D') break;
    }
  }
  facts.wait_channel = wait_channel_of(telling);
}

}  // namespace

std::string process_name(pid_t process) {
  std::string name = read_proc_file("/proc/" + std::to_string(process) + "/comm");
  if (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

std::optional<ProcessFacts> look_at_process(pid_t process) {
  const std::string folder = "/proc/" + std::to_string(process);
  const std::string stat = read_proc_file(folder + "/stat");
  const auto name_end = stat.rfind(')');
  if (process <= 0 || name_end == std::string::npos) return std::nullopt;
  ProcessFacts facts;
  facts.id = process;
  facts.when =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
  facts.name = process_name(process);
  facts.state = state_in(stat);
  // Behind the state stand 10 numbers, then utime and stime; 8 further on rss.
  std::istringstream numbers(stat.substr(std::min(stat.size(), name_end + 3)));
  std::vector<std::int64_t> fields;
  for (std::int64_t number = 0; fields.size() < 21 && numbers >> number;) fields.push_back(number);
  if (fields.size() == 21) {
    facts.cpu = milliseconds((fields[10] + fields[11]) * 1000 / ::sysconf(_SC_CLK_TCK));
    facts.memory = static_cast<std::uint64_t>(fields[20] * ::sysconf(_SC_PAGESIZE));
  }
  facts.tracer = tracer_in(folder);
  if (facts.tracer != 0) facts.tracer_name = process_name(facts.tracer);
  const std::string io = read_proc_file(folder + "/io");
  // What is read by calls, and what is read from disks (mapped files, too).
  if (const auto called = labelled<std::uint64_t>(io, "rchar:"))
    facts.read = std::max(*called, labelled<std::uint64_t>(io, "read_bytes:").value_or(0));
  look_at_threads(folder, facts);
  return facts;
}

std::vector<pid_t> offspring_of(pid_t process) {
  std::vector<pid_t> found{process};
  for (std::size_t at = 0; at < found.size() && found.size() < kMaxWatchedProcesses; ++at) {
    for (const auto& thread : threads_of("/proc/" + std::to_string(found[at]))) {
      std::istringstream children(read_proc_file(thread + "/children"));
      for (pid_t child = 0; found.size() < kMaxWatchedProcesses && children >> child;)
        found.push_back(child);
    }
  }
  found.erase(found.begin());
  return found;
}

std::vector<pid_t> traced_by(const std::vector<pid_t>& tracers) {
  std::vector<pid_t> found;
  const auto all = list_processes();
  for (std::size_t at = 0; at < std::min(all.size(), kMaxSearchedProcesses); ++at) {
    const auto tracer = tracer_in("/proc/" + std::to_string(all[at].id));
    if (tracer != 0 && std::ranges::find(tracers, tracer) != tracers.end())
      found.push_back(all[at].id);
  }
  return found;
}

std::optional<double> processor_share(const ProcessFacts& before, const ProcessFacts& after) {
  if (before.id != after.id || after.when - before.when < kLeastLookPause) return std::nullopt;
  return static_cast<double>((after.cpu - before.cpu).count()) /
         static_cast<double>((after.when - before.when).count());
}

}  // namespace nearside::far_end
