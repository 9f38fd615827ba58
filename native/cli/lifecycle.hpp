// What an agent does, told to people: one event, one line (the first one a few).
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace nearside::cli {

/// Unknown events and members are shown as they are, so that a new one is never lost.
std::string lifecycle_text(const nlohmann::json& event, const std::string& state);

}  // namespace nearside::cli
