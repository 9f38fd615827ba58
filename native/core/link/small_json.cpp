// Guarded reading and writing of small JSON objects, and of faults as such.
#include "core/link/small_json.hpp"

#include "core/link/limits.hpp"
#include "core/link/violation.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace nearside::link {
namespace {

/// Before the parser sees it: brackets outside of strings, not deeper than kMaxJsonDepth.
bool shallow(std::string_view bytes) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxJsonDepth) return false;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return true;
}

}  // namespace

Result<nlohmann::json> parse_object(std::string_view bytes, std::string_view what) {
  const auto malformed = [&](std::string_view why) {
    return violation(Errc::kFrameMalformed,
                     "The peer's " + std::string(what) + " " + std::string(why) + ".");
  };
  if (!shallow(bytes)) return malformed("is nested too deep");
  auto object = nlohmann::json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) return malformed("is not valid JSON");
  if (!object.is_object()) return malformed("is not a JSON object");
  return {boost::system::in_place_value, std::move(object)};
}

std::optional<std::string> string_field(const nlohmann::json& object, const char* name,
                                        std::size_t max_bytes) {
  const auto field = object.find(name);
  if (field == object.end() || !field->is_string()) return std::nullopt;
  const auto& text = field->get_ref<const std::string&>();
  if (text.size() > max_bytes) return std::nullopt;
  return text;
}

std::string without_controls(std::string_view text) {
  std::string clean(text);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const auto c = static_cast<unsigned char>(clean[i]);
    // C1 controls are U+0080 to U+009F: C2 80 to C2 9F in UTF-8.
    const bool c1 =
        c == 0xC2 && i + 1 < clean.size() && static_cast<unsigned char>(clean[i + 1]) < 0xA0;
    if (c < 0x20 || c == 0x7F || c1) clean[i] = ' ';
    if (c1) clean[++i] = ' ';
  }
  return clean;
}

bool is_lower_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string dump(const nlohmann::json& object) {
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string fault_to_json(const Fault& fault) {
  return dump({{"code", static_cast<int>(fault.code)},
               {"condition", to_string(fault.condition)},
               {"message", std::string_view(fault.message).substr(0, kMaxFaultMessageBytes / 2)}});
}

std::optional<Fault> fault_from_json(std::string_view bytes) {
  const auto object = parse_object(bytes, "fault");
  if (!object) return std::nullopt;
  const auto condition = string_field(*object, "condition", 64);
  const auto message = string_field(*object, "message", kMaxFaultMessageBytes);
  const auto code = object->find("code");
  if (!condition || !message || code == object->end() || !code->is_number_unsigned() ||
      code->get<std::uint64_t>() > 65'535)
    return std::nullopt;
  return Fault{static_cast<Errc>(code->get<int>()), condition_from_string(*condition),
               without_controls(*message)};
}

}  // namespace nearside::link
