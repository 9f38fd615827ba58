// How a session inspects: what the near end may keep, and what the far end may ask beforehand.
#pragma once

#include "core/inspect/limits.hpp"
#include "core/inspect/load_limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace nearside::inspect {

/// What the prefetcher may use up between a stop and the next resume.
struct PrefetchLimits {
  std::uint32_t requests = kMaxPrefetchRequests;
  std::uint64_t bytes = kMaxPrefetchBytes;  ///< Of answers, before compression.
  std::chrono::milliseconds time = kPrefetchTime;
  bool operator==(const PrefetchLimits&) const = default;
};

/// What the near end asks of the far end when it opens a session (session/wire.hpp). Without it the
/// far end stamps nothing, so that nothing can be kept.
struct InspectWish {
  bool prefetch = true;
  PrefetchLimits limits = {};
  /// Nothing is asked beforehand where the link's round trip is shorter.
  std::chrono::milliseconds least_round_trip = kPrefetchFromRoundTrip;
  /// Every watch expression only looks, whatever it says: the user's word for it.
  bool pure_watches = false;
  bool operator==(const InspectWish&) const = default;
};

struct InspectOptions {
  bool cache = true;  ///< False: no prefetching either.
  std::size_t cache_bytes = kDefaultCacheBytes;
  LoadLimits load = {};
  InspectWish wish = {};
};

}  // namespace nearside::inspect
