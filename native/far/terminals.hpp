// The terminals of one session (runInTerminal): ptys whose masters the agent holds. The keeper
// starts the command on the slave; what it prints becomes output of the session. Nothing is ever
// typed into them.
#pragma once

#include "core/session/session.hpp"
#include "far/adapter_process.hpp"
#include "far/descriptor.hpp"
#include "io/task_group.hpp"
#include "io/wake.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace nearside::far_end {

class Terminals {
 public:
  using OnOutput = std::function<void(std::string_view)>;
  Terminals(AgentResources& resources, OnOutput on_output);

  /// Sends the order; the keeper's answer comes by handle_started.
  Result<void> open(const session::RunInTerminal& request, AdapterProcess& adapter);
  void handle_started(std::int64_t request, bool started);
  /// Reads what is there, and ends. With `keep`, a terminal whose command is to live on is read
  /// (and what it says thrown away) for as long as it does: a program must not block on its output.
  asio::awaitable<void> finish(bool keep, io::TaskGroup& afterlife);

 private:
  struct Waiting {
    Descriptor master;
    Descriptor slave;  ///< Held until the command has it: a master without slaves reads as ended.
  };
  asio::awaitable<void> pump(std::shared_ptr<io::Stream> from);

  AgentResources& resources_;
  OnOutput on_output_;
  std::map<std::int64_t, Waiting> waiting_;
  std::vector<std::shared_ptr<io::Stream>> open_;
  io::TaskGroup pumps_;
};

}  // namespace nearside::far_end
