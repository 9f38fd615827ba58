// How times are spread: counts in buckets, sixteen to each doubling, so that any quantile is right
// to within a thirtieth of itself, at 2 KB whatever is counted. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nearside::inspect {

class Spread {
 public:
  /// Microseconds; what is above 2^32 counts as that.
  void add(std::uint64_t microseconds);
  std::uint64_t count() const { return count_; }
  std::uint64_t sum() const { return sum_; }
  /// The time that this part (0 to 1) of all were not above, by the middle of its bucket; 0 if
  /// there is none.
  std::uint64_t quantile(double part) const;
  std::uint64_t median() const { return quantile(0.5); }
  std::uint64_t p95() const { return quantile(0.95); }

 private:
  static constexpr std::size_t kBuckets = 16 + 28 * 16;
  std::array<std::uint32_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
};

}  // namespace nearside::inspect
