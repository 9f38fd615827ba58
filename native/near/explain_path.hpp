// What mapping rules make of a path, asked by a person: with the rules as they are written on a
// command line, this machine's way with names, and its files. Needs no agent.
#pragma once

#include "core/paths/explanation.hpp"
#include "near/session_rules.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::near_end {

struct PathQuestion {
  std::string path;
  std::vector<std::string> rules;  ///< LOCAL=REMOTE each.
  /// In their place: those of a session, with what it knows of both machines.
  std::optional<SessionRules> session;
  /// Names that differ only in case are one file there, also if this machine knows nothing of it: a
  /// rule for a Windows client, a far end that folds.
  bool local_folds = false, remote_folds = false;
};
struct PathAnswer {
  paths::Explanation explanation;
  std::vector<std::string> doubts;  ///< About the rules; a line each.
};

/// The fault (kConfigurationInvalid) names the rule that cannot be one.
Result<PathAnswer> explain_path(const PathQuestion& question);

}  // namespace nearside::near_end
