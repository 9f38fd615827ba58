// The words. The winner's reason is what sets it apart from the next one.
#include "core/paths/explanation.hpp"

#include "core/paths/path.hpp"
#include "core/paths/shown.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace nearside::paths {
namespace {

using Presence = LocalFiles::Presence;

/// One way of taking a path: as this machine's, or as the far end's.
struct Direction {
  bool is_outward;
  std::vector<Mapped> (RuleSet::*all)(std::string_view) const;
  std::optional<Mapped> (RuleSet::*back)(std::string_view) const;
  std::string (RuleSet::*key)(std::string_view) const;
};
constexpr Direction kOutward{true, &RuleSet::all_to_remote, &RuleSet::to_local,
                             &RuleSet::local_key};
constexpr Direction kInward{false, &RuleSet::all_to_local, &RuleSet::to_remote,
                            &RuleSet::remote_key};

std::size_t depth_of(const Rule& rule, const Direction& direction) {
  const auto path = parse_path(direction.is_outward ? rule.local : rule.remote);
  return path ? path->components.size() : 0;
}

std::string why_first(const Rule& winner, const Rule& next, const Direction& direction) {
  if (winner.origin != next.origin)
    return "wins: a rule of the " + std::string(to_string(winner.origin)) + " before one of the " +
           std::string(to_string(next.origin)) + " kind";
  if (depth_of(winner, direction) != depth_of(next, direction)) return "wins: the longest match";
  return "wins: the first of equals";
}

std::string why_not(const Rule& winner, const Rule& rule, const Direction& direction) {
  if (winner.origin != rule.origin) return "is passed over: a weaker kind of rule";
  if (depth_of(winner, direction) != depth_of(rule, direction))
    return "is passed over: a shorter match";
  return "is passed over: an equal rule came first";
}

std::vector<Candidate> candidates_of(const RuleSet& rules, std::string_view path,
                                     const Direction& direction) {
  std::vector<Candidate> candidates;
  for (Mapped& mapped : (rules.*direction.all)(path))
    candidates.push_back({rules.rules()[mapped.rule], std::move(mapped.path), {}});
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Rule& winner = candidates[0].rule;
    if (i > 0)
      candidates[i].verdict = why_not(winner, candidates[i].rule, direction);
    else if (candidates.size() == 1)
      candidates[i].verdict = "wins: nothing else matches";
    else
      candidates[i].verdict = why_first(winner, candidates[1].rule, direction);
  }
  return candidates;
}

std::string named(const Rule& rule) {
  std::string text = shown(rule.local) + " = " + shown(rule.remote) + " (";
  text += to_string(rule.origin);
  return text + (rule.source.empty() ? ")" : ", " + rule.source + ")");
}

void tell_presence(const std::string& path, LocalFiles* files, std::vector<std::string>& steps) {
  if (files == nullptr) return;
  const Presence presence = files->presence(path);
  steps.push_back("  On this machine, " + shown(path) +
                  (presence == Presence::kThere     ? " is there."
                   : presence == Presence::kMissing ? " is not there."
                                                    : " cannot be looked for."));
}

void tell_the_way_back(const RuleSet& rules, std::string_view path, const std::string& there,
                       const Direction& direction, std::vector<std::string>& steps) {
  const auto back = (rules.*direction.back)(there);
  if (!back)
    steps.push_back("  No rule leads back from " + shown(there) + ".");
  else if ((rules.*direction.key)(back->path) == (rules.*direction.key)(path))
    steps.push_back("  Back again it becomes " + shown(back->path) + ".");
  else
    steps.push_back("  Back again it becomes " + shown(back->path) + ", which is another file: " +
                    named(rules.rules()[back->rule]) + " has the say there.");
}

void tell_direction(const RuleSet& rules, std::string_view path,
                    const std::vector<Candidate>& candidates, const Direction& direction,
                    std::vector<std::string>& steps) {
  const std::string taken =
      direction.is_outward ? "As a path of this machine" : "As a path of the far end";
  if (candidates.empty()) {
    steps.push_back(taken + ": no rule maps it.");
    return;
  }
  steps.push_back(taken + ":");
  for (std::size_t i = 0; i < candidates.size(); ++i)
    steps.push_back("  " + std::to_string(i + 1) + ". " + named(candidates[i].rule) + " gives " +
                    shown(candidates[i].result) + " and " + candidates[i].verdict + ".");
  tell_the_way_back(rules, path, candidates[0].result, direction, steps);
}

/// A name that POSIX has and Windows has no way to write.
bool holds_backslash(const std::optional<Path>& path) {
  return path && std::any_of(path->components.begin(), path->components.end(),
                             [](std::string_view name) { return name.find('\\') != name.npos; });
}

void tell_form(const Explanation& explanation, const std::optional<Path>& path,
               std::vector<std::string>& steps) {
  if (!path) {
    steps.push_back("Only whole paths are mapped, and " + shown(explanation.path) + " " +
                    why_no_path(explanation.path) + ".");
    return;
  }
  std::string line = shown(explanation.path) + " is " + std::string(describe(path->style)) + ".";
  if (explanation.canonical != explanation.path)
    line += " Normalised, it is " + shown(explanation.canonical) + ".";
  if (path->left_root) line += " A '..' went above its root and stayed there.";
  steps.push_back(std::move(line));
  if (holds_backslash(path))
    steps.push_back("A backslash is part of a name in it: no path of Windows can stand for that.");
}

nlohmann::json to_json(const std::vector<Candidate>& candidates) {
  auto list = nlohmann::json::array();
  for (const Candidate& one : candidates)
    list.push_back({{"local", one.rule.local},
                    {"remote", one.rule.remote},
                    {"origin", to_string(one.rule.origin)},
                    {"source", one.rule.source},
                    {"result", one.result},
                    {"verdict", one.verdict}});
  return list;
}

}  // namespace

Explanation explain(const RuleSet& rules, std::string_view path, LocalFiles* files) {
  Explanation explanation{
      .path = std::string(path),
      .canonical = rules.canonical(path),
      .to_remote = candidates_of(rules, path, kOutward),
      .to_local = candidates_of(rules, path, kInward),
      .steps = {},
      .result = {},
  };
  // The canonical spelling is read alike whatever the side; `//server/share` is not.
  const auto as_given = parse_path(path);
  auto parsed = as_given ? parse_path(explanation.canonical) : std::nullopt;
  if (parsed) parsed->left_root = as_given->left_root;
  auto& steps = explanation.steps;
  tell_form(explanation, parsed, steps);
  if (!parsed) {
    explanation.result = explanation.path;
    return explanation;
  }
  tell_direction(rules, path, explanation.to_remote, kOutward, steps);
  if (parsed->style != Style::kImport) tell_presence(explanation.canonical, files, steps);
  tell_direction(rules, path, explanation.to_local, kInward, steps);
  if (!explanation.to_local.empty()) tell_presence(explanation.to_local[0].result, files, steps);
  const auto& winners =
      explanation.to_remote.empty() ? explanation.to_local : explanation.to_remote;
  explanation.result = winners.empty() ? explanation.canonical : winners[0].result;
  return explanation;
}

nlohmann::json to_json(const Explanation& explanation) {
  return {{"path", explanation.path},
          {"canonical", explanation.canonical},
          {"result", explanation.result},
          {"toRemote", to_json(explanation.to_remote)},
          {"toLocal", to_json(explanation.to_local)},
          {"steps", explanation.steps}};
}

}  // namespace nearside::paths
