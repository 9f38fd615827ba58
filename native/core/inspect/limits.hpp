// Limits of inspecting, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nearside::inspect {

/// Kept answers of a session at the near end. The largest variables view that anybody opens by hand
/// has a few megabytes.
inline constexpr std::size_t kDefaultCacheBytes = 64UL * 1024 * 1024;
/// Most that a user may set. An editor has sessions besides this one.
inline constexpr std::size_t kMostCacheBytes = 4096UL * 1024 * 1024;
/// What an entry costs beside its bytes.
inline constexpr std::size_t kCacheEntryCost = 256;
/// A request whose arguments are larger is not understood: no client's read comes near it.
inline constexpr std::size_t kMaxReadRequestBytes = 64UL * 1024;
/// An answer that is larger is not looked into for references, so nothing behind it is prefetched.
inline constexpr std::size_t kMaxIndexedAnswerBytes = 4UL * 1024 * 1024;

/// A stop of VS Code with four expanded nodes has 12 requests; one with every node of a large view
/// open, some hundred.
inline constexpr std::uint32_t kMaxPrefetchRequests = 256;
/// Of a stop. Compressed some 100 KiB: a tenth of a second at 10 Mbit/s.
inline constexpr std::uint64_t kMaxPrefetchBytes = 1024UL * 1024;
/// Who has looked at a stop for that long is not waiting for what comes next.
inline constexpr std::chrono::milliseconds kPrefetchTime{2'000};
/// A shorter round trip is not felt, and at such a distance an adapter that is asked beforehand is
/// busy when the client asks. Measured: at no distance a step took 1.7 times as long.
inline constexpr std::chrono::milliseconds kPrefetchFromRoundTrip{5};
/// No link that can be used is further.
inline constexpr std::chrono::milliseconds kMostRoundTrip{10'000};
/// What took longer the last two times is left to the client: it would hold up what the client
/// asks. Twice, since debugpy needs 44 ms for whatever it is asked, and machines are loaded.
inline constexpr std::chrono::milliseconds kSlowRequest{50};
/// What took longer than this once: to be asked a second time would be felt.
inline constexpr std::chrono::milliseconds kVerySlowRequest{200};

/// Reads that a session remembers. A view with 1,000 open nodes is not read by anybody.
inline constexpr std::size_t kMaxHabits = 1'024;
/// Arguments and name of one: longer watch expressions and names are not learned.
inline constexpr std::size_t kMaxHabitBytes = 4UL * 1024;
/// A read is forgotten when at that many stops its parent was read and it was not.
inline constexpr std::uint32_t kForgetAfterStops = 3;
/// What failed that many times in a row is left to the client until it succeeds once: a watch of
/// another function's variable. A step into a function and out of it costs two stops.
inline constexpr std::uint32_t kLeftAfterFailures = 4;
/// How many indexed children VS Code asks for at once; of more it shows pages to be opened.
inline constexpr std::int64_t kVsCodePage = 100;
/// And the most that is asked for beforehand for other clients.
inline constexpr std::int64_t kMostIndexedAtOnce = 1'000;
/// A stop that was looked at for that long after the parent's reading counts as one at which the
/// client has read all that it wanted: VS Code's own timer is 400 ms.
inline constexpr std::chrono::milliseconds kSettledStop{1'000};
/// Names of the current line that are asked about for a user who hovers: lines have three or four.
inline constexpr std::size_t kMaxGuesses = 8;
/// Who hovered at none of that many stops does not hover.
inline constexpr std::uint32_t kHoverStops = 3;
/// References (frames, variables) of one stop whose origin is known.
inline constexpr std::size_t kMaxReferences = 20'000;
/// Push numbers that one view names: more hits than that between two requests are not reported.
inline constexpr std::size_t kMaxReportedHits = 4'096;

/// Requests whose time is taken at once. Clients have some dozens waiting, and those that are
/// answered late (`launch`, `continue`) few after them.
inline constexpr std::size_t kTimedRequests = 512;
/// The last requests of a near end that a trace can show: some hundred stops, and 560 KB.
inline constexpr std::size_t kMaxSpans = 10'000;

// Load limits (load_limits.hpp). The most: beyond it nobody reads a value at once, and a hundred
// variables of that size at every stop would be gigabytes. Bearable: a hundred of them are less
// than a megabyte.
inline constexpr std::int64_t kMostStringLength = 1024L * 1024;
inline constexpr std::int64_t kBearableStringLength = 4'096;
inline constexpr std::int64_t kMostArrayValues = 100'000;
inline constexpr std::int64_t kBearableArrayValues = 1'000;
inline constexpr std::int64_t kMostStructFields = 10'000;
inline constexpr std::int64_t kMostDepth = 10;
inline constexpr std::int64_t kBearableDepth = 3;

}  // namespace nearside::inspect
