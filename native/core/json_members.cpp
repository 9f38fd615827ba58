// One look each.
#include "core/json_members.hpp"

#include <nlohmann/json.hpp>

namespace nearside {

using nlohmann::json;

const json& member_of(const json& object, std::string_view name) {
  static const json none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

std::optional<std::string> find_text(const json& object, std::string_view name) {
  const auto& value = member_of(object, name);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

std::string text_of(const json& object, std::string_view name) {
  return find_text(object, name).value_or(std::string());
}

std::uint64_t count_of(const json& object, std::string_view name) {
  const auto& value = member_of(object, name);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

bool is_true(const json& object, std::string_view name) {
  const auto& value = member_of(object, name);
  return value.is_boolean() && value.get<bool>();
}

}  // namespace nearside
