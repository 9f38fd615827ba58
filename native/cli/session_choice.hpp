// Which of the sessions that run here a command means.
#pragma once

#include "near/session_rules.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace nearside::cli {

/// The one whose id begins with `id`; without an id the only one. The fault (kUsage) tells which
/// there are, or that there is none.
Result<near_end::SessionRules> choose_session(const std::filesystem::path& state,
                                              const std::optional<std::string>& id);

}  // namespace nearside::cli
