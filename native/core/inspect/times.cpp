// Adding up, and the tables as JSON.
#include "core/inspect/times.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace nearside::inspect {
namespace {

using nlohmann::json;

json to_json(const Spread& spread) {
  return {{"median", spread.median()}, {"p95", spread.p95()}};
}

}  // namespace

TimeTable::TimeTable() : commands_(command_count()) {}

void TimeTable::add(const Span& span) {
  if (span.way == Way::kEvent) return;
  auto& times = commands_[span.command];
  if (!times) times = std::make_unique<CommandTimes>();
  ++(span.way == Way::kHit ? times->hits : span.way == Way::kJoined ? times->joined : times->asked);
  times->whole.add(span.whole());
  const bool was_at_the_adapter = span.way == Way::kAsked && span.is_told;
  for (std::size_t at = 0; at < kLegs; ++at) {
    const auto leg = static_cast<Leg>(at);
    if (leg == Leg::kClient || leg == Leg::kNearEnd || was_at_the_adapter)
      times->legs[at].add(span.of(leg));
  }
}

std::uint64_t TimeTable::sum(Leg leg) const {
  std::uint64_t sum = 0;
  for (const auto& times : commands_)
    if (times) sum += times->leg(leg).sum();
  return sum;
}

json to_json(const TimeTable& times) {
  auto object = json::object();
  for (std::size_t number = 0; number < command_count(); ++number) {
    const auto command = static_cast<CommandNumber>(number);
    const auto* const counted = times.find(command);
    if (counted == nullptr) continue;
    auto legs = json::object();
    for (std::size_t at = 0; at < kLegs; ++at)
      if (counted->legs[at].count() > 0)
        legs[std::string(to_string(static_cast<Leg>(at)))] = to_json(counted->legs[at]);
    object[std::string(command_name(command))] = {
        {"count", counted->count()},        {"hits", counted->hits},
        {"joined", counted->joined},        {"asked", counted->asked},
        {"total", to_json(counted->whole)}, {"legs", std::move(legs)}};
  }
  return object;
}

void SpanRing::add(std::uint32_t session, const Span& span) {
  if (entries_.empty()) entries_.reserve(kMaxSpans);
  if (entries_.size() < kMaxSpans)
    entries_.push_back({session, span});
  else
    entries_[end_ % kMaxSpans] = {session, span};
  ++end_;
}

}  // namespace nearside::inspect
