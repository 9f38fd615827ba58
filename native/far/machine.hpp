// What the far end tells of itself with each session: io's look at the machine, and what only
// programs know (`go env`, `wslpath`), asked in the adapter's environment. Never a fault: what is
// not known when it has to be told is unknown.
#pragma once

#include "core/paths/host.hpp"
#include "far/background.hpp"
#include "far/orphans.hpp"
#include "io/process.hpp"

#include <string>
#include <string_view>

namespace nearside::far_end {

struct MachineQuestion {
  io::Environment environment;
  std::string working_directory;
  bool wants_go = false;  ///< The adapter is Delve's.
};

/// Fills `facts` as it learns; they live until it has ended.
asio::awaitable<void> describe_machine(Background& background, OwnChildren& own,
                                       MachineQuestion question, paths::HostFacts& facts);

/// `go env -json GOROOT GOPATH GOMODCACHE`, laid over what was found before.
void take_go_env(std::string_view json, paths::HostFacts& facts);
/// `wslpath -w /` prints `\\wsl.localhost\Ubuntu\`; empty if it does not read like that.
std::string distribution_of(std::string_view wslpath_output);

}  // namespace nearside::far_end
