// Rules that files of a workspace tell: devcontainer.json, go.mod, go.work. What always holds: a
// few small files are read, up to a limit each; what cannot be read tells nothing.
#pragma once

#include "core/paths/presets.hpp"

#include <string>
#include <vector>

namespace nearside::near_end {

/// `workspace` is absolute. As for Go itself, the next go.mod or go.work above counts too;
/// `go_mods` are those inside, as far as they are known yet.
std::vector<paths::Rule> workspace_presets(const std::string& workspace,
                                           const paths::HostFacts& local,
                                           const std::vector<std::string>& go_mods);

}  // namespace nearside::near_end
