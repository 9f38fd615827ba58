// Members of JSON as tables show them: a peer may have written anything.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace nearside::cli {

/// Safe for a terminal; `-` for nothing, null and the empty text.
std::string cell(const nlohmann::json& value);
/// Of what `object` has under that name.
std::string cell(const nlohmann::json& object, const char* member);

}  // namespace nearside::cli
