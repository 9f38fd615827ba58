// proc(5): /proc/PID/stat (22: start time in clock ticks since boot), cmdline, comm; /proc/stat
// (btime).
#include "far/process_list.hpp"

#include "far/offspring.hpp"
#include "far/process_facts.hpp"
#include "far/watch_limits.hpp"
#include "io/account.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace nearside::far_end {
namespace {

using nlohmann::json;

std::int64_t boot_time() {
  const std::string text = read_proc_file("/proc/stat");
  const auto at = text.find("\nbtime ");
  return at == std::string::npos ? 0 : std::strtoll(text.c_str() + at + 7, nullptr, 10);
}

/// 0: cannot be told.
std::int64_t start_of(const std::string& stat, std::int64_t boot) {
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos || boot == 0) return 0;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  constexpr int kStartTime = 22, kFirstBehindName = 3;
  for (int at = kFirstBehindName; at <= kStartTime; ++at) fields >> field;
  const long ticks = ::sysconf(_SC_CLK_TCK);
  return ticks <= 0 ? 0 : boot + std::strtoll(field.c_str(), nullptr, 10) / ticks;
}

/// What is no text for JSON is replaced.
json text_of_bytes(const std::string& bytes) {
  return json::parse(json(bytes).dump(-1, ' ', false, json::error_handler_t::replace));
}

/// Arguments are told apart by a space.
std::string command_of(const std::string& folder) {
  std::string command = read_proc_file(folder + "/cmdline").substr(0, kMaxListedCommand);
  std::replace(command.begin(), command.end(), '\0', ' ');
  while (!command.empty() && command.back() == ' ') command.pop_back();
  return command;
}

std::string user_name(uid_t user) {
  if (user == ::geteuid()) return io::own_account().name;
  const auto account = io::account_of(user);
  return account ? account->name : std::to_string(user);
}

}  // namespace

json process_list() {
  auto list = json::array();
  const auto boot = boot_time();
  const uid_t own = ::geteuid();
  std::map<uid_t, std::string> names;
  for (const ProcessEntry& entry : list_processes()) {
    if (list.size() >= kMaxListedProcesses) break;
    if (entry.id == ::getpid() || entry.state == 'Z') continue;
    const std::string folder = "/proc/" + std::to_string(entry.id);
    struct stat about {};
    if (::stat(folder.c_str(), &about) != 0 || (own != 0 && about.st_uid != own)) continue;
    const std::string command = command_of(folder);
    if (command.empty()) continue;  // the kernel's own
    auto name = names.find(about.st_uid);
    if (name == names.end()) name = names.emplace(about.st_uid, user_name(about.st_uid)).first;
    list.push_back({{"pid", entry.id},
                    {"name", text_of_bytes(process_name(entry.id))},
                    {"command", text_of_bytes(command)},
                    {"user", name->second},
                    {"since", start_of(read_proc_file(folder + "/stat"), boot)}});
  }
  return list;
}

}  // namespace nearside::far_end
