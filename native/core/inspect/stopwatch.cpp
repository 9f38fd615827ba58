// One slot a request, found by its seq.
#include "core/inspect/stopwatch.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace nearside::inspect {

void Stopwatch::asked(std::int64_t seq, std::string_view command, Microseconds waited) {
  auto& watched = watched_[static_cast<std::uint64_t>(seq) % kTimedRequests];
  if (watched.is_waiting && watched.seq == seq) return;  // A second one of that number is refused.
  watched = {.seq = seq, .is_waiting = true, .since = now_ - waited, .span = {}};
  watched.span.began = watched.since;
  watched.span.command = command_number(command);
  // Until it is known to have been asked, it may be any.
  watched.span.way = Way::kEvent;
  watched.span.waited = lap(watched, now_);
}

void Stopwatch::sent(std::int64_t seq, Microseconds now) {
  auto* const watched = find(seq);
  if (watched == nullptr) return;
  watched->span.way = Way::kAsked;
  watched->span.before = lap(*watched, now);
}

void Stopwatch::answered(std::int64_t seq, Way way) {
  auto* const watched = find(seq);
  if (watched == nullptr) return;
  watched->span.way = way;
  if (way != Way::kHit) watched->span.away = lap(*watched, now_);
}

void Stopwatch::told(std::int64_t seq, const Spent& spent) {
  auto* const watched = find(seq);
  if (watched == nullptr) return;
  watched->span.is_told = true;
  watched->span.far_end = spent.far_end;
  watched->span.adapter = spent.adapter;
}

void Stopwatch::handed(std::int64_t seq, Microseconds now) {
  auto* const watched = find(seq);
  if (watched == nullptr || watched->is_handed) return;
  auto& span = watched->span;
  (span.way == Way::kHit ? span.before : span.after) = lap(*watched, now);
  watched->is_handed = true;
}

std::optional<Span> Stopwatch::taken(std::int64_t seq, Microseconds now) {
  auto* const watched = find(seq);
  if (watched == nullptr || !watched->is_handed) return std::nullopt;
  watched->is_waiting = false;
  // What was neither asked nor kept the front has answered, mostly with a refusal.
  if (watched->span.way == Way::kEvent) return std::nullopt;
  watched->span.taken = lap(*watched, now);
  return watched->span;
}

Stopwatch::Watched* Stopwatch::find(std::int64_t seq) {
  auto& watched = watched_[static_cast<std::uint64_t>(seq) % kTimedRequests];
  return watched.is_waiting && watched.seq == seq ? &watched : nullptr;
}

std::uint32_t Stopwatch::lap(Watched& watched, Microseconds now) {
  const auto passed = now - std::exchange(watched.since, std::max(now, watched.since));
  constexpr Microseconds::rep kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<Microseconds::rep>(passed.count(), 0, kMost));
}

}  // namespace nearside::inspect
