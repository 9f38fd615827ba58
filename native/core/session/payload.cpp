// Small payloads as JSON values.
#include "core/session/payload.hpp"

#include "core/json_members.hpp"
#include "core/session/limits.hpp"

namespace nearside::session {

using nlohmann::json;

json read_payload(const dap::Message& message) {
  if (message.payload().size() > kMaxInterpretedBytes) return json::object();
  auto value = json::parse(message.payload(), nullptr, /*allow_exceptions=*/false);
  return value.is_object() ? value : json::object();
}

bool only_leaves(const json& disconnect) {
  return !disconnect.contains("terminateDebuggee") && !is_true(disconnect, "suspendDebuggee") &&
         !is_true(disconnect, "restart");
}

std::string program_of(const json& start) {
  // What adapters call it: dlv, lldb-dap, debugpy; then the ways to attach.
  for (const auto* const key : {"program", "module", "processId", "pid", "connect"}) {
    const auto found = start.find(key);
    if (found == start.end() || found->is_null()) continue;
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number_integer()) return "process " + found->dump();
  }
  return {};
}

std::string configuration_of(const json& start) {
  return find_text(start, "name").value_or(program_of(start));
}

std::optional<OutputPiece> program_output(const dap::Message& event) {
  const auto body = read_payload(event);
  const auto text = body.find("output");
  if (text == body.end() || !text->is_string()) return std::nullopt;
  const auto category = body.find("category");
  const auto is = [&](const char* name) {
    return category != body.end() && *category == json(name);
  };
  OutputPiece output{dap::OutputCategory::kConsole, text->get<std::string>()};
  if (category == body.end() || is("console")) return output;
  if (is("important"))
    output.category = dap::OutputCategory::kImportant;
  else if (is("stdout"))
    output.category = dap::OutputCategory::kStdout;
  else if (is("stderr"))
    output.category = dap::OutputCategory::kStderr;
  else
    return std::nullopt;
  return output;
}

}  // namespace nearside::session
