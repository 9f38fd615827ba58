// The list of commands that is recorded is that of all which do not only look
// (inspect/request.hpp), and of those that set something.
#include "core/audit/requests.hpp"

#include "core/audit/limits.hpp"
#include "core/inspect/request.hpp"
#include "core/json_members.hpp"
#include "core/session/payload.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nearside::audit {
namespace {

using nlohmann::json;

/// What of inspect's neutral requests does something: neutral means there that no value changes.
constexpr std::array kActs = std::to_array<std::string_view>(
    {"launch", "attach", "pause", "setBreakpoints", "setFunctionBreakpoints",
     "setExceptionBreakpoints", "setDataBreakpoints", "setInstructionBreakpoints"});

json lines_of(const json& breakpoints) {
  auto lines = json::array();
  for (const auto& one : breakpoints)
    if (lines.size() < kMaxNamedLines && member_of(one, "line").is_number_integer())
      lines.push_back(member_of(one, "line"));
  return lines;
}

/// Where it does something; never what.
json details_of(const dap::Message& request) {
  const json arguments = session::read_payload(request);
  json details = json::object();
  const auto& name = request.envelope().name;
  if (const auto& thread = member_of(arguments, "threadId"); thread.is_number_integer())
    details["thread"] = thread;
  if (name == "setBreakpoints") {
    details["path"] = text_of(member_of(arguments, "source"), "path").substr(0, kMaxText);
    details["lines"] = lines_of(member_of(arguments, "breakpoints"));
  }
  if (const auto& set = member_of(arguments, "breakpoints"); set.is_array())
    details["count"] = set.size();
  if (name == "evaluate") details["context"] = text_of(arguments, "context").substr(0, 32);
  if (name == "launch" || name == "attach")
    details["program"] = session::program_of(arguments).substr(0, kMaxText);
  if (member_of(arguments, "terminateDebuggee").is_boolean())
    details["terminateDebuggee"] = is_true(arguments, "terminateDebuggee");
  return details;
}

}  // namespace

bool is_recorded(const dap::Message& request) {
  const auto& envelope = request.envelope();
  if (envelope.type != dap::MessageType::kRequest) return false;
  if (std::ranges::find(kActs, envelope.name) != kActs.end()) return true;
  const auto kind = inspect::read_request(request, false).kind;
  return kind == inspect::RequestKind::kResume || kind == inspect::RequestKind::kWrite;
}

std::optional<Entry> Requests::handle_request(const dap::Message& message) {
  if (!is_recorded(message)) return std::nullopt;
  Entry entry;
  entry.event = "request";
  entry.request = message.envelope().name;
  entry.details = details_of(message);
  // A number that is used again would take the first one's answer.
  const auto seq = message.envelope().seq;
  if (open_.size() >= kMaxOpenRequests || open_.contains(seq)) {
    entry.outcome = "unanswered";
    return entry;
  }
  open_.emplace(seq, std::move(entry));
  return std::nullopt;
}

std::optional<Entry> Requests::handle_message(const dap::Message& message) {
  if (open_.empty() || message.envelope().type != dap::MessageType::kResponse) return std::nullopt;
  const auto found = open_.find(message.envelope().request_seq);
  if (found == open_.end()) return std::nullopt;
  Entry entry = std::move(found->second);
  open_.erase(found);
  entry.outcome = message.envelope().success ? "done" : "failed";
  return entry;
}

std::vector<Entry> Requests::handle_gone() {
  std::vector<Entry> all;
  for (auto& [seq, entry] : std::exchange(open_, {})) {
    entry.outcome = "unanswered";
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace nearside::audit
