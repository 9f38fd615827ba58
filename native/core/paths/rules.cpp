// A rule set as it is compiled: each side of a rule as the text that answers begin with, and a
// lookup for each direction.
#include "core/paths/rules.hpp"

#include "core/paths/limits.hpp"
#include "core/paths/lookup.hpp"
#include "core/paths/path.hpp"
#include "core/paths/rule_warnings.hpp"
#include "core/paths/side.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace nearside::paths {
namespace {

/// One side of a rule, as answers begin.
struct End {
  Style style = Style::kPosix;
  std::string text;  ///< Without a separator at its end: "" for the POSIX root.
  std::size_t depth = 0;
};

End end_of(const Path& path) {
  End end{path.style, root_text(path), path.components.size()};
  for (const std::string_view name : path.components) append_component(end.text, path.style, name);
  return end;
}

/// What is below the first `depth` components of `path`, put below `end`. Nothing: that
/// style has no way to write it, or it is too long.
std::optional<std::string> rewritten(const Path& path, std::size_t depth, const End& end) {
  std::string text;
  std::size_t bytes = end.text.size() + 1;
  for (std::size_t i = depth; i < path.components.size(); ++i)
    bytes += path.components[i].size() + 1;
  text.reserve(bytes);
  text = end.text;
  for (std::size_t i = depth; i < path.components.size(); ++i)
    if (!append_component(text, end.style, path.components[i])) return std::nullopt;
  if (end.depth == 0 && depth == path.components.size()) text += separator_of(end.style);
  if (text.size() > kMaxPathBytes) return std::nullopt;
  return text;
}

bool looks_like_windows(const std::string& text) {
  const auto path = parse_path(text);
  return path && separator_of(path->style) == '\\';
}

struct Match {
  std::uint32_t rule = 0;
  std::size_t depth = 0;
};

}  // namespace

struct RuleSet::Impl {
  std::vector<Rule> rules;
  std::vector<RefusedRule> refused;
  std::vector<std::string> warnings;
  Side local_side, remote_side;
  std::vector<End> local_ends, remote_ends;
  Lookup by_local, by_remote;

  Impl(const SideTraits& local, const SideTraits& remote)
      : local_side(local), remote_side(remote) {}

  void add(std::vector<Rule> given);

  bool is_stronger(const Match& a, const Match& b) const {
    const Origin left = rules[a.rule].origin, right = rules[b.rule].origin;
    return std::tuple(left, b.depth, a.rule) < std::tuple(right, a.depth, b.rule);
  }

  static std::optional<Mapped> answer(const Path& path, const Match& match,
                                      const std::vector<End>& ends) {
    auto text = rewritten(path, match.depth, ends[match.rule]);
    if (!text) return std::nullopt;
    return Mapped{std::move(*text), match.rule};
  }

  std::optional<Mapped> best(std::string_view text, const Side& side, const Lookup& lookup,
                             const std::vector<End>& ends) const {
    if (rules.empty()) return std::nullopt;
    const auto path = side.parse(text);
    if (!path) return std::nullopt;
    std::optional<Match> winner;
    lookup.walk(side.key_of(*path), [&](std::size_t depth, const RulesOfFolder& here) {
      const Match match{here.front(), depth};
      if (!winner || is_stronger(match, *winner)) winner = match;
    });
    return winner ? answer(*path, *winner, ends) : std::nullopt;
  }

  std::vector<Mapped> all(std::string_view text, const Side& side, const Lookup& lookup,
                          const std::vector<End>& ends) const {
    const auto path = side.parse(text);
    if (!path) return {};
    std::vector<Match> matches;
    lookup.walk(side.key_of(*path), [&](std::size_t depth, const RulesOfFolder& here) {
      for (const std::uint32_t rule : here) matches.push_back({rule, depth});
    });
    std::sort(matches.begin(), matches.end(),
              [&](const Match& a, const Match& b) { return is_stronger(a, b); });
    std::vector<Mapped> answers;
    for (const Match& match : matches) {
      if (auto one = answer(*path, match, ends))
        answers.push_back(std::move(*one));
      else if (answers.empty())
        return {};  // no weaker rule answers for one that has the say
    }
    return answers;
  }
};

void RuleSet::Impl::add(std::vector<Rule> given) {
  std::vector<KeyedRule> keys;
  for (Rule& rule : given) {
    if (auto checked = check_rule(rule); !checked) {
      refused.push_back({std::move(rule), checked.error()});
      continue;
    }
    const auto local = local_side.parse(rule.local), remote = remote_side.parse(rule.remote);
    local_ends.push_back(end_of(*local));
    remote_ends.push_back(end_of(*remote));
    keys.push_back({local_side.key_of(*local), remote_side.key_of(*remote)});
    rules.push_back(std::move(rule));
  }
  std::vector<std::uint32_t> by_strength(rules.size());
  std::iota(by_strength.begin(), by_strength.end(), 0U);
  std::stable_sort(by_strength.begin(), by_strength.end(), [&](std::uint32_t a, std::uint32_t b) {
    return rules[a].origin < rules[b].origin;
  });
  for (const std::uint32_t rule : by_strength) {
    by_local.add(keys[rule].local, rule);
    by_remote.add(keys[rule].remote, rule);
  }
  warnings = warnings_of(rules, keys, by_local, by_remote);
}

RuleSet::RuleSet() : RuleSet({}, {}, {}) {}

RuleSet::RuleSet(std::vector<Rule> rules, SideTraits local, SideTraits remote) {
  for (const Rule& rule : rules) {
    local.is_windows = local.is_windows || looks_like_windows(rule.local);
    remote.is_windows = remote.is_windows || looks_like_windows(rule.remote);
  }
  auto impl = std::make_shared<Impl>(local, remote);
  impl->add(std::move(rules));
  impl_ = std::move(impl);
}

std::optional<Mapped> RuleSet::to_remote(std::string_view local) const {
  return impl_->best(local, impl_->local_side, impl_->by_local, impl_->remote_ends);
}
std::optional<Mapped> RuleSet::to_local(std::string_view remote) const {
  return impl_->best(remote, impl_->remote_side, impl_->by_remote, impl_->local_ends);
}
std::vector<Mapped> RuleSet::all_to_remote(std::string_view local) const {
  return impl_->all(local, impl_->local_side, impl_->by_local, impl_->remote_ends);
}
std::vector<Mapped> RuleSet::all_to_local(std::string_view remote) const {
  return impl_->all(remote, impl_->remote_side, impl_->by_remote, impl_->local_ends);
}

std::string RuleSet::local_key(std::string_view path) const {
  const auto parsed = impl_->local_side.parse(path);
  return parsed ? impl_->local_side.key_of(*parsed).text : std::string(path);
}
std::string RuleSet::remote_key(std::string_view path) const {
  const auto parsed = impl_->remote_side.parse(path);
  return parsed ? impl_->remote_side.key_of(*parsed).text : std::string(path);
}
std::string RuleSet::canonical(std::string_view path) const {
  const auto parsed = impl_->local_side.parse(path);
  return parsed ? canonical_text(*parsed) : std::string(path);
}

std::span<const Rule> RuleSet::rules() const {
  return impl_->rules;
}
const std::vector<RefusedRule>& RuleSet::refused() const {
  return impl_->refused;
}
const std::vector<std::string>& RuleSet::warnings() const {
  return impl_->warnings;
}

}  // namespace nearside::paths
