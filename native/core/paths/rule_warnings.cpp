// Looks each rule up as if its own folder were a path: what else answers is what it competes with.
#include "core/paths/rule_warnings.hpp"

#include "core/paths/limits.hpp"
#include "core/paths/path.hpp"
#include "core/paths/shown.hpp"

#include <optional>

namespace nearside::paths {
namespace {

bool is_explicit(const Rule& rule) {
  return rule.origin == Origin::kUser || rule.origin == Origin::kLaunch;
}

std::string name_of(const Rule& rule) {
  return shown(rule.local) + " = " + shown(rule.remote);
}

class Warnings {
 public:
  void add(std::string text) {
    if (++count_ <= kMaxWarnings) told_.push_back(std::move(text));
  }
  std::vector<std::string> take() {
    if (count_ > kMaxWarnings)
      told_.push_back("And " + std::to_string(count_ - kMaxWarnings) +
                      " more doubts of these kinds about the mapping rules.");
    return std::move(told_);
  }

 private:
  std::vector<std::string> told_;
  std::size_t count_ = 0;
};

/// A stronger rule of the same folder, or of one above, that always comes before this one.
std::optional<std::uint32_t> hidden_by(const Lookup& lookup, const Key& key, std::uint32_t rule,
                                       std::span<const Rule> rules) {
  std::optional<std::uint32_t> winner;
  lookup.walk(key, [&](std::size_t depth, const RulesOfFolder& here) {
    const std::uint32_t other = here.front();
    const bool same_folder = depth + 1 == key.ends.size();
    if (other != rule && (same_folder || rules[other].origin < rules[rule].origin)) winner = other;
  });
  return winner;
}

void warn_of_backslashes(const Rule& rule, Warnings& warnings) {
  for (const std::string* side : {&rule.local, &rule.remote}) {
    const auto path = parse_path(*side);
    if (!path || path->style != Style::kPosix || side->find('\\') == std::string::npos) continue;
    warnings.add("The mapping rule " + name_of(rule) +
                 " is taken as it is: in a POSIX path a backslash is part of a name. Write '/' if "
                 "a separator was meant.");
  }
}

}  // namespace

std::vector<std::string> warnings_of(std::span<const Rule> rules, std::span<const KeyedRule> keys,
                                     const Lookup& by_local, const Lookup& by_remote) {
  Warnings warnings;
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    // That what the user says beats what was found out is no surprise.
    if (!is_explicit(rules[i])) continue;
    warn_of_backslashes(rules[i], warnings);
    const auto by_l = hidden_by(by_local, keys[i].local, i, rules);
    const auto by_r = hidden_by(by_remote, keys[i].remote, i, rules);
    const auto same = [&](std::optional<std::uint32_t> other) {
      return other && keys[*other].local.text == keys[i].local.text &&
             keys[*other].remote.text == keys[i].remote.text;
    };
    if (same(by_l) || same(by_r)) continue;  // said twice, meant once
    if (by_l && by_r)
      warnings.add("The mapping rule " + name_of(rules[i]) +
                   " is never used: " + name_of(rules[*by_l]) + " always comes before it.");
    else if (by_r)
      warnings.add("Two local folders for one remote: " + name_of(rules[*by_r]) + " and " +
                   name_of(rules[i]) + ". Paths from the far end become the first one's.");
    else if (by_l)
      warnings.add("Two remote folders for one local: " + name_of(rules[*by_l]) + " and " +
                   name_of(rules[i]) + ". Paths to the far end become the first one's.");
  }
  return warnings.take();
}

}  // namespace nearside::paths
