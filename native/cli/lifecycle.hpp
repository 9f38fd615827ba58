// What an agent does, told to people: one event, one line (the first one a few).
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace nearside::cli {

/// Unknown events and members are shown as they are, so that a new one is never lost.
/// `state` is the state folder, `state_words` what commands need that talk to this agent.
std::string lifecycle_text(const nlohmann::json& event, const std::string& state,
                           const std::string& state_words);

}  // namespace nearside::cli
