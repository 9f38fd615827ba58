// What every session of an agent uses and none owns: where things are, whose children are whose,
// and how adapters are found. One per agent; lives longer than its sessions.
#pragma once

#include "core/session/answer_limits.hpp"
#include "core/session/linger.hpp"
#include "far/adapter_catalog.hpp"
#include "far/audit_desk.hpp"
#include "far/background.hpp"
#include "far/breakpoint_desk.hpp"
#include "far/kept_habits.hpp"
#include "far/limits.hpp"
#include "far/login_environment.hpp"
#include "far/orphans.hpp"
#include "far/source_files.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace nearside::far_end {

/// The waits that tests make short.
struct SessionTimes {
  milliseconds adapter_connect = kAdapterConnectLimit;
  milliseconds initialize = kInitializeLimit;
  milliseconds disconnect = kDisconnectLimit;
  milliseconds source_list = kSourceListLimit;
  milliseconds answer = session::kQuickAnswer;  ///< 0: whoever waits is told nothing.
};

struct AgentResources {
  AgentResources(asio::any_io_executor on, std::filesystem::path state, std::string nearside,
                 std::uint64_t files_of_children)
      : executor(std::move(on)),
        executable(std::move(nearside)),
        open_files(files_of_children),
        account(io::own_account()),
        orphans(own_children),
        login_shell(own_children, account, kLoginShellLimit),
        habits(state),
        breakpoints(executor, state),
        audit(executor, state),
        catalog(own_children, std::move(state)),
        background(executor),
        files(background, kLookLimit) {}

  asio::any_io_executor executor;
  std::string executable;    ///< For keepers.
  std::uint64_t open_files;  ///< RLIMIT_NOFILE's soft limit as it was before we raised it.
  io::Account account;
  SessionTimes times;
  session::Linger linger;
  OwnChildren own_children;
  Orphans orphans;
  LoginShell login_shell;
  KeptHabits habits;
  BreakpointDesk breakpoints;
  AuditDesk audit;
  AdapterCatalog catalog;
  Background background;
  SourceFiles files;
};

}  // namespace nearside::far_end
