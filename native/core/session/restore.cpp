// Lists to requests, answers to events and one line.
#include "core/session/restore.hpp"

#include "core/json_members.hpp"
#include "core/session/limits.hpp"
#include "core/session/payload.hpp"

namespace nearside::session {
namespace {

using nlohmann::json;

std::string file_name(const std::string& path) {
  return path.substr(path.find_last_of("/\\") + 1);
}

const json& breakpoints_of(const StoredList& list) {
  static const json none = json::array();
  const auto found =
      list.content.is_object() ? list.content.find("breakpoints") : list.content.end();
  if (!list.content.is_object() || found == list.content.end() || !found->is_array()) return none;
  return *found;
}

/// "main.go:17", for people.
std::string name_of(const StoredList& list, const json& breakpoint) {
  if (list.kind == "function") return text_of(breakpoint, "name");
  if (list.kind == "data") return "data " + text_of(breakpoint, "dataId");
  const auto line = breakpoint.find("line");
  return file_name(list.place) + ":" + (line == breakpoint.end() ? "?" : line->dump());
}

/// As the adapter is asked: what is only ours taken out, the count by the hits there were.
json as_asked(json breakpoint) {
  const auto hits = breakpoint.find("hits");
  if (hits != breakpoint.end() && hits->is_number_unsigned() &&
      breakpoint.contains("hitCondition")) {
    breakpoint["hitCondition"] =
        remaining_hit_condition(text_of(breakpoint, "hitCondition"), hits->get<std::uint64_t>());
  }
  breakpoint.erase("hits");
  breakpoint.erase("persists");
  return breakpoint;
}

std::string command_for(const std::string& kind) {
  if (kind == "source") return "setBreakpoints";
  if (kind == "function") return "setFunctionBreakpoints";
  if (kind == "data") return "setDataBreakpoints";
  return "setExceptionBreakpoints";
}

/// The adapter's words for a request that it refused.
std::string reason_of(const dap::Message& answer) {
  const auto body = read_payload(answer);
  const auto error = body.find("error");
  if (error != body.end())
    if (auto format = text_of(*error, "format"); !format.empty()) return format;
  const auto whole = json::parse(answer.bytes(), nullptr, /*allow_exceptions=*/false);
  const auto message = text_of(whole, "message");
  return message.empty() ? "the debugger refused it" : message;
}

std::size_t count_exceptions(const json& content) {
  std::size_t count = 0;
  for (const auto& [member, list] : content.items()) count += list.is_array() ? list.size() : 0;
  return count;
}

std::string plural(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " breakpoint" : " breakpoints");
}

}  // namespace

Restore::Restore(std::vector<StoredList> lists, std::string when)
    : lists_(std::move(lists)), when_(std::move(when)) {}

void Restore::fail(std::string name, const std::string& reason) {
  if (++failed_ > kMaxNamedFailures) return;
  failures_ += (failures_.empty() ? "" : ", ") + std::move(name) + " (" + reason + ")";
}

std::vector<Restore::Request> Restore::take_requests(const StoredBreakpoints& own) {
  is_begun_ = true;
  std::vector<Request> requests;
  for (auto& list : std::exchange(lists_, {})) {
    if (list.kind == "watch" || !list.content.is_object() || own.is_clients_own(list)) continue;
    Request request{command_for(list.kind), {}, {list.kind, list.place, nullptr}};
    if (list.kind == "exception") {
      request.arguments = list.content;
      // The specification requires it, empty or not.
      if (!request.arguments.contains("filters")) request.arguments["filters"] = json::array();
      request.list.content = list.content;
    } else {
      auto asked = json::array(), kept = json::array();
      for (const auto& breakpoint : breakpoints_of(list)) {
        if (!breakpoint.is_object()) continue;
        if (list.kind == "data" && !is_true(breakpoint, "persists")) {
          fail(name_of(list, breakpoint), "it means nothing in another session");
          continue;
        }
        asked.push_back(as_asked(breakpoint));
        kept.push_back(breakpoint);
      }
      if (asked.empty()) continue;
      request.arguments["breakpoints"] = std::move(asked);
      if (list.kind == "source")
        request.arguments["source"] = {{"name", file_name(list.place)}, {"path", list.place}};
      request.list.content = {{"breakpoints", std::move(kept)}};
    }
    requests.push_back(std::move(request));
  }
  waits_ = requests.size();
  return requests;
}

std::vector<json> Restore::handle_answer(const StoredList& list, const dap::Message& answer) {
  --waits_;
  std::vector<json> events;
  const bool success = answer.envelope().success;
  if (list.kind == "exception") {
    if (success)
      set_ += count_exceptions(list.content);
    else
      fail("exceptions", reason_of(answer));
    return events;
  }
  if (!success) {
    const auto reason = reason_of(answer);
    for (const auto& breakpoint : breakpoints_of(list)) fail(name_of(list, breakpoint), reason);
    return events;
  }
  const auto body = read_payload(answer);
  const auto answered = body.find("breakpoints");
  for (std::size_t i = 0; i < breakpoints_of(list).size(); ++i) {
    const bool has = answered != body.end() && answered->is_array() && i < answered->size() &&
                     (*answered)[i].is_object();
    judge(list, has ? (*answered)[i] : json::object(), i, events);
  }
  return events;
}

void Restore::judge(const StoredList& list, const json& answered, std::size_t at,
                    std::vector<json>& events) {
  const auto& asked = breakpoints_of(list)[at];
  if (is_true(answered, "verified")) {
    ++set_;
  } else {
    const auto said = text_of(answered, "message");
    fail(name_of(list, asked), said.empty() ? "the debugger has not bound it yet" : said);
  }
  const auto id = answered.find("id");
  if (id == answered.end() || !id->is_number_integer()) return;
  told_[{list.kind, list.place}].insert(id->get<std::int64_t>());
  auto shown = answered;
  if (list.kind == "source") {
    // What clients show it by; adapters leave it out, since the one who asked knows it.
    if (!shown.contains("source"))
      shown["source"] = {{"name", file_name(list.place)}, {"path", list.place}};
    if (!shown.contains("line") && asked.contains("line")) shown["line"] = asked["line"];
  }
  events.push_back({{"reason", "new"}, {"breakpoint", std::move(shown)}});
}

std::string Restore::report() const {
  if (set_ + failed_ == 0) return {};
  std::string line = "Restored " + plural(set_) + " of " + when_;
  if (failed_ > 0) line += "; " + std::to_string(failed_) + " could not be set: " + failures_;
  if (failed_ > kMaxNamedFailures) line += " and more";
  return line + ".\n";
}

std::vector<json> Restore::handle_replaced(const StoredList& list, const dap::Message& answer) {
  std::vector<json> events;
  const auto found = told_.find({list.kind, list.place});
  if (found == told_.end()) return events;
  const auto body = read_payload(answer);
  const auto answered = body.find("breakpoints");
  if (answered != body.end() && answered->is_array()) {
    for (const auto& one : *answered) {
      const auto id = one.is_object() ? one.find("id") : one.end();
      if (one.is_object() && id != one.end() && id->is_number_integer())
        found->second.erase(id->get<std::int64_t>());
    }
  }
  for (const auto id : found->second)
    events.push_back({{"reason", "removed"}, {"breakpoint", {{"id", id}, {"verified", false}}}});
  told_.erase(found);
  return events;
}

}  // namespace nearside::session
