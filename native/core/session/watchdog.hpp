// The requests that an adapter has been handed and not answered, and when that is to be told. What
// always holds: each is told at most once; while an adapter that was told of stays silent, what
// waits behind is not told too, since adapters answer in turn. It ends nothing. Pure.
#pragma once

#include "core/session/answer_limits.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nearside::session {

/// Of one request: its limit has passed, or its answer came after it had.
struct Overdue {
  std::string command;
  milliseconds waited{};
  bool operator==(const Overdue&) const = default;
};

class Watchdog {
 public:
  /// Of quick answers; 0: only `terminate` has a limit.
  void set_limit(milliseconds quick) { quick_ = quick; }

  void handed(std::int64_t seq, const std::string& command, milliseconds now);
  /// Something when that had been told.
  std::optional<Overdue> answered(std::int64_t seq, milliseconds now);
  /// The start waits for the client, not for the adapter (debugpy answers `launch` after
  /// `configurationDone`).
  void forgive_start();
  /// What is to be told now.
  std::vector<Overdue> handle_time(milliseconds now);
  /// When handle_time may have something to say. Nothing: not before something is handed.
  std::optional<milliseconds> next() const { return next_; }

 private:
  struct Waiting {
    std::string command;
    AnswerKind kind = AnswerKind::kQuick;
    milliseconds since{};
    std::optional<milliseconds> due;  ///< Nothing: told, or never to be.
    bool is_told = false;
  };
  std::optional<milliseconds> limit_of(AnswerKind kind) const;
  bool waits_in_turn(const Waiting& one) const;

  milliseconds quick_ = kQuickAnswer;
  std::map<std::int64_t, Waiting> waiting_;
  std::optional<milliseconds> next_;
  bool is_silent_ = false;  ///< Something was told, and nothing answered since.
};

}  // namespace nearside::session
