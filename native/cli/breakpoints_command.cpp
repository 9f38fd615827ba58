// `nearside breakpoints` and `nearside breakpoints forget`: what an agent has stored of sessions.
#include "cli/ask_target.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <limits>

namespace nearside::cli {
namespace {

using nlohmann::json;

inline constexpr Option kWorkspaceOption{
    "--workspace", "DIR", "Only of that workspace, as 'nearside connect' was given it."};

std::string text_of(const json& object, const char* member) {
  const auto value = object.value(member, json());
  return value.is_string() ? printable(value.get<std::string>()) : std::string();
}

/// As `nearside connect` makes of what it is given.
std::optional<std::string> workspace_of(const Arguments& arguments) {
  const auto given = arguments.value("--workspace");
  if (!given) return std::nullopt;
  std::error_code error;
  auto text = std::filesystem::absolute(*given, error).lexically_normal().string();
  if (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

/// ", if x > 3, at hit 5 (2 seen), log \"…\"".
std::string rules_of(const json& breakpoint) {
  std::string words;
  if (const auto condition = text_of(breakpoint, "condition"); !condition.empty())
    words += ", if " + condition;
  if (const auto hits = text_of(breakpoint, "hitCondition"); !hits.empty()) {
    words += ", at hit " + hits;
    if (breakpoint.contains("hits")) words += " (" + breakpoint["hits"].dump() + " seen)";
  }
  if (const auto log = text_of(breakpoint, "logMessage"); !log.empty())
    words += ", log \"" + log + "\"";
  return words;
}

/// What a breakpoint is by: a line, a function's name, data.
std::string place_of(const json& entry, const json& breakpoint) {
  const auto kind = text_of(entry, "kind");
  if (kind == "function") return "function " + text_of(breakpoint, "name");
  if (kind == "data") return "data " + text_of(breakpoint, "dataId");
  return text_of(entry, "place") + ":" + breakpoint.value("line", json()).dump();
}

json list_in(const json& content, const char* member) {
  const auto found = content.find(member);
  return found != content.end() && found->is_array() ? *found : json::array();
}

void print_entry(const json& entry) {
  const auto content = entry.value("content", json());
  if (!content.is_object()) {
    const auto place = text_of(entry, "place");
    std::cout << "  none any more: " << (place.empty() ? text_of(entry, "kind") : place) << "\n";
    return;
  }
  for (const auto& breakpoint : list_in(content, "breakpoints")) {
    if (breakpoint.is_object())
      std::cout << "  " << place_of(entry, breakpoint) << rules_of(breakpoint) << "\n";
  }
  for (const auto& filter : list_in(content, "filters"))
    if (filter.is_string())
      std::cout << "  exceptions " << printable(filter.get<std::string>()) << "\n";
  for (const auto& filter : list_in(content, "filterOptions")) {
    if (!filter.is_object()) continue;
    std::cout << "  exceptions " << text_of(filter, "filterId") << rules_of(filter) << "\n";
  }
  for (const auto& one : list_in(content, "exceptionOptions"))
    if (one.is_object()) std::cout << "  exceptions " << printable(one.dump()) << "\n";
  for (const auto& expression : list_in(content, "expressions"))
    if (expression.is_string())
      std::cout << "  watch " << printable(expression.get<std::string>()) << "\n";
}

std::string heading_of(const json& entry) {
  const auto workspace = text_of(entry, "workspace");
  return text_of(entry, "configuration") + " (" + text_of(entry, "adapter") + ")" +
         (workspace.empty() ? "" : " in " + workspace);
}

void print_people(const json& entries) {
  // By configuration, in the order in which each was first changed.
  std::vector<std::pair<std::string, std::vector<json>>> groups;
  for (const auto& entry : entries) {
    const auto heading = heading_of(entry);
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& one) { return one.first == heading; });
    if (group == groups.end()) group = groups.insert(groups.end(), {heading, {}});
    group->second.push_back(entry);
  }
  for (const auto& [heading, members] : groups) {
    std::cout << heading << "\n";
    for (const auto& entry : members) print_entry(entry);
  }
}

Result<session::AgentRequest> request_of(const Arguments& arguments) {
  session::AgentRequest request{"breakpoints"};
  if (const auto workspace = workspace_of(arguments)) request.arguments["workspace"] = *workspace;
  if (const auto text = arguments.value("--since")) {
    const auto since = parse_number("--since", *text, 0, std::numeric_limits<long>::max());
    if (!since) return since.error();
    request.arguments["since"] = *since;
  }
  return request;
}

int run_breakpoints(const Arguments& arguments) {
  auto request = request_of(arguments);
  if (!request) return complain(request.error());
  json revision, entries = json::array();
  bool whole = true;
  // A long list comes in several answers.
  for (bool is_first = true, more = true; more; is_first = false) {
    const auto reply = ask_target(arguments, *request);
    if (!reply) return complain_about_agent(reply.error(), arguments);
    if (is_first) whole = reply->body.value("whole", true);
    revision = reply->body.value("revision", json(0));
    const auto got = reply->body.value("entries", json::array());
    entries.insert(entries.end(), got.begin(), got.end());
    more = reply->body.value("more", false) && !got.empty();
    request->arguments["since"] = revision;
  }
  if (arguments.has("--json")) {
    for (const auto& entry : entries) print_json(entry);
    print_json({{"revision", revision}, {"whole", whole}});
    return kExitOk;
  }
  if (entries.empty())
    std::cout << (arguments.has("--since") && !whole ? "Nothing has changed since.\n"
                                                     : "Nothing is stored.\n");
  print_people(entries);
  std::cout << "Revision " << revision.dump() << ".\n";
  return kExitOk;
}

int run_forget(const Arguments& arguments) {
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  session::AgentRequest request{"forget-breakpoints"};
  if (const auto workspace = workspace_of(arguments)) request.arguments["workspace"] = *workspace;
  const auto reply = ask(*state, std::move(request));
  if (!reply) return complain_about_agent(reply.error(), arguments);
  const auto count = reply->body.value("forgotten", 0);
  std::cout << "Forgotten: " << count << (count == 1 ? " list.\n" : " lists.\n");
  return kExitOk;
}

}  // namespace

Command breakpoints_command() {
  return {
      .name = "breakpoints",
      .summary = "List the breakpoints and watches that an agent keeps.",
      .usage = "[--target TARGET] [OPTIONS]",
      .purpose =
          "What was set in debug sessions, by workspace, adapter and configuration, in paths of "
          "the agent's machine. 'nearside connect --restore' sets it again. Sessions under way are "
          "in it.",
      .options = {kTargetOption,
                  kWorkspaceOption,
                  {"--since", "REVISION",
                   "Only what has changed since that revision, removals too; all, where it is too "
                   "long ago to tell."},
                  kStateOption,
                  kCaOption,
                  kAllowOption,
                  {"--json", "",
                   "Print one JSON object a line: workspace, adapter, configuration, kind, place, "
                   "content (null: removed), revision, changed (Unix s); then {\"revision\":N, "
                   "\"whole\":...}, whole false if only changes are listed."}},
      .exits =
          "0  shown, also when there is nothing\n"
          "1  failed\n"
          "2  the command line is wrong\n"
          "3  no agent is running here",
      .examples =
          "nearside breakpoints\n"
          "nearside breakpoints --since 1763750000 --json",
      .run = run_breakpoints,
  };
}

Command breakpoints_forget_command() {
  return {
      .name = "breakpoints forget",
      .summary = "Have the agent forget what it has stored.",
      .usage = "[--workspace DIR] [OPTIONS]",
      .purpose =
          "All of it, or that of one workspace. Sessions under way keep their breakpoints; what is "
          "changed in them from then on is stored again.",
      .options = {kWorkspaceOption, kStateOption},
      .exits =
          "0  forgotten\n"
          "1  failed\n"
          "2  the command line is wrong\n"
          "3  no agent is running here",
      .examples = "nearside breakpoints forget --workspace /home/me/shop",
      .run = run_forget,
  };
}

}  // namespace nearside::cli
