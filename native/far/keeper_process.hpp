// The agent's side of one keeper: starts it, sends orders, hears reports, and sees to it that after
// finish() nothing of the session is left, whatever became of the keeper itself.
#pragma once

#include "far/agent_resources.hpp"
#include "far/keeper_wire.hpp"
#include "io/process.hpp"
#include "io/task_group.hpp"

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace nearside::far_end {

class KeeperProcess {
 public:
  struct Handlers {
    std::function<void(const KeeperReport&)> on_report;
    /// It ended without having been told to. finish() is still to be called.
    std::function<void()> on_lost;
  };

  /// `adapter_ends`: what the adapter is to have as 0, 1, 2; the caller closes its own copies.
  static Result<std::unique_ptr<KeeperProcess>> start(AgentResources& resources,
                                                      std::string session,
                                                      std::array<int, 3> adapter_ends,
                                                      Handlers handlers);

  void send(const KeeperOrder& order);
  /// Tells it to end (if that was not said yet) and waits until it is gone; a keeper that was
  /// killed or does not end is replaced by a sweep of our own, unless the debuggee is to be kept.
  asio::awaitable<void> finish(bool keep_debuggee);
  pid_t id() const { return process_.id(); }

 private:
  KeeperProcess(AgentResources& resources, std::string session, io::Process process,
                io::StreamPtr stream, Handlers handlers);
  asio::awaitable<void> read();
  asio::awaitable<void> write();

  AgentResources& resources_;
  std::string session_;
  io::Process process_;
  OwnChildren::Entry entry_;
  io::StreamPtr stream_;
  Handlers handlers_;
  std::deque<std::string> orders_;
  io::Wake ordered_;
  bool told_to_end_ = false;
  io::TaskGroup tasks_;
};

}  // namespace nearside::far_end
