// One text for each value.
#include "cli/cells.hpp"

#include "cli/output.hpp"

namespace nearside::cli {

using nlohmann::json;

std::string cell(const json& value) {
  if (value.is_null()) return "-";
  if (!value.is_string())
    return printable(value.dump(-1, ' ', false, json::error_handler_t::replace));
  const auto& text = value.get_ref<const std::string&>();
  return text.empty() ? "-" : printable(text);
}

std::string cell(const json& object, const char* member) {
  const auto found = object.find(member);
  return found == object.end() ? "-" : cell(*found);
}

}  // namespace nearside::cli
