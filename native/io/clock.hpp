// The clock by which times are taken: monotonic, in microseconds, the same for all processes of a
// machine. io::now() (link_driver.hpp) is the same clock in milliseconds, for what waits.
#pragma once

#include <chrono>

namespace nearside::io {

/// Asio's timers' clock, too.
using Clock = std::chrono::steady_clock;

inline std::chrono::microseconds precise_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch());
}

}  // namespace nearside::io
