// Takes the time of a client's requests at the near end: told of each step, it gives the span when
// the client has the answer. What always holds: the last kTimedRequests requests are watched at
// most (an older one that still waits is no longer timed, nothing else comes of it), and no step
// allocates. Pure: whoever calls reads the clock.
#pragma once

#include "core/inspect/limits.hpp"
#include "core/inspect/span.hpp"
#include "core/inspect/stamp.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nearside::inspect {

class Stopwatch {
 public:
  Stopwatch() : watched_(kTimedRequests) {}

  /// When the message came that is being looked at: a client's or the far end's.
  void set_time(Microseconds now) { now_ = now; }
  /// A client's request, which it handed over `waited` ago.
  void asked(std::int64_t seq, std::string_view command, Microseconds waited);
  /// It went to the far end.
  void sent(std::int64_t seq, Microseconds now);
  /// It is answered from memory; by an answer to another request; by its own.
  void answered(std::int64_t seq, Way way);
  /// What the far end wrote onto its answer.
  void told(std::int64_t seq, const Spent& spent);
  /// The client was handed its answer.
  void handed(std::int64_t seq, Microseconds now);
  /// The client has taken it. Nothing if it was not timed.
  std::optional<Span> taken(std::int64_t seq, Microseconds now);

 private:
  struct Watched {
    std::int64_t seq = 0;
    bool is_waiting = false;
    bool is_handed = false;
    Microseconds since{0};  ///< The end of the last step.
    Span span;
  };
  Watched* find(std::int64_t seq);
  /// Since the last step.
  static std::uint32_t lap(Watched& watched, Microseconds now);

  Microseconds now_{0};
  std::vector<Watched> watched_;  ///< Request n at n modulo kTimedRequests.
};

}  // namespace nearside::inspect
