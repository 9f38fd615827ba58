// The table, and the words of a refusal.
#include "core/session/role.hpp"

#include "core/inspect/request.hpp"
#include "core/json_members.hpp"
#include "core/session/limits.hpp"
#include "core/session/wire.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace nearside::session {
namespace {

using nlohmann::json;

struct RequestAccess {
  std::string_view command;
  Access access;
};
// specification: Requests. A client that joins has its start answered by the session, and who says
// `disconnect` while others stay only leaves, so these change nothing.
constexpr std::array kRequests = std::to_array<RequestAccess>({
    {"initialize", Access::kLooks},
    {"launch", Access::kLooks},
    {"attach", Access::kLooks},
    {"configurationDone", Access::kLooks},
    {"disconnect", Access::kLooks},
    {"cancel", Access::kLooks},
    {"threads", Access::kLooks},
    {"stackTrace", Access::kLooks},
    {"scopes", Access::kLooks},
    {"variables", Access::kLooks},
    {"source", Access::kLooks},
    {"modules", Access::kLooks},
    {"loadedSources", Access::kLooks},
    {"breakpointLocations", Access::kLooks},
    {"exceptionInfo", Access::kLooks},
    {"stepInTargets", Access::kLooks},
    {"gotoTargets", Access::kLooks},
    {"readMemory", Access::kLooks},
    {"disassemble", Access::kLooks},
    {"locations", Access::kLooks},
    {kReadSourceCommand, Access::kLooks},
    {"evaluate", Access::kEvaluates},
    // It names an expression, which adapters evaluate; to no other end than to set one.
    {"dataBreakpointInfo", Access::kSteers},
    // Adapters run what they are given so far.
    {"completions", Access::kSteers},
    {"setBreakpoints", Access::kSteers},
    {"setFunctionBreakpoints", Access::kSteers},
    {"setExceptionBreakpoints", Access::kSteers},
    {"setDataBreakpoints", Access::kSteers},
    {"setInstructionBreakpoints", Access::kSteers},
    {"setVariable", Access::kSteers},
    {"setExpression", Access::kSteers},
    {"writeMemory", Access::kSteers},
    {"continue", Access::kSteers},
    {"next", Access::kSteers},
    {"stepIn", Access::kSteers},
    {"stepOut", Access::kSteers},
    {"stepBack", Access::kSteers},
    {"reverseContinue", Access::kSteers},
    {"restartFrame", Access::kSteers},
    {"goto", Access::kSteers},
    {"pause", Access::kSteers},
    {"terminateThreads", Access::kSteers},
    {"restart", Access::kEnds},
    {"terminate", Access::kEnds},
});

const RequestAccess* find_request(std::string_view command) {
  const auto* const found = std::ranges::find(kRequests, command, &RequestAccess::command);
  return found == kRequests.end() ? nullptr : found;
}

Fault not_allowed(Role role, std::string_view command, std::string_view why,
                  std::string_view others) {
  return {Errc::kMessageInvalid, Condition::kAuthRejected,
          "`" + std::string(command.substr(0, 64)) + "` is not for this session's " +
              std::string(to_string(role)) + "s: " + std::string(why) + ". " + std::string(others) +
              " can."};
}

bool is_pure_evaluate(std::string_view arguments) {
  if (arguments.size() > kMaxInterpretedBytes) return false;
  const auto read = json::parse(arguments, nullptr, /*allow_exceptions=*/false);
  // What goes to the debugger's own console is a command, whatever it looks like.
  return text_of(read, "context") != "repl" &&
         inspect::is_pure_expression(text_of(read, "expression"));
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kObserver:
      return "observer";
    case Role::kController:
      return "controller";
    case Role::kOwner:
      break;
  }
  return "owner";
}

std::optional<Role> role_from(std::string_view word) {
  for (const auto role : {Role::kObserver, Role::kController, Role::kOwner})
    if (word == to_string(role)) return role;
  return std::nullopt;
}

Access access_of(std::string_view command) {
  const auto* const known = find_request(command);
  return known == nullptr ? Access::kSteers : known->access;
}

bool is_known_request(std::string_view command) {
  return find_request(command) != nullptr;
}

std::optional<Fault> refusal(Role role, std::string_view command, std::string_view arguments,
                             bool reading_runs_code) {
  if (role == Role::kOwner) return std::nullopt;
  const auto access = access_of(command);
  if (access == Access::kEnds)
    return not_allowed(role, command, "it ends the program for all", "Its owner");
  if (role == Role::kController || access == Access::kLooks) return std::nullopt;
  if (access == Access::kSteers)
    return not_allowed(role, command, "they only look", "Its owner or a controller");
  if (reading_runs_code)
    return not_allowed(role, command, "with this debug adapter, any expression may run code",
                       "Its owner or a controller");
  if (!is_pure_evaluate(arguments))
    return not_allowed(role, command, "this expression may change the program",
                       "Its owner or a controller");
  return std::nullopt;
}

}  // namespace nearside::session
