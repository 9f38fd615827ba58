// Sessions by number, and the ring of spans.
#include "near/logbook.hpp"

#include "core/inspect/times.hpp"
#include "core/version.hpp"
#include "near/limits.hpp"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <deque>
#include <map>
#include <utility>

namespace nearside::near_end {

using nlohmann::json;

struct Logbook::State {
  struct Session {
    Report report;
    json name = json::object();
  };
  const std::int64_t since = std::time(nullptr);
  std::uint32_t last = 0;
  std::map<std::uint32_t, Session> sessions;
  std::deque<std::pair<std::uint32_t, json>> ended;  ///< Their names, the oldest first.
  inspect::SpanRing spans;
};

class Logbook::Entry {
 public:
  Entry(std::weak_ptr<State> in, std::uint32_t its_number)
      : state(std::move(in)), number(its_number) {}
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry() {
    const auto book = state.lock();
    if (!book) return;
    auto left = book->sessions.extract(number);
    book->ended.emplace_back(number, std::move(left.mapped().name));
    if (book->ended.size() > kMaxEndedSessions) book->ended.pop_front();
  }

  std::weak_ptr<State> state;
  const std::uint32_t number;
};

Logbook::Logbook() : state_(std::make_shared<State>()) {}

std::shared_ptr<Logbook::Entry> Logbook::enter(Report report) {
  const auto number = ++state_->last;
  state_->sessions[number].report = std::move(report);
  return std::make_shared<Entry>(state_, number);
}

void Logbook::add(const Entry& entry, const inspect::Span& span) {
  if (const auto state = entry.state.lock()) state->spans.add(entry.number, span);
}

void Logbook::name(const Entry& entry, json name) {
  if (const auto state = entry.state.lock())
    state->sessions.at(entry.number).name = std::move(name);
}

json Logbook::status() const {
  auto sessions = json::array();
  for (const auto& [number, session] : state_->sessions) {
    auto report = session.report();
    report["number"] = number;
    sessions.push_back(std::move(report));
  }
  return {{"pid", ::getpid()},
          {"version", kVersion},
          {"since", state_->since},
          {"sessions", std::move(sessions)}};
}

json Logbook::trace(std::uint64_t from) const {
  auto sessions = json::array();
  const auto list = [&sessions](std::uint32_t number, json name) {
    name["number"] = number;
    sessions.push_back(std::move(name));
  };
  for (const auto& [number, name] : state_->ended) list(number, name);
  for (const auto& [number, session] : state_->sessions) list(number, session.name);

  const auto& ring = state_->spans;
  auto at = std::max(from, ring.begin());
  const auto end = std::min<std::uint64_t>(at + kTracePage, ring.end());
  auto spans = json::array();
  for (; at < end; ++at) {
    const auto& [session, span] = ring.at(at);
    spans.push_back({session, inspect::to_json(span)});
  }
  json page{{"pid", ::getpid()}, {"sessions", std::move(sessions)}, {"spans", std::move(spans)}};
  if (end < ring.end()) page["next"] = end;
  return page;
}

}  // namespace nearside::near_end
