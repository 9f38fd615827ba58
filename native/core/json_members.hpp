// Reading members of JSON whose writer may be anybody: what is missing, or of another type, is as
// if nothing had been said. For values that are looked at; whole messages have core/dap.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearside {

/// Null if there is none, or `object` is no object. Lives as long as `object`.
const nlohmann::json& member_of(const nlohmann::json& object, std::string_view name);
std::optional<std::string> find_text(const nlohmann::json& object, std::string_view name);
/// Empty if there is none.
std::string text_of(const nlohmann::json& object, std::string_view name);
/// 0 if there is no unsigned number.
std::uint64_t count_of(const nlohmann::json& object, std::string_view name);
bool is_true(const nlohmann::json& object, std::string_view name);

}  // namespace nearside
