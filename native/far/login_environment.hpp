// The environment that the user's login shell makes: for adapters of sessions whose opener is on
// another machine, since the agent's own is that of whoever happened to start it (an ssh command
// has no ~/go/bin). One bounded run, whose answer is good for a few minutes.
#pragma once

#include "far/orphans.hpp"
#include "io/account.hpp"
#include "io/process.hpp"
#include "io/wake.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace nearside::far_end {

struct LoginEnvironment {
  io::Environment variables;
  std::string notice;  ///< Why these are only the agent's own; empty when all is well.
};

class LoginShell {
 public:
  LoginShell(OwnChildren& own, io::Account account, std::chrono::milliseconds limit);
  /// Never a fault: falls back to this process's own environment, and says so.
  asio::awaitable<LoginEnvironment> environment();

 private:
  asio::awaitable<LoginEnvironment> run();

  OwnChildren& own_;
  io::Account account_;
  std::chrono::milliseconds limit_;
  std::optional<LoginEnvironment> known_;
  asio::steady_timer::time_point good_until_;
};

}  // namespace nearside::far_end
