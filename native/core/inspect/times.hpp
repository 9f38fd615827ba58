// What a session's requests took, by command and leg; and the last spans of all sessions of a near
// end, for a trace. What always holds: memory is bounded, whatever is added. Pure.
#pragma once

#include "core/inspect/limits.hpp"
#include "core/inspect/span.hpp"
#include "core/inspect/spread.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace nearside::inspect {

struct CommandTimes {
  // By their Way. Of commands that do not only read, all have been asked.
  std::uint64_t hits = 0;
  std::uint64_t joined = 0;
  std::uint64_t asked = 0;
  Spread whole;
  /// client, nearEnd: of all. The others: of those that the far end was asked and has told of.
  std::array<Spread, kLegs> legs;
  std::uint64_t count() const { return hits + joined + asked; }
  const Spread& leg(Leg which) const { return legs[static_cast<std::size_t>(which)]; }
};

class TimeTable {
 public:
  TimeTable();
  /// Events are not counted.
  void add(const Span& span);
  /// Of this leg, over all commands.
  std::uint64_t sum(Leg leg) const;
  /// Nothing: it was never asked.
  const CommandTimes* find(CommandNumber command) const { return commands_[command].get(); }

 private:
  std::vector<std::unique_ptr<CommandTimes>> commands_;
};

/// {"variables": {"count", "hits", "joined", "asked", "total": {"median", "p95"}, "legs": {"link":
/// {"median", "p95"}, …}}, …}: microseconds; the commands that were asked, the legs that are known.
nlohmann::json to_json(const TimeTable& times);

/// The last kMaxSpans, each with the number of its session. They are numbered from 0 on.
class SpanRing {
 public:
  struct Entry {
    std::uint32_t session = 0;
    Span span;
  };
  void add(std::uint32_t session, const Span& span);
  /// The first that is still there.
  std::uint64_t begin() const { return end_ - entries_.size(); }
  std::uint64_t end() const { return end_; }
  /// From begin() to before end().
  const Entry& at(std::uint64_t number) const { return entries_[number % kMaxSpans]; }

 private:
  std::vector<Entry> entries_;  ///< Span n at n modulo kMaxSpans.
  std::uint64_t end_ = 0;
};

}  // namespace nearside::inspect
