// From wishes to the union and back. How a request is read is in set_request.cpp.
#include "core/session/breakpoint_wishes.hpp"

#include "core/json_members.hpp"
#include "core/session/payload.hpp"
#include "core/session/set_request.hpp"
#include "core/session/wire.hpp"

#include <algorithm>
#include <utility>

namespace nearside::session {
namespace {

using nlohmann::json;
using Wish = BreakpointWishes::Wish;
using Wishes = BreakpointWishes::Wishes;

const Wish* wish_at(const Wishes& wishes, const std::string& place) {
  const auto found = std::ranges::find(wishes, place, &Wish::place);
  return found == wishes.end() ? nullptr : &*found;
}

/// Somebody's but `client`'s, which is no echo.
bool is_wished_by_another(const std::map<ClientId, Wishes>& wishes, ClientId client,
                          const std::string& place) {
  return std::ranges::any_of(wishes, [&](const auto& one) {
    const auto* const wish = one.first == client ? nullptr : wish_at(one.second, place);
    return wish != nullptr && !wish->is_echo;
  });
}

/// 0: none.
std::int64_t id_of(const json& breakpoint) {
  return static_cast<std::int64_t>(count_of(breakpoint, "id"));
}

std::string words_of(const json& value) {
  std::string words;
  for (const auto* const member : {"condition", "hitCondition", "logMessage", "mode"}) {
    const auto said = text_of(value, member);
    if (!said.empty()) words += (words.empty() ? "" : ", ") + (member + (" " + json(said).dump()));
  }
  return words.empty() ? "without any condition" : words;
}

}  // namespace

bool BreakpointWishes::has_gone_before(ClientId gone, ClientId client) const {
  if (gone == kNobody) return true;
  const auto left = left_.find(gone);
  const auto joined = joined_.find(client);
  return left != left_.end() && joined != joined_.end() && left->second < joined->second;
}

/// Who comes later replaces what others have left, as it would in a session of its own.
Wishes BreakpointWishes::inherit(List& list, ClientId client) const {
  Wishes inherited;
  std::erase_if(list.wishes, [&](auto& one) {
    if (one.first == client || !has_gone_before(one.first, client)) return false;
    if (one.first != kNobody) std::ranges::move(one.second, std::back_inserter(inherited));
    return true;
  });
  return inherited;
}

Wishes BreakpointWishes::read_wishes(List& list, ClientId client, Wishes given,
                                     const Wishes& inherited) {
  const auto& former = list.wishes[client];
  const auto& known = list.known[client];
  for (auto& wish : given) {
    const auto* const before = wish_at(former, wish.place);
    if (before != nullptr && !before->is_echo && before->value == wish.value) {
      wish.edited = before->edited;
      continue;
    }
    const bool is_others = before == nullptr || before->is_echo;
    const bool comes_back =
        is_others && known.contains(wish.place) && is_bare(wish.value, list.command);
    if (comes_back && is_wished_by_another(list.wishes, client, wish.place)) {
      wish.is_echo = true;
    } else if (const auto* const left = wish_at(inherited, wish.place);
               comes_back && left != nullptr) {
      wish.value = left->value;
      wish.edited = left->edited;
    } else {
      wish.edited = ++clock_;
    }
  }
  return given;
}

/// What it has sent back and now leaves out, its user has removed.
void BreakpointWishes::take_away(List& list, const Plan& plan) {
  const auto& now = list.wishes[plan.client];
  const auto former = plan.former.find(plan.client);
  if (former == plan.former.end()) return;
  for (const auto& wish : former->second) {
    if (wish_at(now, wish.place) != nullptr) continue;
    // Another one's stays, and this client has seen it.
    const bool stays = !wish.is_echo && is_wished_by_another(list.wishes, plan.client, wish.place);
    if (!stays) list.known[plan.client].erase(wish.place);
    if (!wish.is_echo) continue;
    for (auto& [client, wishes] : list.wishes)
      std::erase_if(wishes, [&](const Wish& one) { return one.place == wish.place; });
  }
}

void BreakpointWishes::unite(const List& list, Plan& plan) const {
  const auto own = list.wishes.find(plan.client);
  std::map<std::string, std::size_t> places;
  const auto add = [&](const Wish& wish) {
    const auto [at, is_new] = places.try_emplace(wish.place, plan.sent.size());
    if (is_new) {
      plan.sent.push_back(wish);
      return at->second;
    }
    auto& there = plan.sent[at->second];
    const bool wins = !wish.is_echo && (there.is_echo || wish.edited > there.edited);
    if (wins) there = wish;
    return at->second;
  };
  if (own != list.wishes.end())
    for (const auto& wish : own->second) plan.own.push_back(add(wish));
  for (const auto& [client, wishes] : list.wishes)
    if (client != plan.client)
      for (const auto& wish : wishes)
        if (!wish.is_echo) add(wish);
}

std::optional<BreakpointWishes::Plan> BreakpointWishes::handle_request(ClientId client,
                                                                       dap::Message& request) {
  auto read = read_set_request(request);
  if (!read) return std::nullopt;
  auto& list = lists_[read->list];
  list.command = request.envelope().name;
  if (list.source.is_null()) list.source = read->source;
  Plan plan{.client = client, .list = read->list, .number = ++list.requests};
  plan.former = list.wishes;
  const auto inherited = inherit(list, client);
  list.wishes[client] = read_wishes(list, client, read->wishes, inherited);
  take_away(list, plan);

  const auto& own = list.wishes[client];
  const bool is_alone = std::ranges::all_of(
      list.wishes, [&](const auto& one) { return one.first == client || one.second.empty(); });
  const bool is_as_said = std::ranges::equal(own, read->wishes, {}, &Wish::value, &Wish::value) &&
                          member_of(list.source, "path") == member_of(read->source, "path");
  plan.is_plain = is_alone && is_as_said &&
                  std::ranges::none_of(own, [](const Wish& wish) { return wish.is_echo; });
  if (plan.is_plain) {
    plan.sent = own;
    for (std::size_t i = 0; i < own.size(); ++i) plan.own.push_back(i);
  } else {
    unite(list, plan);
    sort_by_member(plan.sent, plan.own);
    rewrite(list, plan, request);
  }
  if (own.empty()) list.wishes.erase(client);
  return plan;
}

void BreakpointWishes::rewrite(const List& list, const Plan& plan, dap::Message& request) {
  std::map<std::string, json> arrays;
  for (const auto& member : members_of(list.command)) arrays[member] = json::array();
  for (const auto& wish : plan.sent) arrays[wish.member].push_back(wish.value);
  const auto arguments = read_payload(request);
  if (!list.source.is_null()) {
    auto source = arguments.value("source", json::object());
    source["path"] = list.source["path"];
    request.set_payload_member("source", source.dump());
  }
  if (const auto own = arguments.find(kOwnMember); own != arguments.end()) {
    // Which of the union are those whose ids the client has said.
    auto ids = json::array();
    const auto& said = member_of(*own, "ids");
    for (std::size_t at = 0; at < plan.sent.size(); ++at) {
      const auto mine = std::ranges::find(plan.own, at);
      const auto nth = static_cast<std::size_t>(mine - plan.own.begin());
      ids.push_back(mine != plan.own.end() && said.is_array() && nth < said.size() ? said[nth]
                                                                                   : json());
    }
    request.set_payload_member(kOwnMember, json{{"ids", std::move(ids)}}.dump());
  }
  for (const auto& [member, array] : arrays)
    if (!array.empty() || arguments.contains(member) || member == members_of(list.command).front())
      request.set_payload_member(member, array.dump());
  // The older way to say the same must not say another thing.
  request.take_payload_member("lines");
}

std::vector<BreakpointWishes::Event> BreakpointWishes::handle_answer(const Plan& plan,
                                                                     dap::Message& answer) {
  std::vector<Event> events;
  auto& list = lists_[plan.list];
  if (!answer.envelope().success) {
    // What was sent since has been made of these.
    if (list.requests != plan.number) return events;
    list.wishes = plan.former;
    if (list.answered) tell(list, plan, *std::exchange(list.answered, std::nullopt), events);
    return events;
  }
  const auto body = read_payload(answer);
  const auto& answered = member_of(body, "breakpoints");
  if (!answered.is_array()) return events;
  const auto nth = [&](std::size_t at) {
    return at < answered.size() && answered[at].is_object() ? answered[at]
                                                            : json{{"verified", false}};
  };
  if (!plan.is_plain) {
    auto own = json::array();
    for (const auto at : plan.own) own.push_back(nth(at));
    answer.set_payload_member("breakpoints", own.dump());
  }
  std::map<std::string, Shown> now;
  for (std::size_t i = 0; i < plan.sent.size(); ++i)
    now.try_emplace(plan.sent[i].place, Shown{nth(i), plan.sent[i].value});
  for (const auto at : plan.own)
    if (const auto id = id_of(nth(at)); plan.client != kNobody && id != 0)
      list.known[plan.client][plan.sent[at].place] = id;
  if (list.requests != plan.number) {
    // What is on its way says more: the others hear once, when all is said.
    list.answered = std::move(now);
    return events;
  }
  list.answered.reset();
  tell(list, plan, std::move(now), events);
  if (list.wishes.empty() && list.shown.empty()) lists_.erase(plan.list);
  return events;
}

void BreakpointWishes::tell(List& list, const Plan& plan, std::map<std::string, Shown> now,
                            std::vector<Event>& events) const {
  // What is restored is told by the restore.
  const bool is_told = list.command != "setExceptionBreakpoints" && plan.client != kNobody;
  for (const auto client : is_told ? audience_ : std::set<ClientId>()) {
    auto& known = list.known[client];
    const auto removed = [&](std::int64_t id) {
      events.push_back(
          {client, {{"reason", "removed"}, {"breakpoint", {{"id", id}, {"verified", false}}}}});
    };
    const auto found = list.wishes.find(client);
    const auto own_at = [&](const std::string& place) {
      return found == list.wishes.end() ? nullptr : wish_at(found->second, place);
    };
    for (auto at = known.begin(); at != known.end();) {
      const auto still = now.find(at->first);
      const bool has_answer = client == plan.client && own_at(at->first) != nullptr;
      const bool stays =
          still != now.end() && (has_answer || id_of(still->second.answer) == at->second);
      if (!stays) removed(at->second);
      at = stays ? std::next(at) : known.erase(at);
    }
    for (const auto& [place, shown] : now) {
      const auto* const own = own_at(place);
      const auto id = id_of(shown.answer);
      if (client == plan.client && own != nullptr) {
        known[place] = id;  // It has the answer.
        continue;
      }
      if (id == 0) continue;
      if (known.try_emplace(place, id).second) {
        events.push_back({client, shown_body(list, "new", shown)});
        continue;
      }
      const auto before = list.shown.find(place);
      const bool is_same = before == list.shown.end() || (before->second.answer == shown.answer &&
                                                          before->second.value == shown.value);
      if (is_same) continue;
      auto body = shown_body(list, "changed", shown);
      if (own != nullptr && !own->is_echo && own->value != shown.value)
        body["breakpoint"]["message"] =
            "Another client of this session has set it, too: " + words_of(shown.value) +
            ". The last one counts.";
      events.push_back({client, std::move(body)});
    }
  }
  list.shown = std::move(now);
}

json BreakpointWishes::shown_body(const List& list, const char* reason, const Shown& shown) {
  auto breakpoint = shown.answer;
  // What clients show it by; adapters leave it out, since the one who asked knows it.
  if (!list.source.is_null()) {
    if (!breakpoint.contains("source")) breakpoint["source"] = list.source;
    if (!breakpoint.contains("line") && shown.value.contains("line"))
      breakpoint["line"] = shown.value["line"];
  }
  return {{"reason", reason}, {"breakpoint", std::move(breakpoint)}};
}

void BreakpointWishes::handle_event(const dap::Message& event) {
  const auto body = read_payload(event);
  const auto& breakpoint = member_of(body, "breakpoint");
  const auto& id = member_of(breakpoint, "id");
  if (!id.is_number_integer() || text_of(body, "reason") == "removed") return;
  for (auto& [name, list] : lists_)
    for (auto& [place, shown] : list.shown)
      if (member_of(shown.answer, "id") == id) shown.answer.update(breakpoint);
}

std::vector<json> BreakpointWishes::introduce(ClientId client) {
  std::vector<json> events;
  audience_.insert(client);
  for (auto& [name, list] : lists_) {
    if (list.command == "setExceptionBreakpoints") continue;
    const auto found = list.wishes.find(client);
    for (const auto& [place, shown] : list.shown) {
      const bool is_own = found != list.wishes.end() && wish_at(found->second, place) != nullptr;
      if (!is_own && list.known[client].try_emplace(place, id_of(shown.answer)).second)
        events.push_back(shown_body(list, "new", shown));
    }
  }
  return events;
}

void BreakpointWishes::handle_left(ClientId client) {
  audience_.erase(client);
  left_[client] = ++clock_;
  joined_.erase(client);
  for (auto& [name, list] : lists_) {
    list.known.erase(client);
    const auto found = list.wishes.find(client);
    if (found == list.wishes.end()) continue;
    std::erase_if(found->second, [](const Wish& wish) { return wish.is_echo; });
    if (found->second.empty()) list.wishes.erase(found);
  }
}

}  // namespace nearside::session
