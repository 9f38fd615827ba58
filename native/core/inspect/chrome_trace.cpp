// Slices ("X"), instants ("i") and names ("M"), as the format calls them.
#include "core/inspect/chrome_trace.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace nearside::inspect {
namespace {

using nlohmann::json;
using Time = std::uint64_t;

Time began(const Span& span) {
  return static_cast<Time>(std::max<Microseconds::rep>(span.began.count(), 0));
}

/// Tracks are sorted by their number: the parts in order, each with its lanes.
constexpr std::size_t kLanesOfAPart = 10'000;
std::size_t track(Leg part, std::size_t lane) {
  return static_cast<std::size_t>(part) * kLanesOfAPart + lane + 1;
}

class Picture {
 public:
  explicit Picture(Time origin) : origin_(origin) {}

  void draw(TracedSession& session) {
    ++process_;
    lanes_.clear();
    put({{"ph", "M"}, {"name", "process_name"}, {"args", {{"name", session.name}}}}, 0);
    std::ranges::stable_sort(session.spans, {}, began);
    for (const auto& span : session.spans)
      span.way == Way::kEvent ? draw_event(span) : draw_request(span);
  }

  std::string text() && { return "{\"traceEvents\": [\n" + std::move(lines_) + "\n]}\n"; }

 private:
  void draw_event(const Span& event) {
    name_lane(0);
    put({{"ph", "i"},
         {"s", "p"},
         {"name", command_name(event.command)},
         {"cat", "event"},
         {"ts", began(event) - origin_}},
        track(Leg::kClient, 0));
  }

  void draw_request(const Span& span) {
    const auto lane = take_lane(span);
    ++request_;
    const bool was_away = span.way != Way::kHit;
    const bool was_far = span.way == Way::kAsked && span.is_told;
    auto at = began(span) - origin_;
    auto legs = json::object();
    for (std::size_t leg = 0; leg < kLegs; ++leg)
      legs[std::string(to_string(static_cast<Leg>(leg)))] = span.of(static_cast<Leg>(leg));
    slice(Leg::kClient, lane, span, at, span.whole(), {{"legs", std::move(legs)}});
    at += span.waited;
    slice(Leg::kNearEnd, lane, span, at, Time{span.before} + span.away + span.after);
    at += span.before;
    if (was_away) slice(Leg::kLink, lane, span, at, span.away);
    if (!was_far) return;
    at += span.of(Leg::kLink) / 2;
    slice(Leg::kFarEnd, lane, span, at, span.of(Leg::kFarEnd) + span.of(Leg::kAdapter));
    slice(Leg::kAdapter, lane, span, at + span.of(Leg::kFarEnd), span.of(Leg::kAdapter));
  }

  void slice(Leg part, std::size_t lane, const Span& span, Time at, Time duration,
             json arguments = json::object()) {
    static constexpr std::array<const char*, 4> kWays{"from memory", "joined", "asked", "event"};
    const auto* const way = kWays[static_cast<std::size_t>(span.way)];
    arguments["request"] = request_;
    arguments["answered"] = way;
    put({{"ph", "X"},
         {"name", command_name(span.command)},
         {"cat", way},
         {"ts", at},
         {"dur", duration},
         {"args", std::move(arguments)}},
        track(part, lane));
  }

  /// The first that is free again; named when it is new.
  std::size_t take_lane(const Span& span) {
    const auto ends = began(span) + span.whole();
    const auto free =
        std::ranges::find_if(lanes_, [&](Time until) { return until <= began(span); });
    const auto lane = static_cast<std::size_t>(free - lanes_.begin());
    if (free == lanes_.end()) name_lane(lane);
    lanes_[lane] = ends;
    return lane;
  }

  void name_lane(std::size_t lane) {
    if (lane < lanes_.size()) return;
    lanes_.resize(lane + 1, 0);
    static constexpr std::array<const char*, kLegs> kNames{"client", "near end", "link", "far end",
                                                           "adapter"};
    for (std::size_t part = 0; part < kLegs; ++part) {
      std::string name = kNames[part];
      if (lane > 0) name += " " + std::to_string(lane + 1);
      const auto number = track(static_cast<Leg>(part), lane);
      put({{"ph", "M"}, {"name", "thread_name"}, {"args", {{"name", std::move(name)}}}}, number);
      put({{"ph", "M"}, {"name", "thread_sort_index"}, {"args", {{"sort_index", number}}}}, number);
    }
  }

  void put(json event, std::size_t thread) {
    event["pid"] = process_;
    event["tid"] = thread;
    if (!lines_.empty()) lines_ += ",\n";
    lines_ += event.dump(-1, ' ', false, json::error_handler_t::replace);
  }

  Time origin_;
  std::uint64_t process_ = 0;
  std::uint64_t request_ = 0;
  std::vector<Time> lanes_;  ///< Until when each is taken.
  std::string lines_;
};

}  // namespace

std::string chrome_trace(std::vector<TracedSession> sessions) {
  auto origin = std::numeric_limits<Time>::max();
  for (const auto& session : sessions)
    for (const auto& span : session.spans) origin = std::min(origin, began(span));
  Picture picture(origin);
  for (auto& session : sessions) picture.draw(session);
  return std::move(picture).text();
}

}  // namespace nearside::inspect
