// Which breakpoint of an answer is which of those that the client knows.
#include "core/session/breakpoint_ids.hpp"

#include "core/dap/path_fields.hpp"
#include "core/session/limits.hpp"
#include "core/session/wire.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace nearside::session {
namespace {

using dap::Message;
using nlohmann::json;
using Ids = std::vector<std::optional<std::int64_t>>;

json read(std::string_view text) {
  if (text.size() > kMaxInterpretedBytes) return json::object();
  auto value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return value.is_object() ? value : json::object();
}

/// What a breakpoint is told by: these members of it. Conditions are not among them, they change.
std::string place_of(const json& breakpoint, std::initializer_list<const char*> members) {
  if (!breakpoint.is_object()) return breakpoint.dump();
  std::string place;
  for (const auto* const member : members) {
    const auto found = breakpoint.find(member);
    if (found != breakpoint.end() && !found->is_null()) place += found->dump();
    place += '\n';
  }
  return place;
}

void add_places(const json& arguments, const char* list, std::initializer_list<const char*> members,
                std::vector<std::string>& places) {
  const auto found = arguments.find(list);
  if (found == arguments.end() || !found->is_array()) return;
  for (const auto& breakpoint : *found) places.push_back(place_of(breakpoint, members));
}

std::string name_of(const json& source) {
  if (!source.is_object()) return {};
  const auto reference = source.find("sourceReference");
  const bool refers =
      reference != source.end() && reference->is_number_integer() && *reference != 0;
  return place_of(source, {refers ? "sourceReference" : "path"});
}

std::optional<std::int64_t> number_at(const Message& message, std::optional<dap::ByteRange> range) {
  if (!range) return std::nullopt;
  return dap::read_integer(std::string_view(message.bytes()).substr(range->begin, range->length));
}

/// Makes `id` the breakpoint's, with the smallest change.
void add_splice(const Message& message, const dap::FoundBreakpoint& breakpoint, std::int64_t id,
                std::vector<Message::Splice>& splices) {
  if (breakpoint.id) {
    if (number_at(message, breakpoint.id) != id)
      splices.push_back({*breakpoint.id, std::to_string(id)});
    return;
  }
  // At the end, so that it counts even if there is an `id` of a wrong type before it.
  const auto end = breakpoint.object.begin + breakpoint.object.length - 1;
  const auto last = message.bytes().find_last_not_of(" \t\r\n", end - 1);
  const auto* const comma = last == breakpoint.object.begin ? "" : ",";
  splices.push_back({{end, 0}, comma + ("\"id\":" + std::to_string(id))});
}

}  // namespace

std::optional<BreakpointIds::Asked> BreakpointIds::handle_request(Message& request) {
  const auto& name = request.envelope().name;
  if (!name.starts_with("set") || !name.ends_with("Breakpoints")) return std::nullopt;
  const auto own = request.take_payload_member(kOwnMember);
  const auto arguments = read(request.payload());
  Asked asked;
  asked.list = name;
  if (name == "setBreakpoints") {
    const auto source = arguments.find("source");
    if (source != arguments.end()) asked.list += name_of(*source);
    add_places(arguments, "breakpoints", {"line", "column"}, asked.places);
    if (asked.places.empty()) add_places(arguments, "lines", {}, asked.places);
  } else if (name == "setFunctionBreakpoints") {
    add_places(arguments, "breakpoints", {"name"}, asked.places);
  } else if (name == "setDataBreakpoints") {
    add_places(arguments, "breakpoints", {"dataId", "accessType"}, asked.places);
  } else if (name == "setInstructionBreakpoints") {
    add_places(arguments, "breakpoints", {"instructionReference", "offset"}, asked.places);
  } else if (name == "setExceptionBreakpoints") {
    // Answered in this order (specification: SetExceptionBreakpointsResponse).
    add_places(arguments, "filters", {}, asked.places);
    add_places(arguments, "filterOptions", {"filterId"}, asked.places);
    add_places(arguments, "exceptionOptions", {"path"}, asked.places);
  } else {
    return std::nullopt;
  }
  if (own) read_bound(read(*own), asked);
  return asked;
}

// Only numbers that were given, each once: what else a client says there binds nothing.
void BreakpointIds::read_bound(const json& own, Asked& asked) const {
  const auto ids = own.find("ids");
  if (ids == own.end() || !ids->is_array()) return;
  std::set<std::int64_t> taken;
  for (const auto& id : *ids) {
    const auto number = id.is_number_integer() ? id.get<std::int64_t>() : 0;
    const bool binds = number > 0 && number < next_id_ && taken.insert(number).second;
    asked.bound.push_back(binds ? std::optional(number) : std::nullopt);
  }
}

void BreakpointIds::handle_answer(const Asked& asked, Message& answer) {
  if (!answer.envelope().success) return;
  const auto found = dap::find_fields(answer);
  Ids adapter_ids;
  for (const auto& breakpoint : found.breakpoints)
    adapter_ids.push_back(number_at(answer, breakpoint.id));
  drop_from_other_lists(asked);
  auto list = identify(asked, adapter_ids);
  store(asked.list, list);
  std::vector<Message::Splice> splices;
  for (std::size_t i = 0; i < list.size(); ++i)
    add_splice(answer, found.breakpoints[i], list[i].id, splices);
  answer.replace(splices);
}

// By what binds most: what the near end says, the adapter's id, the same place in the list before.
BreakpointIds::List BreakpointIds::identify(const Asked& asked, const Ids& adapter_ids) const {
  const auto former = lists_.find(asked.list);
  List list(adapter_ids.size());
  std::set<std::int64_t> taken;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto& entry = list[i];
    entry.adapter_id = adapter_ids[i];
    if (i < asked.places.size()) entry.place = asked.places[i];
    const auto known =
        entry.adapter_id ? by_adapter_id_.find(*entry.adapter_id) : by_adapter_id_.end();
    if (i < asked.bound.size() && asked.bound[i]) {
      entry.id = *asked.bound[i];
    } else if (known != by_adapter_id_.end() && !known->second.is_gone()) {
      entry.id = known->second.id;
    }
    if (entry.id != 0) taken.insert(entry.id);
  }
  if (former == lists_.end()) return list;
  // By place, each of the former ones once, in order.
  std::multimap<std::string_view, std::int64_t> free;
  for (const auto& entry : former->second)
    if (!taken.contains(entry.id)) free.emplace(entry.place, entry.id);
  for (auto& entry : list) {
    if (entry.id != 0) continue;
    const auto same = free.lower_bound(entry.place);
    if (same == free.end() || same->first != entry.place) continue;
    entry.id = same->second;
    free.erase(same);
  }
  return list;
}

// Numbers what is new, and puts the list in the place of the former one.
void BreakpointIds::store(const std::string& name, List& list) {
  for (auto& entry : list) {
    if (entry.id == 0) entry.id = next_id_++;
    if (!entry.adapter_id) continue;
    auto& known = by_adapter_id_[*entry.adapter_id];
    if (known.uses++ == 0) unlisted_.erase(known.age);
    known.id = entry.id;
    known.was_listed = true;
  }
  auto former = std::exchange(lists_[name], list);
  if (list.empty()) lists_.erase(name);
  for (const auto& entry : former) release(entry);
}

// A bound id that comes to another list (a rule now says that its file is another one) is the
// same breakpoint: it must not be found by its place in the list that it left.
void BreakpointIds::drop_from_other_lists(const Asked& asked) {
  std::set<std::int64_t> moved;
  for (const auto& id : asked.bound)
    if (id) moved.insert(*id);
  if (moved.empty()) return;
  for (auto list = lists_.begin(); list != lists_.end();) {
    if (list->first != asked.list) {
      std::erase_if(list->second, [&](const Entry& entry) {
        if (moved.contains(entry.id)) release(entry);
        return moved.contains(entry.id);
      });
    }
    list = list->second.empty() ? lists_.erase(list) : std::next(list);
  }
}

void BreakpointIds::release(const Entry& entry) {
  if (!entry.adapter_id) return;
  auto& known = by_adapter_id_.at(*entry.adapter_id);
  if (--known.uses == 0) unlist(*entry.adapter_id, known);
}

void BreakpointIds::unlist(std::int64_t adapter_id, Known& known) {
  known.age = next_age_++;
  unlisted_.emplace(known.age, adapter_id);
  if (unlisted_.size() <= kMaxUnlistedBreakpoints) return;
  by_adapter_id_.erase(unlisted_.begin()->second);
  unlisted_.erase(unlisted_.begin());
}

std::int64_t BreakpointIds::id_of(std::int64_t adapter_id) {
  const auto [known, is_new] = by_adapter_id_.try_emplace(adapter_id);
  if (!is_new) return known->second.id;
  const auto id = known->second.id = next_id_++;
  unlist(adapter_id, known->second);
  return id;
}

void BreakpointIds::handle_event(Message& event) {
  const auto& name = event.envelope().name;
  if (name != "breakpoint" && name != "stopped") return;
  const auto found = dap::find_fields(event);
  std::vector<Message::Splice> splices;
  const auto translate = [&](dap::ByteRange range) {
    const auto adapter_id = number_at(event, range);
    if (!adapter_id) return;
    const auto id = id_of(*adapter_id);
    if (id != *adapter_id) splices.push_back({range, std::to_string(id)});
  };
  for (const auto& breakpoint : found.breakpoints)
    if (breakpoint.id) translate(*breakpoint.id);
  for (const auto range : found.breakpoint_ids) translate(range);
  event.replace(splices);
}

}  // namespace nearside::session
