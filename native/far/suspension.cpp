// Held by pidfd (Linux 5.3): SIGSTOP, and nothing else, is ever sent.
#include "far/suspension.hpp"

#include "far/process_facts.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace nearside::far_end {
namespace {

/// The C library of Debian 11 does not know these calls; the kernel does, from 5.3 on.
Descriptor open_process(pid_t id) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
}

bool send_signal(const Descriptor& process, int number) {
  return ::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0) == 0;
}

/// A descriptor of a process can be read once that has ended.
bool has_ended(const Descriptor& process) {
  pollfd watched{process.get(), POLLIN, 0};
  return ::poll(&watched, 1, 0) > 0;
}

bool is_among(const std::vector<pid_t>& ids, pid_t id) {
  return std::ranges::find(ids, id) != ids.end();
}

}  // namespace

void Suspension::find(pid_t keeper, pid_t adapter, pid_t told) {
  const auto ours = offspring_of(keeper);
  auto found = traced_by(ours);
  const bool is_traced = !found.empty();
  if (!is_traced && told > 0 && told != ::getpid() && told != keeper && told != adapter)
    found.push_back(told);
  for (const pid_t id : found) {
    Held held{id, {}, ::getsid(id) == ::getsid(adapter), open_process(id)};
    // Looked at after it was taken hold of: it is still who was found.
    const auto facts = look_at_process(id);
    if (!facts || (is_traced && !is_among(ours, facts->tracer))) continue;
    if (!held.process.is_open() || !send_signal(held.process, 0)) continue;
    held.name = facts->name;
    // While its tracer holds it, the signal waits, and stops it as soon as it is let go.
    if (facts->state == 't' && !held.is_adapters) stop(held);
    held_.push_back(std::move(held));
  }
}

void Suspension::handle_let_go() {
  std::erase_if(held_, [](const Held& held) {
    if (!held.is_adapters) stop(held);
    return !held.is_adapters;
  });
}

void Suspension::handle_adapter_ended() {
  for (const auto& held : std::exchange(held_, {})) stop(held);
}

void Suspension::stop(const Held& held) {
  send_signal(held.process, SIGSTOP);
}

std::string Suspension::words(session::AdapterKind adapter) {
  // Whatever they are told of `terminateDebuggee`.
  const bool ends_its_own =
      adapter == session::AdapterKind::kDelve || adapter == session::AdapterKind::kDebugpy;
  bool ends_some = false;
  std::erase_if(held_, [&](const Held& held) {
    const bool is_ended = held.is_adapters && ends_its_own;
    ends_some = ends_some || is_ended;
    return is_ended || has_ended(held.process);
  });
  if (ends_some)
    return "The program cannot stay suspended: this debugger ends what it has launched. What it is "
           "attached to could.";
  if (held_.empty()) return "There is no process left that could stay suspended.";
  std::string names;
  std::string ids;
  for (const auto& held : held_) {
    if (!names.empty()) names += ", ";
    names += held.name + " (process " + std::to_string(held.id) + ")";
    ids += " " + std::to_string(held.id);
  }
  return "Suspended: " + names + ". `kill -CONT" + ids + "` lets it go on.";
}

}  // namespace nearside::far_end
