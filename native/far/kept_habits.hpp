// What clients read after a stop, kept from one session to the next, so that the first stop is
// answered from memory too: `habits.json` in the agent's state folder. What always holds: a
// damaged file is begun anew and never in the way; what was used last is kept, up to limits.
#pragma once

#include "core/fault.hpp"
#include "core/inspect/habits.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace nearside::far_end {

class KeptHabits {
 public:
  /// Which sessions are alike.
  struct Key {
    std::string workspace;      ///< As the near end names it; may be empty.
    std::string adapter;        ///< As it was asked for.
    std::string configuration;  ///< core/session: Session::configuration.
    bool operator==(const Key&) const = default;
  };

  explicit KeptHabits(const std::filesystem::path& state) : file_(state / "habits.json") {}
  /// An object; empty if there are none. For Habits::load.
  nlohmann::json load(const Key& key) const;
  /// `now`: seconds since 1970.
  Result<void> save(const Key& key, const inspect::Habits& habits, std::int64_t now) const;

 private:
  std::filesystem::path file_;
};

}  // namespace nearside::far_end
