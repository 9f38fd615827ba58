// What is doubtful about a list of rules though each can be used: two answers to one question, and
// rules that can never win. Told, never decided by the order alone.
#pragma once

#include "core/paths/lookup.hpp"
#include "core/paths/rules.hpp"

#include <span>
#include <string>
#include <vector>

namespace nearside::paths {

/// A rule with the keys of its sides.
struct KeyedRule {
  Key local, remote;
};

/// `by_local` and `by_remote` hold all of them by their numbers.
std::vector<std::string> warnings_of(std::span<const Rule> rules, std::span<const KeyedRule> keys,
                                     const Lookup& by_local, const Lookup& by_remote);

}  // namespace nearside::paths
