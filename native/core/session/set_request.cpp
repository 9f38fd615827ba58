// The requests that set breakpoints (specification: SetBreakpoints and its four likes).
#include "core/session/set_request.hpp"

#include "core/json_members.hpp"
#include "core/session/payload.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace nearside::session {
namespace {

using nlohmann::json;
using Wish = BreakpointWishes::Wish;

struct SetCommand {
  std::string_view command;
  std::vector<std::string> members;
  std::vector<std::string> place;  ///< What tells one breakpoint from another.
};
const std::array<SetCommand, 5>& set_commands() {
  static const std::array<SetCommand, 5> commands{{
      {"setBreakpoints", {"breakpoints"}, {"line", "column"}},
      {"setFunctionBreakpoints", {"breakpoints"}, {"name"}},
      {"setDataBreakpoints", {"breakpoints"}, {"dataId", "accessType"}},
      {"setInstructionBreakpoints", {"breakpoints"}, {"instructionReference", "offset"}},
      // specification: SetExceptionBreakpointsResponse: answered in this order.
      {"setExceptionBreakpoints", {"filters", "filterOptions", "exceptionOptions"}, {"filterId"}},
  }};
  return commands;
}

const SetCommand* find_set_command(std::string_view command) {
  if (!command.starts_with("set")) return nullptr;
  const auto* const found = std::ranges::find(set_commands(), command, &SetCommand::command);
  return found == set_commands().end() ? nullptr : found;
}

/// `/a/./b//../c` is `/a/c`: two near ends may spell one file differently.
std::string tidy_path(std::string_view path) {
  if (!path.starts_with('/')) return std::string(path);
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string tidied;
  for (const auto part : parts) (tidied += '/') += part;
  return tidied;
}

std::string place_of(const json& value, const SetCommand& command, const std::string& member) {
  if (member == "filters") return value.is_string() ? value.get<std::string>() : value.dump();
  if (member == "filterOptions") return text_of(value, "filterId");
  if (member == "exceptionOptions") return "path " + member_of(value, "path").dump();
  std::string place;
  for (const auto& part : command.place) (place += member_of(value, part).dump()) += ' ';
  return place;
}

}  // namespace

const std::vector<std::string>& members_of(std::string_view command) {
  return find_set_command(command)->members;
}

std::optional<SetRequest> read_set_request(const dap::Message& request) {
  const auto* const command = find_set_command(request.envelope().name);
  if (command == nullptr) return std::nullopt;
  const auto arguments = read_payload(request);
  SetRequest read;
  read.list = command->command;
  if (command->command == "setBreakpoints") {
    const auto& source = member_of(arguments, "source");
    const auto reference = count_of(source, "sourceReference");
    const auto path = text_of(source, "path");
    if (reference != 0) {
      read.list += " reference " + std::to_string(reference);
    } else {
      read.list += ' ' + tidy_path(path);
      read.source = {{"path", path}};
      if (const auto name = find_text(source, "name")) read.source["name"] = *name;
    }
  }
  for (const auto& member : command->members) {
    const auto& given = member_of(arguments, member);
    if (!given.is_array()) continue;
    for (const auto& value : given)
      read.wishes.push_back({place_of(value, *command, member), member, value});
  }
  const auto& lines = member_of(arguments, "lines");  // The older way to say it.
  if (read.wishes.empty() && command->command == "setBreakpoints" && lines.is_array()) {
    for (const auto& line : lines) {
      json value{{"line", line}};
      auto place = place_of(value, *command, "breakpoints");
      read.wishes.push_back({std::move(place), "breakpoints", std::move(value)});
    }
  }
  return read;
}

void sort_by_member(BreakpointWishes::Wishes& wishes, std::vector<std::size_t>& indexes) {
  const auto rank = [](const std::string& member) {
    return member == "filterOptions" ? 1 : member == "exceptionOptions" ? 2 : 0;
  };
  std::vector<std::size_t> order(wishes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t at) { return rank(wishes[at].member); });
  BreakpointWishes::Wishes sorted;
  std::vector<std::size_t> moved(wishes.size());
  for (const auto at : order) {
    moved[at] = sorted.size();
    sorted.push_back(std::move(wishes[at]));
  }
  wishes = std::move(sorted);
  for (auto& index : indexes) index = moved[index];
}

bool is_bare(const json& breakpoint, std::string_view command) {
  if (!breakpoint.is_object()) return true;
  const auto& place = find_set_command(command)->place;
  return std::ranges::all_of(breakpoint.items(), [&](const auto& member) {
    return member.value().is_null() || std::ranges::find(place, member.key()) != place.end();
  });
}

}  // namespace nearside::session
