// Rules that need no user: from what the two machines say of themselves, and from files of the
// workspace. What always holds: pure; a rule is proposed, not believed: the mapper takes a path
// from it only where the local file is there. Refused: variables that only a running tool could
// expand.
#pragma once

#include "core/paths/host.hpp"
#include "core/paths/rules.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nearside::paths {

/// WSL either way, mounts of containers, macOS and Rosetta, sysroots, GOROOT, module cache, GOPATH.
/// Those whose remote side is an import path ("runtime") hold only where -trimpath was used: the
/// mapper lets them sleep until the adapter names such a path.
std::vector<Rule> presets_for(const HostFacts& local, const HostFacts& remote);

/// How programs of the module in `folder` (which holds go.mod) are named by -trimpath: its own
/// packages, its requirements in the module cache or, if the module is `vendored` (there is a
/// vendor/modules.txt), in vendor/, and `replace`. An empty `module_cache`: not known.
std::vector<Rule> rules_from_go_mod(std::string_view text, const std::string& folder,
                                    const std::string& module_cache = {}, bool vendored = false);

/// devcontainer.json (JSON with comments): workspaceMount, workspaceFolder and mounts of type bind,
/// for the folder `workspace` that holds .devcontainer. Nothing if it is not readable.
std::vector<Rule> rules_from_devcontainer(std::string_view text, const std::string& workspace);

}  // namespace nearside::paths
