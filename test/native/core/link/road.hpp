// Two resumable links and the transports between them, one after the other: a test breaks one at
// any byte, of either direction, lets an end notice it or not, and builds the next. What was in
// flight is lost. As in wire.hpp, bytes are never reordered, and time stands still unless it is
// moved.
#pragma once

#include "wire.hpp"

#include <optional>

namespace nearside::link::testing {

inline constexpr std::string_view kSecret = "00112233445566778899aabbccddeeff";

LinkOptions resumable_near_options();
LinkOptions resumable_far_options();

class Road {
 public:
  explicit Road(LinkOptions near_end = resumable_near_options(),
                LinkOptions far_end = resumable_far_options());

  /// One batch of each direction, of at most `limit` bytes each. False if nothing moved.
  bool step(std::size_t limit);
  void settle();
  /// The transport breaks; who notices is told.
  void cut(bool near_notices = true, bool far_notices = true);
  /// A new transport, and the near end begins on it. What the far end takes for the link's
  /// transport changes when `hello` has arrived.
  void connect();

  Side near_end;
  Side far_end;
  Time now{0};
  std::size_t budget = 64 * 1024;
  std::string to_far;
  std::string to_near;
  bool is_up = true;

 private:
  void greet();

  LinkOptions far_options_;
  std::optional<Side> greeter_;  ///< The far end's new link, until it knows whom it concerns.
};

}  // namespace nearside::link::testing
