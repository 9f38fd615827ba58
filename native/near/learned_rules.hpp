// Mapping rules that were learned, kept with the workspace and the target for the next session:
// `learned-rules.json` in the state folder. What always holds: the file is private, bounded, and
// written whole; a process takes out only what it has itself seen wrong, so two of them lose
// nothing of each other's. Refuses no session: whatever is wrong with the file is one sentence.
#pragma once

#include "core/fault.hpp"
#include "core/paths/rules.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::near_end {

class LearnedRules {
 public:
  LearnedRules(std::filesystem::path state, std::string workspace, std::string target);

  /// All of Origin::kLearned; empty when nothing was learned yet. A fault: the file cannot be used,
  /// why, and what becomes of it.
  Result<std::vector<paths::Rule>> load();
  /// What the session has now in the place of what it had at load() or the last save(). `now` in
  /// Unix seconds: what was not touched for longest goes first when there is too much.
  Result<void> save(const std::vector<paths::Rule>& rules, std::int64_t now);
  /// Takes out one rule, `LOCAL=REMOTE` as it is written there. False: there is none. A session
  /// that runs keeps it to its end.
  Result<bool> forget(std::string_view rule);

 private:
  std::filesystem::path state_;
  std::string workspace_, target_;
  std::vector<paths::Rule> known_;
};

}  // namespace nearside::near_end
