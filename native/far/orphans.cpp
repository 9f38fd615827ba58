// A descendant that has changed its environment is known by its ancestor, so the whole tree below a
// carrier is marked before anything is killed.
#include "far/orphans.hpp"

#include "far/limits.hpp"
#include "far/offspring.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <map>
#include <vector>

namespace nearside::far_end {
namespace {

void mark_descendants(const std::vector<ProcessEntry>& processes, std::set<pid_t>& marked) {
  std::multimap<pid_t, pid_t> children;
  for (const ProcessEntry& process : processes) children.emplace(process.parent, process.id);
  std::vector<pid_t> to_visit(marked.begin(), marked.end());
  while (!to_visit.empty()) {
    const pid_t parent = to_visit.back();
    to_visit.pop_back();
    const auto [begin, end] = children.equal_range(parent);
    for (auto child = begin; child != end; ++child)
      if (marked.insert(child->second).second) to_visit.push_back(child->second);
  }
}

}  // namespace

asio::awaitable<void> Orphans::reap() {
  asio::signal_set ended(co_await asio::this_coro::executor, SIGCHLD);
  for (;;) {
    const auto [error, number] = co_await ended.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    for (const ProcessEntry& child : list_children())
      if (child.state == 'Z' && !own_.contains(child.id)) ::waitpid(child.id, nullptr, WNOHANG);
  }
}

asio::awaitable<void> Orphans::end_session(std::string session) {
  std::set<pid_t> marked;
  const auto deadline = asio::steady_timer::clock_type::now() + kSweepLimit;
  asio::steady_timer pause(co_await asio::this_coro::executor);
  while (asio::steady_timer::clock_type::now() < deadline) {
    const auto processes = list_processes();
    for (const ProcessEntry& process : processes)
      if (!own_.contains(process.id) && carries_session(process.id, session))
        marked.insert(process.id);
    mark_descendants(processes, marked);
    kill_children([&](pid_t child) { return marked.contains(child) && !own_.contains(child); });
    // Not only our children count: one whose parent is just exiting, and shows no environment any
    // more, becomes ours a moment later.
    const bool any_left = std::any_of(processes.begin(), processes.end(), [&](const auto& process) {
      return process.state != 'Z' && marked.contains(process.id);
    });
    if (!any_left) co_return;
    pause.expires_after(kSweepPause);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

}  // namespace nearside::far_end
