// What was set in sessions, kept for the next ones: `breakpoints.db` in the agent's state folder,
// by workspace, adapter and configuration. The agent is its only writer. What always holds: a
// change is whole or not there; each changed list gets a revision of its own, larger than all
// before; a file that is damaged is set aside; whatever fails costs the keeping, and is told once.
#pragma once

#include "core/fault.hpp"
#include "core/session/stored_breakpoints.hpp"
#include "core/session/wire.hpp"
#include "far/database.hpp"
#include "far/kept_habits.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nearside::far_end {

class BreakpointStore {
 public:
  using Key = KeptHabits::Key;
  struct Loaded {
    std::vector<session::StoredList> lists;
    std::int64_t changed = 0;  ///< The last one, but for watch expressions; Unix seconds.
  };

  explicit BreakpointStore(std::filesystem::path state) : state_(std::move(state)) {}
  /// Who hears of trouble; each kind of it once.
  void set_on_trouble(std::function<void(const std::string&)> on_trouble);

  Loaded load(const Key& key);
  void save(const Key& key, const session::StoredChanges& changes, std::int64_t now);
  /// Answers to "breakpoints" and "forget-breakpoints" (core/session/wire.hpp).
  session::AgentAnswer list(const std::optional<std::string>& workspace,
                            std::optional<std::int64_t> since);
  session::AgentAnswer forget(const std::optional<std::string>& workspace, std::int64_t now);

 private:
  using Work = std::function<Result<void>(Database&)>;

  /// Opens the file if need be; what is damaged is set aside, and the work done on a new one.
  Result<void> with_database(const Work& work);
  Result<void> open();
  Result<void> prepare(Database& database) const;
  Result<void> set_aside();
  Result<void> write(Database& database, const Key& key, const session::StoredChanges& changes,
                     std::int64_t now) const;
  Result<void> prune(Database& database, std::int64_t now);
  void complain(const std::string& trouble);

  std::filesystem::path state_;
  std::function<void(const std::string&)> on_trouble_;
  std::optional<Database> database_;
  std::optional<std::chrono::steady_clock::time_point> retry_at_;
  std::optional<Fault> failure_;  ///< Until then.
  std::string told_;
  std::int64_t pruned_ = 0;
};

}  // namespace nearside::far_end
