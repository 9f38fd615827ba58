// The table of commands, and the keys of reads.
#include "core/inspect/request.hpp"

#include "core/inspect/limits.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nearside::inspect {
namespace {

using nlohmann::json;

struct KnownCommand {
  std::string_view name;
  RequestKind kind;
};
// specification: Requests. `evaluate` and `source` depend on their arguments.
constexpr std::array kCommands = std::to_array<KnownCommand>({
    {"threads", RequestKind::kRead},
    {"stackTrace", RequestKind::kRead},
    {"scopes", RequestKind::kRead},
    {"variables", RequestKind::kRead},
    {"exceptionInfo", RequestKind::kRead},
    {"gotoTargets", RequestKind::kRead},
    {"stepInTargets", RequestKind::kRead},
    {"locations", RequestKind::kRead},
    {"disassemble", RequestKind::kRead},
    {"readMemory", RequestKind::kRead},
    {"modules", RequestKind::kSessionRead},
    {"loadedSources", RequestKind::kSessionRead},
    {"breakpointLocations", RequestKind::kSessionRead},
    {"continue", RequestKind::kResume},
    {"next", RequestKind::kResume},
    {"stepIn", RequestKind::kResume},
    {"stepOut", RequestKind::kResume},
    {"stepBack", RequestKind::kResume},
    {"reverseContinue", RequestKind::kResume},
    {"goto", RequestKind::kResume},
    {"restartFrame", RequestKind::kResume},
    {"restart", RequestKind::kResume},
    {"disconnect", RequestKind::kResume},
    {"terminate", RequestKind::kResume},
    {"initialize", RequestKind::kNeutral},
    {"launch", RequestKind::kNeutral},
    {"attach", RequestKind::kNeutral},
    {"configurationDone", RequestKind::kNeutral},
    {"setBreakpoints", RequestKind::kNeutral},
    {"setFunctionBreakpoints", RequestKind::kNeutral},
    {"setExceptionBreakpoints", RequestKind::kNeutral},
    {"setDataBreakpoints", RequestKind::kNeutral},
    {"setInstructionBreakpoints", RequestKind::kNeutral},
    {"dataBreakpointInfo", RequestKind::kNeutral},
    {"completions", RequestKind::kNeutral},
    {"cancel", RequestKind::kNeutral},
    {"pause", RequestKind::kNeutral},
    {"nearside.source", RequestKind::kNeutral},
    {"nearside.terminal", RequestKind::kNeutral},
});

RequestKind kind_of_evaluate(const json& arguments, bool pure_watches) {
  const auto text = [&](const char* name) -> std::string_view {
    const auto found = arguments.find(name);
    if (found == arguments.end() || !found->is_string()) return {};
    return found->get_ref<const std::string&>();
  };
  const auto context = text("context");
  if (context == "watch" && pure_watches) return RequestKind::kRead;
  const bool looks =
      context == "watch" || context == "hover" || context == "variables" || context == "clipboard";
  return looks && is_pure_expression(text("expression")) ? RequestKind::kRead : RequestKind::kWrite;
}

/// Nothing: it depends on the arguments.
std::optional<RequestKind> kind_of(std::string_view command) {
  if (command == "evaluate" || command == "source") return std::nullopt;
  const auto* const found = std::ranges::find(kCommands, command, &KnownCommand::name);
  return found == kCommands.end() ? RequestKind::kWrite : found->kind;
}

bool is_read(RequestKind kind) {
  return kind == RequestKind::kRead || kind == RequestKind::kSessionRead;
}

/// What says the same as nothing.
bool says_default(const std::string& name, const json& value) {
  if (value.is_null()) return true;
  if (value.is_object()) return value.empty();
  const bool may_be_zero =
      name == "startFrame" || name == "levels" || name == "start" || name == "count";
  return may_be_zero && value.is_number_integer() && value.get<std::int64_t>() == 0;
}

std::optional<std::int64_t> number(const json& arguments, const char* name) {
  const auto found = arguments.find(name);
  if (found == arguments.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

/// As JSON. What is most often said is written straight: each request has a key.
void append_text(std::string& key, const std::string& text) {
  const bool is_plain = std::ranges::all_of(
      text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (is_plain)
    (key += '"').append(text) += '"';
  else
    key += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

void append(std::string& key, const json& value) {
  if (value.is_string())
    append_text(key, value.get_ref<const std::string&>());
  else if (value.is_number_unsigned())
    key += std::to_string(value.get<std::uint64_t>());
  else if (value.is_number_integer())
    key += std::to_string(value.get<std::int64_t>());
  else
    key += value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

bool is_resume(std::string_view command) {
  return kind_of(command) == RequestKind::kResume;
}

bool is_of_modules(std::string_view command) {
  return command == "modules" || command == "loadedSources" || command == "breakpointLocations";
}

std::string key_of(std::string_view command, const json& arguments) {
  std::string key(command);
  key += " {";
  for (const auto& [name, value] : arguments.get_ref<const json::object_t&>()) {
    if (says_default(name, value)) continue;
    if (!key.ends_with('{')) key += ',';
    append_text(key, name);
    key += ':';
    append(key, value);
  }
  key += '}';
  return key;
}

Request read_request(const dap::Message& request, bool pure_watches) {
  return read_request(request.envelope().name, request.payload(), pure_watches);
}

Request read_request(std::string_view command, std::string_view arguments, bool pure_watches) {
  Request read;
  const auto kind = kind_of(command);
  const bool names_variable = command == "setVariable" || command == "dataBreakpointInfo";
  if (kind && !is_read(*kind) && !names_variable) {
    read.kind = *kind;
    return read;
  }
  if (arguments.size() <= kMaxReadRequestBytes)
    read.arguments = json::parse(arguments, nullptr, /*allow_exceptions=*/false);
  const bool is_understood = read.arguments.is_object() || arguments.empty();
  if (!read.arguments.is_object()) read.arguments = json::object();
  read.reference = number(read.arguments, "variablesReference");
  if (kind) {
    read.kind = is_understood || !is_read(*kind) ? *kind : RequestKind::kNeutral;
  } else if (command == "evaluate") {
    read.kind = kind_of_evaluate(read.arguments, pure_watches);
  } else {
    read.kind = read.arguments.contains("sourceReference") ? RequestKind::kSessionRead
                                                           : RequestKind::kNeutral;
  }
  if (!is_read(read.kind)) return read;
  // Where in the client's editor the question came from changes nothing of its answer.
  if (command == "evaluate")
    for (const auto* const name : {"line", "column", "source"}) read.arguments.erase(name);
  read.key = key_of(command, read.arguments);
  read.thread = number(read.arguments, "threadId");
  read.frame = number(read.arguments, "frameId");
  return read;
}

}  // namespace nearside::inspect
