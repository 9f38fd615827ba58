// The buckets: 0 to 15 hold those numbers; from there on each doubling has sixteen.
#include "core/inspect/spread.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace nearside::inspect {
namespace {

constexpr std::size_t kSteps = 16;  // 2^4

std::size_t bucket_of(std::uint64_t value) {
  const auto number = std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max());
  if (number < kSteps) return static_cast<std::size_t>(number);
  const auto power = static_cast<std::size_t>(std::bit_width(number)) - 1;
  return (power - 3) * kSteps + static_cast<std::size_t>((number >> (power - 4)) & (kSteps - 1));
}

std::uint64_t first_of(std::size_t bucket) {
  if (bucket < kSteps) return bucket;
  const auto power = bucket / kSteps + 3;
  return (std::uint64_t{kSteps} + bucket % kSteps) << (power - 4);
}

}  // namespace

void Spread::add(std::uint64_t microseconds) {
  ++buckets_[bucket_of(microseconds)];
  ++count_;
  sum_ += microseconds;
}

std::uint64_t Spread::quantile(double part) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(
      std::ceil(std::clamp(part, 0.0, 1.0) * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t at = 0; at < kBuckets; ++at) {
    seen += buckets_[at];
    if (seen > 0 && seen >= wanted) return (first_of(at) + first_of(at + 1) - 1) / 2;
  }
  return 0;
}

}  // namespace nearside::inspect
