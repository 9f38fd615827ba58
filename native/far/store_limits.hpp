// The limits of what is stored of sessions, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nearside::far_end {

/// The whole file. A workspace that is debugged every day has some 50 KiB. Full: the oldest go.
inline constexpr std::int64_t kMaxStoreBytes = 16 * 1024 * 1024;
/// SQLite's own page size, which the limit above is counted in.
inline constexpr std::int64_t kStorePageBytes = 4'096;
/// Lists (of a source, of functions, …) over all workspaces.
inline constexpr std::int64_t kMaxStoredRows = 10'000;
/// Of the rows that are deleted when the file is full: so many of a hundred, the oldest.
inline constexpr std::int64_t kPercentToDrop = 25;
/// What nobody has set for so long belongs to work that is over.
inline constexpr std::chrono::hours kStoredLife{180 * 24};
/// For how long it is still told that something was removed; who has not asked since gets it all.
inline constexpr std::chrono::hours kRemovedLife{30 * 24};
/// Between two looks for what is too old.
inline constexpr std::chrono::hours kPrunePause{24};
/// For another process that has the file locked: the agent that is just ending, or `sqlite3`. The
/// store's own thread waits.
inline constexpr std::chrono::milliseconds kStoreBusyLimit{1'000};
/// What a session waits with its launch for what is stored; mostly that takes less than one.
inline constexpr std::chrono::milliseconds kStoreWaitLimit{500};
/// The same for a person's question.
inline constexpr std::chrono::milliseconds kStoreQuestionLimit{5'000};
/// For what is not written yet when the agent ends.
inline constexpr std::chrono::milliseconds kStoreEndLimit{2'000};
/// Changes that wait for the disk: one comes with each answer to a set…Breakpoints, and each hit.
inline constexpr std::size_t kMaxUnwritten = 1'000;
/// After the store could not be opened, nothing is tried for so long.
inline constexpr std::chrono::seconds kStoreRetryPause{60};
/// Damaged files that were set aside and are kept for whoever wants to look into them.
inline constexpr std::size_t kKeptDamaged = 3;
/// One answer about what is stored; the rest is asked for again.
inline constexpr std::size_t kMaxListedBytes = 1024 * 1024;

}  // namespace nearside::far_end
