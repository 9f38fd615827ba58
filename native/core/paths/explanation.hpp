// How a path is mapped, and why: for `nearside paths explain` and for who shows the same elsewhere.
// Says what RuleSet does, by asking it; decides nothing itself.
#pragma once

#include "core/paths/local_files.hpp"
#include "core/paths/rules.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace nearside::paths {

/// A rule that matches a path, and what it would make of it.
struct Candidate {
  Rule rule;
  std::string result;
  std::string verdict;  ///< "wins: the longest match", "is passed over: …".
};

struct Explanation {
  std::string path;                  ///< As it was asked for.
  std::string canonical;             ///< The one spelling; the same if it is no path.
  std::vector<Candidate> to_remote;  ///< Taken for a path of this machine: the winner first.
  std::vector<Candidate> to_local;   ///< Taken for a path of the far end: likewise.
  std::vector<std::string> steps;    ///< A line each, for a person.
  std::string result;                ///< On the other side; the canonical path if nothing matched.
};

/// What becomes of `path` under the rules: what it was normalised to, which rules match in which
/// direction, which wins and why. `files` may be null: then nothing is said of existence.
Explanation explain(const RuleSet& rules, std::string_view path, LocalFiles* files);

/// {"path", "canonical", "result", "toRemote": [{"local", "remote", "origin", "source", "result",
/// "verdict"}], "toLocal": […], "steps": […]}.
nlohmann::json to_json(const Explanation& explanation);

}  // namespace nearside::paths
