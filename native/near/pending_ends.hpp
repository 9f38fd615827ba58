// Sessions that their users have ended while the link was down: `pending-ends.json` in the state
// folder, until an agent has heard of each. What always holds: the file is private, bounded and
// written whole; an entry goes when its agent has answered, or after it would have ended by itself.
#pragma once

#include "core/fault.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nearside::near_end {

struct PendingEnd {
  std::string target;
  std::string session;
  std::optional<bool> terminate;  ///< Nothing: as it was started.
  bool suspend = false;           ///< What is not terminated stays suspended.
  bool operator==(const PendingEnd&) const = default;
};

Result<void> note_pending_end(const std::filesystem::path& state, const PendingEnd& end);
/// Of this target. A file that cannot be read holds none, and is replaced by the next note.
std::vector<PendingEnd> pending_ends(const std::filesystem::path& state, const std::string& target);
Result<void> forget_pending_end(const std::filesystem::path& state, const PendingEnd& end);

}  // namespace nearside::near_end
