// The terminals of one session (runInTerminal): ptys whose masters the agent holds. The keeper
// starts the command on the slave. One that has a user behaves as terminals do, and is typed into;
// into any other nothing ever is, and what it prints is what the program wrote.
#pragma once

#include "core/session/session.hpp"
#include "far/adapter_process.hpp"
#include "far/descriptor.hpp"
#include "io/task_group.hpp"
#include "io/wake.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace nearside::far_end {

class Terminals {
 public:
  struct Handlers {
    /// `has_user`: as it was asked for.
    std::function<void(std::int64_t terminal, bool has_user, std::string_view)> on_output;
    /// Its command, and all that it started, has ended, or its user has closed it.
    std::function<void(std::int64_t terminal)> on_ended;
  };
  Terminals(AgentResources& resources, Handlers handlers);

  /// Sends the order; the keeper's answer comes by handle_started.
  Result<void> open(const session::RunInTerminal& request, AdapterProcess& adapter);
  void handle_started(std::int64_t request, bool started);
  /// By its request. What cannot be typed now is refused as a whole.
  Result<void> use(const session::UseTerminal& use);
  /// Reads what is there, and ends. With `keep`, a terminal whose command is to live on is read
  /// (and what it says thrown away) for as long as it does: a program must not block on its output.
  asio::awaitable<void> finish(bool keep, io::TaskGroup& afterlife);

 private:
  struct Waiting {
    Descriptor master;
    Descriptor slave;  ///< Held until the command has it: a master without slaves reads as ended.
    bool has_user = false;
  };
  struct Open {
    Open(AgentResources& resources, std::int64_t number, Descriptor master, bool user);
    const std::int64_t id;
    const bool has_user;
    Descriptor size;  ///< The master once more, for its size.
    io::StreamPtr stream;
    std::string typed;
    io::Wake to_type;
  };
  asio::awaitable<void> pump(std::shared_ptr<Open> from);
  asio::awaitable<void> type(std::shared_ptr<Open> into);

  AgentResources& resources_;
  Handlers handlers_;
  std::map<std::int64_t, Waiting> waiting_;
  std::map<std::int64_t, std::shared_ptr<Open>> open_;
  io::TaskGroup pumps_;
};

}  // namespace nearside::far_end
