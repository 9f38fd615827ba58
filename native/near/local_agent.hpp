// The user's own agent on this machine: connecting to its socket, and starting it when nobody
// listens there. What always holds: who answers is a process of the same user; of two near ends
// that start it at the same moment both reach the one agent that got the socket.
#pragma once

#include "io/task_group.hpp"
#include "near/links.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace nearside::near_end {

class LocalAgent {
 public:
  using Socket = asio::local::stream_protocol::socket;

  LocalAgent(asio::any_io_executor executor, std::shared_ptr<const NearEndOptions> options);

  /// Connects, or starts the agent and connects as soon as it listens. The agent outlives us: it
  /// has a session of its own and says what it has to say into `agent.log` in the state folder.
  static io::Async<Socket> connect(std::shared_ptr<LocalAgent> self,
                                   std::chrono::steady_clock::time_point deadline);
  /// Connects to an agent that runs.
  static io::Async<Socket> connect_running(asio::any_io_executor executor,
                                           std::filesystem::path state,
                                           std::chrono::milliseconds limit);

 private:
  struct Started {
    std::optional<io::ExitStatus> ended;
    std::chrono::steady_clock::time_point ended_at;
    std::uintmax_t log_begins = 0;  ///< Where in the log this agent's words begin.
  };
  Result<void> start();
  Fault failed(const std::string& what) const;
  static asio::awaitable<void> reap(io::Process process, std::shared_ptr<Started> started);

  asio::any_io_executor executor_;
  std::shared_ptr<const NearEndOptions> options_;
  std::shared_ptr<Started> started_;  ///< The agent that we started last, if any.
  io::TaskGroup reapers_;
};

}  // namespace nearside::near_end
