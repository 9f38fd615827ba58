// What launch and attach arguments of the adapters say of paths: other people's mapping rules, each
// in its own convention and direction, and the members that are paths of the far machine. What
// always holds: a rule that is taken is taken out, so that the adapter does not map a second time.
// Refuses nothing aloud: what cannot be a rule becomes a notice for the user.
#pragma once

#include "core/paths/mapper.hpp"
#include "core/paths/rules.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace nearside::paths {

struct LaunchRules {
  std::vector<Rule> rules;           ///< All Origin::kLaunch, in the order of the arguments.
  std::vector<std::string> notices;  ///< A line each for the user's debug console.
  bool changed = false;              ///< Something was taken out of the arguments.
};

/// Takes out of `arguments` (an object; else nothing is done) and understands: `substitutePath`
/// (local to remote; turned, with a notice, when only that makes sense), `guessSubstitutePath`,
/// `sourceMap` (remote to local), `pathMappings`. lldb-dap's `sourcePath` stays: the adapter itself
/// puts it before relative paths, so a rule says that what is below it maps to itself. `files` may
/// be null; `remote_os` as HostFacts::os, empty if unknown.
LaunchRules take_rules(nlohmann::json& arguments, std::string_view adapter, LocalFiles* files,
                       std::string_view remote_os = {});

/// The members of launch or attach arguments that hold a path of the far machine, as JSON pointers,
/// and only those that are there as strings with something in them. Relative ones and package
/// patterns ("./cmd/x") are among them: no rule maps these.
std::vector<std::string> path_members(std::string_view adapter, const nlohmann::json& arguments);

}  // namespace nearside::paths
