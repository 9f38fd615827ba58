// What a session's user and machine say of paths, as the path stage wants it. Plain values, but for
// the index of the workspace, which sessions share.
#pragma once

#include "core/paths/host.hpp"
#include "core/paths/rules.hpp"
#include "near/workspace_index.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nearside::near_end {

struct PathOptions {
  std::vector<paths::Rule> rules;         ///< The user's own, checked.
  std::string workspace;                  ///< Absolute; empty: nothing is inferred.
  std::shared_ptr<WorkspaceIndex> index;  ///< Of the workspace; null without one.
  paths::HostFacts local;
};

/// io's describe_host, and where the `go` that is found lies: without a run of it. May block.
paths::HostFacts describe_machine(const io::Environment& environment);

/// Asks the system what this machine is, and begins to look at the workspace.
PathOptions make_path_options(std::vector<paths::Rule> rules, std::string workspace);

}  // namespace nearside::near_end
