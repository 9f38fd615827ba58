// Is the peer still there? Asks after a silence, measures the round trip, and calls the transport
// dead when nothing at all came for the limit although we asked. What always holds: time in which
// we ourselves were not run (a laptop's sleep, a stalled process) is never counted as the peer's
// silence.
#pragma once

#include "core/link/link.hpp"

#include <cstdint>
#include <optional>

namespace nearside::link {

class Keepalive {
 public:
  /// `limit`: the silence that is death, whatever the round trip is; nothing: by the round trip.
  explicit Keepalive(std::optional<Time> limit = std::nullopt) : chosen_limit_(limit) {}
  /// A handshake is over. The first ping goes at once, since the limit depends on the round trip.
  void start(Time now);
  /// The transport is gone: nobody is asked.
  void stop() { started_ = false; }
  /// Asks now, whatever was heard.
  void ask();
  /// Any byte shows life.
  void handle_heard(Time now);
  /// The answer to one of our pings. Answers to none of ours say nothing.
  void handle_pong(std::uint64_t token, Time now);
  /// False when the peer is dead.
  bool handle_time(Time now);
  /// Data goes now, and a ping may ride before it: a link that is never silent is measured too.
  void handle_traffic(Time now);
  /// The token of a ping that should go now; it counts as sent.
  std::optional<std::uint64_t> take_ping(Time now);
  std::optional<Time> next_timeout() const;

  /// Smoothed; 0 until measured.
  Time round_trip() const { return std::chrono::duration_cast<Time>(smoothed_); }
  /// The silence that is death on this link.
  Time limit() const;

 private:
  void note_run(Time now);

  std::optional<Time> chosen_limit_;
  bool started_ = false;
  bool ping_wanted_ = false;
  bool asked_ = false;  ///< Since the last byte.
  Time heard_at_{0};
  Time ran_at_{0};
  std::uint64_t last_token_ = 0;
  std::optional<Time> ping_sent_at_;  ///< Of last_token_, until it is answered.
  Time measured_at_{0};               ///< When last_token_ went out first.
  /// Finer than our clock, or a difference of a few milliseconds would never be smoothed away.
  std::chrono::microseconds smoothed_{0};
};

}  // namespace nearside::link
