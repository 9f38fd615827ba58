// The builders. Members stand in the order of the specification, so that a trace reads well.
#include "core/dap/build.hpp"

#include <nlohmann/json.hpp>

namespace nearside::dap {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
}

std::string member(std::string_view key, const json& value) {
  if (value.is_null()) return {};
  return ",\"" + std::string(key) + "\":" + dump(value);
}

std::string begin_response(std::int64_t request_seq, std::string_view command, bool success) {
  return R"({"seq":0,"type":"response","request_seq":)" + std::to_string(request_seq) +
         R"(,"success":)" + (success ? "true" : "false") + member("command", command);
}

std::string_view word(OutputCategory category) {
  switch (category) {
    case OutputCategory::kConsole:
      return "console";
    case OutputCategory::kImportant:
      return "important";
    case OutputCategory::kStdout:
      return "stdout";
    case OutputCategory::kStderr:
      return "stderr";
  }
  return "console";
}

}  // namespace

std::string make_request(std::string_view command, const json& arguments) {
  return R"({"seq":0,"type":"request")" + member("command", command) +
         member("arguments", arguments) + "}";
}

std::string make_event(std::string_view event, const json& body) {
  return R"({"seq":0,"type":"event")" + member("event", event) + member("body", body) + "}";
}

std::string make_response(std::int64_t request_seq, std::string_view command, const json& body) {
  return begin_response(request_seq, command, true) + member("body", body) + "}";
}

std::string make_error_response(std::int64_t request_seq, std::string_view command,
                                const Fault& fault) {
  const json error{
      {"id", static_cast<int>(fault.code)}, {"format", fault.message}, {"showUser", true}};
  return begin_response(request_seq, command, false) + member("message", fault.message) +
         member("body", json{{"error", error}}) + "}";
}

std::string make_output(OutputCategory category, std::string_view text) {
  return R"({"seq":0,"type":"event","event":"output","body":{"category":")" +
         std::string(word(category)) + '"' + member("output", text) + "}}";
}

}  // namespace nearside::dap
