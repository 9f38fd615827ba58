// What a client reads after a stop, as a tree: each read with the read whose answer its argument
// came from, so that it can be asked again at another stop where the numbers are others. Learned
// from every read, forgotten by those that come no more. What always holds: a parent stands before
// its children; there are at most kMaxHabits. Pure.
#pragma once

#include "core/inspect/limits.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::inspect {

/// A read at any stop: 0 is the stop itself. Never given twice.
using HabitId = std::uint64_t;
inline constexpr HabitId kTheStop = 0;

/// Which value of the parent's answer is asked about: the frame with that number, the scope or
/// variable of that name. Of the stop: its thread, or nothing.
struct Origin {
  std::string name = {};
  std::uint32_t nth = 0;  ///< Of several with that name; of a stack: the frame's number.
  auto operator<=>(const Origin&) const = default;
};

/// What makes two reads the same habit.
struct Habit {
  HabitId parent = kTheStop;
  std::string command = {};
  Origin origin = {};
  /// The arguments but for the value that comes from the parent's answer, as JSON.
  std::string arguments = {};
  /// `count` is however many indexed children the value has.
  bool counts_all_indexed = false;
  auto operator<=>(const Habit&) const = default;
};

class Habits {
 public:
  using Time = std::chrono::milliseconds;

  /// The client reads this now, at this stop. Nothing is learned (and kTheStop returned) when the
  /// parent has been forgotten or there are too many.
  HabitId note_read(const Habit& habit, Time now);
  /// It reads a known one again. False: it has been forgotten.
  bool note_read_again(HabitId id, Time now);
  /// The client is known to read this, without having been seen to.
  HabitId expect(const Habit& habit);
  void note_answer(HabitId id, Time took, bool success);
  /// The stop is over: what was not read, though the client had its time, comes closer to being
  /// forgotten.
  void end_stop(Time now);

  bool empty() const { return nodes_.empty(); }
  /// Nothing if it has been forgotten. Valid until the next change.
  const Habit* find(HabitId id) const;
  /// It is left to the client: kSlowRequest, kVerySlowRequest.
  bool is_slow(HabitId id) const;
  /// Likewise: kLeftAfterFailures.
  bool is_failing(HabitId id) const;
  /// At the last stop that tells, the client did not read it.
  bool was_missed(HabitId id) const;
  /// In the client's order: as it read them when it last did.
  std::vector<HabitId> in_order() const;

  /// As a person reads it: a line a read, indented by depth, in order.
  std::string print() const;
  nlohmann::json to_json() const;
  /// Takes what fits the limits; what is malformed is left out. Only into an empty one.
  void load(const nlohmann::json& saved);

 private:
  struct Node {
    Habit habit;
    std::uint64_t order = 0;         ///< Counts the reads.
    std::uint64_t order_before = 0;  ///< At the stop at which it was read before.
    std::uint32_t missed = 0;
    std::uint32_t failed = 0;  ///< In a row.
    Time took{0};
    Time took_before{0};
    bool read_now = false;
    Time read_at{0};
  };
  void forget(HabitId id);
  void print_children(HabitId parent, int depth, std::string& text) const;

  std::map<HabitId, Node> nodes_;  ///< A child's id is greater than its parent's.
  std::map<Habit, HabitId> ids_;
  HabitId next_id_ = 1;
  std::uint64_t last_order_ = 0;  ///< Of the last read at this stop.
};

}  // namespace nearside::inspect
