// What moving a link's bytes costs this process: time that it computes or is in the kernel, never
// time that it waits. Measured around steps that are there anyway, by two looks at a clock each.
#pragma once

#include <chrono>
#include <cstdint>

namespace nearside::io {

/// Time in one kind of step, and how many there were.
struct Cost {
  std::uint64_t count = 0;
  std::chrono::nanoseconds time{0};
};

/// Adds the time of its life.
class CostMeter {
 public:
  explicit CostMeter(Cost& cost) : cost_(cost) {}
  CostMeter(const CostMeter&) = delete;
  CostMeter& operator=(const CostMeter&) = delete;
  ~CostMeter() {
    ++cost_.count;
    cost_.time += std::chrono::steady_clock::now() - begin_;
  }

 private:
  Cost& cost_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

struct StreamCosts {
  Cost calls;  ///< System calls that read and write.
  Cost tls;    ///< With those calls within.
};

struct LinkCosts {
  Cost framing;  ///< Frames made and read, with compression.
  StreamCosts stream;
};

}  // namespace nearside::io
