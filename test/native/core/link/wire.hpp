// Two links joined by a wire that a test holds in its hand: it cuts the bytes where it likes,
// delivers them when it likes, and never reorders them. Events become lines of a transcript, so
// that a test reads as what was said. Messages are consumed at once unless the test says otherwise.
#pragma once

#include "core/link/link.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::link::testing {

inline constexpr std::string_view kLinkId = "0123456789abcdef0123456789abcdef";

LinkOptions near_options();
LinkOptions far_options();

/// One line per event; long messages as their size and a digest of their bytes.
std::string line(const LinkEvent& event);

/// One end, with what happened to it.
struct Side {
  explicit Side(LinkOptions options) : link(std::move(options), Time{0}) {}

  /// Takes all events; gives their lines since the last call.
  std::vector<std::string> said();
  /// Takes all events into `lines` and `messages`.
  void take_events(Time now);
  std::string output(std::size_t budget, Time now);

  Link link;
  bool consume = true;
  std::vector<std::string> lines;
  std::map<ChannelId, std::vector<std::string>> messages;  ///< Everything received, by channel.
  std::optional<LinkEnded> end;
};

class Wire {
 public:
  explicit Wire(LinkOptions near_end = near_options(), LinkOptions far_end = far_options());

  /// Moves bytes and events until nothing moves any more; time stands still.
  void settle();
  /// Time passes in steps of what the links ask for, with everything delivered.
  void pass(Time duration);
  /// settle() and forget what was said: for tests that begin with an established link.
  void establish();
  /// Near end opens a channel and both ends know it.
  ChannelId open(std::string_view opening = "{}");

  Side near_end;
  Side far_end;
  Time now{0};
  std::size_t budget = 64 * 1024;
  /// How many of the waiting bytes are delivered next.
  std::function<std::size_t(std::size_t)> cut = [](std::size_t waiting) { return waiting; };
  std::string to_far;   ///< In flight.
  std::string to_near;  ///< In flight.

 private:
  bool step();
};

std::string noise(std::size_t size, std::uint64_t seed);

}  // namespace nearside::link::testing
