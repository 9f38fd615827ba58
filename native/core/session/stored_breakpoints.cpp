// From requests and answers to lists, and the counting of hits.
#include "core/session/stored_breakpoints.hpp"

#include "core/json_members.hpp"
#include "core/session/limits.hpp"
#include "core/session/payload.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace nearside::session {
namespace {

using nlohmann::json;

/// Those members of an object that are texts or numbers.
json pick(const json& object, std::initializer_list<const char*> members) {
  auto picked = json::object();
  if (!object.is_object()) return picked;
  for (const auto* const member : members) {
    const auto found = object.find(member);
    if (found != object.end() && (found->is_string() || found->is_number()))
      picked[member] = *found;
  }
  return picked;
}

/// The breakpoints of a request; null if there are none.
json read_breakpoints(const json& arguments, std::initializer_list<const char*> members) {
  auto list = json::array();
  const auto given = arguments.find("breakpoints");
  if (given != arguments.end() && given->is_array()) {
    for (const auto& one : *given) list.push_back(pick(one, members));
  } else if (const auto lines = arguments.find("lines");
             lines != arguments.end() && lines->is_array()) {
    for (const auto& line : *lines)  // The older way to say it.
      if (line.is_number_integer()) list.push_back({{"line", line}});
  }
  if (list.empty()) return nullptr;
  return {{"breakpoints", std::move(list)}};
}

json read_exceptions(const json& arguments) {
  auto content = json::object();
  for (const auto* const member : {"filters", "filterOptions", "exceptionOptions"}) {
    const auto found = arguments.find(member);
    if (found != arguments.end() && found->is_array() && !found->empty()) content[member] = *found;
  }
  return content.empty() ? json() : content;
}

/// Of a source that another session can find: by its path alone.
std::string path_of(const json& arguments) {
  const auto source = arguments.find("source");
  if (source == arguments.end() || !source->is_object()) return {};
  const auto reference = source->find("sourceReference");
  if (reference != source->end() && reference->is_number() && *reference != json(0)) return {};
  return text_of(*source, "path");
}

struct Count {
  std::string_view sign;  ///< "", ">=" or ">".
  std::uint64_t number = 0;
};

std::optional<Count> read_count(std::string_view text) {
  const auto skip = [&text] {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  };
  Count count;
  skip();
  for (const std::string_view sign : {">=", ">"}) {
    if (!text.starts_with(sign)) continue;
    count.sign = sign;
    text.remove_prefix(sign.size());
    break;
  }
  skip();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count.number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  skip();
  if (!text.empty() || count.number > kMaxCountedHits) return std::nullopt;
  return count;
}

std::uint64_t hits_of(const json& breakpoint) {
  const auto found = breakpoint.find("hits");
  return found != breakpoint.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::vector<std::int64_t> ids_in(const json& answer, std::size_t count) {
  std::vector<std::int64_t> ids(count, 0);
  const auto list = answer.find("breakpoints");
  if (list == answer.end() || !list->is_array()) return ids;
  for (std::size_t i = 0; i < std::min(count, list->size()); ++i) {
    const auto& one = (*list)[i];
    const auto id = one.is_object() ? one.find("id") : one.end();
    if (one.is_object() && id != one.end() && id->is_number_integer())
      ids[i] = id->get<std::int64_t>();
  }
  return ids;
}

}  // namespace

std::string remaining_hit_condition(std::string_view condition, std::uint64_t hits) {
  const auto count = read_count(condition);
  if (!count || hits == 0) return std::string(condition);
  const std::uint64_t least = count->sign == ">" ? 0 : 1;
  const auto left = count->number > hits ? count->number - hits : 0;
  const auto space = count->sign.empty() ? "" : " ";
  return std::string(count->sign) + space + std::to_string(std::max(left, least));
}

std::optional<StoredList> StoredBreakpoints::handle_request(const dap::Message& request) {
  const auto& name = request.envelope().name;
  const bool may_matter =
      name.starts_with("set") || name == "evaluate" || name == "dataBreakpointInfo";
  if (!may_matter) return std::nullopt;
  StoredList list;
  if (name == "dataBreakpointInfo") {
    list.kind = name;  // Nothing to keep; its answer says what may be.
    return list;
  }
  const auto arguments = read_payload(request);
  if (name == "evaluate") {
    if (text_of(arguments, "context") != "watch") return std::nullopt;
    list.kind = "watch";
    list.content = {{"expressions", json::array({text_of(arguments, "expression")})}};
    return list;
  }
  if (name == "setBreakpoints") {
    list.kind = "source";
    list.place = path_of(arguments);
    if (list.place.empty()) return std::nullopt;
    list.content = read_breakpoints(
        arguments, {"line", "column", "condition", "hitCondition", "logMessage", "mode"});
  } else if (name == "setFunctionBreakpoints") {
    list.kind = "function";
    list.content = read_breakpoints(arguments, {"name", "condition", "hitCondition"});
  } else if (name == "setDataBreakpoints") {
    list.kind = "data";
    list.content =
        read_breakpoints(arguments, {"dataId", "accessType", "condition", "hitCondition"});
    if (list.content.is_object()) {
      for (auto& one : list.content["breakpoints"])
        one["persists"] = persistent_data_.contains(text_of(one, "dataId"));
    }
  } else if (name == "setExceptionBreakpoints") {
    list.kind = "exception";
    list.content = read_exceptions(arguments);
  } else {
    return std::nullopt;
  }
  if (asked_.size() < kMaxStoredLists) asked_.emplace(list.kind, list.place);
  return list;
}

void StoredBreakpoints::handle_answer(StoredList asked, const dap::Message& answer) {
  if (asked.kind == "dataBreakpointInfo") return note_data_id(answer);
  if (asked.kind == "watch") return add_watch(asked.content["expressions"].at(0));
  // What is too large to be kept must not be mistaken for what was there before.
  if (asked.content.dump(-1, ' ', false, json::error_handler_t::replace).size() >
      kMaxStoredListBytes)
    asked.content = nullptr;
  const Name name(std::move(asked.kind), std::move(asked.place));
  Kept kept{std::move(asked.content), {}};
  if (kept.content.is_object() && kept.content.contains("breakpoints")) {
    kept.ids = ids_in(read_payload(answer), kept.content["breakpoints"].size());
    if (const auto before = lists_.find(name); before != lists_.end())
      carry_hits(before->second, kept);
  }
  put(name, std::move(kept));
}

void StoredBreakpoints::note_data_id(const dap::Message& answer) {
  const auto body = read_payload(answer);
  if (is_true(body, "canPersist") && persistent_data_.size() < kMaxStoredData)
    persistent_data_.insert(text_of(body, "dataId"));
}

void StoredBreakpoints::add_watch(const json& expression) {
  const auto& text = expression.get_ref<const std::string&>();
  if (text.empty() || text.size() > kMaxStoredWatchBytes) return;
  const Name name("watch", "");
  auto known = lists_.find(name);
  auto expressions =
      known == lists_.end() ? json::array() : known->second.content.at("expressions");
  if (std::find(expressions.begin(), expressions.end(), expression) != expressions.end()) return;
  expressions.push_back(expression);
  if (expressions.size() > kMaxStoredWatches) expressions.erase(0);
  put(name, {{{"expressions", std::move(expressions)}}, {}});
}

void StoredBreakpoints::load_watches(const StoredList& earlier) {
  const auto found =
      earlier.content.is_object() ? earlier.content.find("expressions") : earlier.content.end();
  if (!earlier.content.is_object() || found == earlier.content.end() || !found->is_array()) return;
  const Name name("watch", "");
  const auto now = lists_.find(name);
  const auto mine = now == lists_.end() ? json::array() : now->second.content.at("expressions");
  lists_[name] = {{{"expressions", json::array()}}, {}};
  for (const auto& expression : *found)
    if (expression.is_string()) add_watch(expression);
  changed_.erase(name);  // So far it is what is kept already.
  for (const auto& expression : mine) add_watch(expression);
}

// By the session's ids, and while the condition stays what it was.
void StoredBreakpoints::carry_hits(const Kept& before, Kept& now) {
  auto& list = now.content["breakpoints"];
  for (std::size_t i = 0; i < now.ids.size(); ++i) {
    const auto same = std::find(before.ids.begin(), before.ids.end(), now.ids[i]);
    if (now.ids[i] == 0 || same == before.ids.end()) continue;
    const auto& former =
        before.content["breakpoints"][static_cast<std::size_t>(same - before.ids.begin())];
    if (text_of(former, "hitCondition") == text_of(list[i], "hitCondition") && hits_of(former) > 0)
      list[i]["hits"] = hits_of(former);
  }
}

void StoredBreakpoints::put(const Name& name, Kept kept) {
  auto found = lists_.find(name);
  if (found == lists_.end()) {
    if (lists_.size() >= kMaxStoredLists) return;
    found = lists_.emplace(name, Kept{}).first;
  }
  const bool same = !kept.content.is_null() && kept.content == found->second.content;
  found->second = std::move(kept);
  if (!same) changed_.insert(name);
}

void StoredBreakpoints::handle_stop(const json& body) {
  const auto hit = body.find("hitBreakpointIds");
  if (hit == body.end() || !hit->is_array()) return;
  for (auto& [name, kept] : lists_) {
    for (std::size_t i = 0; i < kept.ids.size(); ++i) {
      if (kept.ids[i] == 0 || std::find(hit->begin(), hit->end(), json(kept.ids[i])) == hit->end())
        continue;
      auto& breakpoint = kept.content["breakpoints"][i];
      const auto count = read_count(text_of(breakpoint, "hitCondition"));
      if (!count) continue;
      // That it stopped shows that the count was reached.
      const auto reached = count->number + (count->sign == ">" ? 1 : 0);
      breakpoint["hits"] = std::max(hits_of(breakpoint) + 1, reached);
      changed_.insert(name);
    }
  }
}

void StoredBreakpoints::handle_configured() {
  replaces_ = std::any_of(lists_.begin(), lists_.end(), [](const auto& one) {
    const auto& kind = one.first.first;
    return kind != "watch" && kind != "exception" && !one.second.content.is_null();
  });
}

bool StoredBreakpoints::is_clients_own(const StoredList& list) const {
  return asked_.contains({list.kind, list.place});
}

StoredChanges StoredBreakpoints::take_changes() {
  StoredChanges changes;
  if (changed_.empty() && !replaces_) return changes;
  changes.replaces = std::exchange(replaces_, false);
  for (const auto& [name, kept] : lists_) {
    if (changes.replaces || changed_.contains(name))
      changes.lists.push_back({name.first, name.second, kept.content});
  }
  changed_.clear();
  std::erase_if(lists_, [](const auto& one) { return one.second.content.is_null(); });
  return changes;
}

}  // namespace nearside::session
