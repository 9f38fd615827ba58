// The legs of a span, its commands, and how it is told.
#include "core/inspect/span.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace nearside::inspect {
namespace {

using nlohmann::json;

/// All requests of the protocol and the events that change what is read, sorted; then "other".
constexpr std::array<std::string_view, 48> kNames{
    "attach",
    "breakpointLocations",
    "cancel",
    "completions",
    "configurationDone",
    "continue",
    "continued",
    "dataBreakpointInfo",
    "disassemble",
    "disconnect",
    "evaluate",
    "exceptionInfo",
    "exited",
    "goto",
    "gotoTargets",
    "initialize",
    "launch",
    "loadedSources",
    "locations",
    "modules",
    "next",
    "pause",
    "readMemory",
    "restart",
    "restartFrame",
    "reverseContinue",
    "scopes",
    "setBreakpoints",
    "setDataBreakpoints",
    "setExceptionBreakpoints",
    "setExpression",
    "setFunctionBreakpoints",
    "setInstructionBreakpoints",
    "setVariable",
    "source",
    "stackTrace",
    "stepBack",
    "stepIn",
    "stepInTargets",
    "stepOut",
    "stopped",
    "terminate",
    "terminateThreads",
    "terminated",
    "threads",
    "variables",
    "writeMemory",
    "other",
};
constexpr auto kKnown = kNames.size() - 1;
static_assert(std::is_sorted(kNames.begin(), kNames.begin() + kKnown));

constexpr std::array<std::string_view, 4> kWays{"hit", "joined", "asked", "event"};

}  // namespace

std::string_view to_string(Leg leg) {
  constexpr std::array<std::string_view, kLegs> kLegNames{"client", "nearEnd", "link", "farEnd",
                                                          "adapter"};
  return kLegNames[static_cast<std::size_t>(leg)];
}

CommandNumber command_number(std::string_view command) {
  const auto end = kNames.begin() + kKnown;
  const auto found = std::lower_bound(kNames.begin(), end, command);
  const bool is_known = found != end && *found == command;
  return is_known ? static_cast<CommandNumber>(found - kNames.begin())
                  : static_cast<CommandNumber>(kKnown);
}

std::string_view command_name(CommandNumber number) {
  return kNames[std::min<std::size_t>(number, kKnown)];
}

std::size_t command_count() {
  return kNames.size();
}

std::uint64_t Span::whole() const {
  return std::uint64_t{waited} + before + away + after + taken;
}

std::uint64_t Span::of(Leg leg) const {
  switch (leg) {
    case Leg::kClient:
      return std::uint64_t{waited} + taken;
    case Leg::kNearEnd:
      return std::uint64_t{before} + after;
    case Leg::kLink:
      return away - of(Leg::kFarEnd) - of(Leg::kAdapter);
    case Leg::kFarEnd:
      return std::min(far_end, away);
    case Leg::kAdapter:
      break;
  }
  // The clocks of two machines differ a little; together they are no longer than it was away.
  return std::min(adapter, away - std::min(far_end, away));
}

json to_json(const Span& span) {
  return json::array({command_name(span.command), kWays[static_cast<std::size_t>(span.way)],
                      span.is_told ? 1 : 0, span.began.count(), span.waited, span.before, span.away,
                      span.after, span.taken, span.far_end, span.adapter});
}

bool from_json(const json& given, Span& span) {
  if (!given.is_array() || given.size() != 11) return false;
  if (!given[0].is_string() || !given[1].is_string()) return false;
  const auto& name = given[0].get_ref<const std::string&>();
  span.command = command_number(name);
  const auto way = std::find(kWays.begin(), kWays.end(), given[1].get_ref<const std::string&>());
  if (way == kWays.end()) return false;
  span.way = static_cast<Way>(way - kWays.begin());
  for (std::size_t at = 2; at < given.size(); ++at)
    if (!given[at].is_number_unsigned()) return false;
  span.is_told = given[2].get<std::uint64_t>() != 0;
  constexpr auto kMostTime = std::uint64_t{1} << 53;
  if (given[3].get<std::uint64_t>() > kMostTime) return false;
  span.began = Microseconds(given[3].get<std::int64_t>());
  std::size_t at = 4;
  for (auto* const part : {&span.waited, &span.before, &span.away, &span.after, &span.taken,
                           &span.far_end, &span.adapter}) {
    const auto number = given[at++].get<std::uint64_t>();
    if (number > std::numeric_limits<std::uint32_t>::max()) return false;
    *part = static_cast<std::uint32_t>(number);
  }
  return true;
}

}  // namespace nearside::inspect
