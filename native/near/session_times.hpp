// What a session's requests took so far, for whoever asks, on any thread: its own thread adds, and
// never waits longer for a reader than that needs to add up one table.
#pragma once

#include "core/inspect/times.hpp"

#include <mutex>

namespace nearside::near_end {

class SessionTimes {
 public:
  void add(const inspect::Span& span) {
    const std::lock_guard lock(mutex_);
    table_.add(span);
  }
  /// What `look` makes of the table, which it must not keep.
  template <typename Look>
  auto read(Look look) const {
    const std::lock_guard lock(mutex_);
    return look(table_);
  }

 private:
  mutable std::mutex mutex_;
  inspect::TimeTable table_;
};

}  // namespace nearside::near_end
