// How sessions began with an adapter on a target: `known-starts.json` in the state folder, so that
// the next one need not wait for what it will say. What always holds: the file is private, bounded,
// and written whole. Refuses no session: a file that cannot be used is as if there were none.
#pragma once

#include "core/fault.hpp"
#include "core/paths/host.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace nearside::near_end {

/// What one session has shown. Kept for who would be told the same: target and adapter as the user
/// wrote them, and the client's own `arguments` of initialize.
struct KnownStart {
  nlohmann::json capabilities = nlohmann::json::object();
  paths::HostFacts host;
  /// `initialized` came after this, "launch" or "attach"; empty: before.
  std::string initialized_after;
  std::chrono::milliseconds round_trip{0};  ///< Of the link.
};

class KnownStarts {
 public:
  KnownStarts(std::filesystem::path state, std::string target, std::string adapter);
  std::optional<KnownStart> find(const std::string& client) const;
  /// What was not kept for longest goes first when there is too much.
  Result<void> keep(const std::string& client, const KnownStart& start) const;

 private:
  std::filesystem::path state_;
  std::string target_, adapter_;
};

}  // namespace nearside::near_end
