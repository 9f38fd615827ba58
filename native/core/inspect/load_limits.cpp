// The names of the limits, what is too much, and what adapters make of them (facts about Delve: up
// to 1.27.0 `dlv dap` loads by fixed limits; later ones take two of the four).
#include "core/inspect/load_limits.hpp"

#include "core/inspect/limits.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>

namespace nearside::inspect {
namespace {

using nlohmann::json;

struct KnownLimit {
  std::string_view name;
  std::string_view delves_name;
  std::optional<std::int64_t> LoadLimits::*value;
  std::int64_t least;
  std::int64_t most;      ///< More is refused.
  std::int64_t bearable;  ///< More is warned about.
  std::string_view unit;
};
constexpr std::array kLimits = std::to_array<KnownLimit>({
    {"string", "maxStringLen", &LoadLimits::string_length, 1, kMostStringLength,
     kBearableStringLength, "bytes of each string"},
    {"array", "maxArrayValues", &LoadLimits::array_values, 1, kMostArrayValues,
     kBearableArrayValues, "elements of each array and map"},
    {"struct", "maxStructFields", &LoadLimits::struct_fields, -1, kMostStructFields,
     kMostStructFields, "fields of each struct"},
    {"depth", "maxVariableRecurse", &LoadLimits::depth, 0, kMostDepth, kBearableDepth,
     "levels of each value"},
});

Fault refused(std::string message) {
  return {Errc::kConfigurationInvalid, Condition::kMisconfigured, std::move(message)};
}

const KnownLimit* find_limit(std::string_view name) {
  for (const auto& limit : kLimits)
    if (name == limit.name || name == limit.delves_name) return &limit;
  return nullptr;
}

Result<std::int64_t> parse_value(const KnownLimit& limit, std::string_view text) {
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  const std::string name(limit.name);
  if (error != std::errc() || at != end || text.empty())
    return refused("The load limit " + name + "=" + std::string(text.substr(0, 32)) +
                   " is no number.");
  if (value < limit.least || value > limit.most) {
    return refused("The load limit " + name + "=" + std::to_string(value) +
                   " is out of range: from " + std::to_string(limit.least) + " to " +
                   std::to_string(limit.most) + " " + std::string(limit.unit) +
                   ". More would stop the debugger for seconds at every stop; large values can be "
                   "paged through instead.");
  }
  return value;
}

}  // namespace

Result<LoadLimits> parse_load_limits(std::string_view text) {
  LoadLimits limits;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto one = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const auto equals = one.find('=');
    const auto* const limit = find_limit(one.substr(0, equals));
    if (limit == nullptr || equals == std::string_view::npos) {
      return refused("\"" + std::string(one.substr(0, 64)) +
                     "\" is no load limit. There are string, array, struct and depth (Delve: "
                     "maxStringLen, maxArrayValues, maxStructFields, maxVariableRecurse), as in "
                     "string=512,array=64.");
    }
    auto value = parse_value(*limit, one.substr(equals + 1));
    if (!value) return value.error();
    auto& place = limits.*limit->value;
    if (place) return refused("The load limit " + std::string(limit->name) + " is there twice.");
    place = *value;
  }
  return limits;
}

std::vector<std::string> warnings_of(const LoadLimits& limits) {
  std::vector<std::string> warnings;
  for (const auto& limit : kLimits) {
    const auto& value = limits.*limit.value;
    if (!value || *value <= limit.bearable) continue;
    warnings.push_back("Load limit " + std::string(limit.name) + "=" + std::to_string(*value) +
                       ": a slow link will feel that at every stop; up to " +
                       std::to_string(limit.bearable) + " it does not.");
  }
  return warnings;
}

std::string apply_load_limits(const LoadLimits& limits, std::string_view adapter,
                              dap::Message& start) {
  if (limits.empty()) return {};
  if (adapter != "dlv") {
    return "Load limits are not applied: the adapter " + std::string(adapter) +
           " has no setting for them. What it loads is shown as it is.";
  }
  const auto arguments = json::parse(start.payload(), nullptr, /*allow_exceptions=*/false);
  const auto set = [&](const char* name, const std::optional<std::int64_t>& value) {
    const bool is_said = arguments.is_object() && arguments.contains(name);
    if (value && !is_said) start.set_payload_member(name, std::to_string(*value));
  };
  set("maxStringLen", limits.string_length);
  set("maxArrayValues", limits.array_values);
  return "Load limits: dlv up to 1.27.0 loads 512 bytes of a string, 64 elements and all fields, "
         "whatever is set; later ones follow string and array. Larger values can be paged through.";
}

}  // namespace nearside::inspect
