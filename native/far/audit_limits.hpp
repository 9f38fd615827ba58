// The limits of the audit log's files and of what waits for them, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>

namespace nearside::far_end {

/// A file that has reached this goes aside, and a new one begins: some 25,000 lines.
inline constexpr std::size_t kMaxAuditFileBytes = 8 * 1024 * 1024;
/// Files that are kept beside the one that is written: with it 72 MiB at most, which is months.
inline constexpr std::size_t kKeptAuditFiles = 8;
/// What is read of a file's end to find its last line; a line has at most half of it.
inline constexpr std::size_t kAuditTailBytes = 256 * 1024;
/// Entries that wait for a disk that is full or does not answer; then the newest are lost, and the
/// log says how many. Some 3 MiB.
inline constexpr std::size_t kMaxUnwrittenAudit = 10'000;
/// Between two tries to write to such a disk.
inline constexpr std::chrono::milliseconds kAuditRetryPause{5'000};
/// The head is signed so long after a line at the latest: what is cut off later is seen to be. It
/// costs two waits for the disk.
inline constexpr std::chrono::milliseconds kHeadPause{1'000};
/// For what is not written yet, and the last signature, when the agent ends.
inline constexpr std::chrono::milliseconds kAuditEndLimit{2'000};
/// Refusals that are recorded one by one in a minute: a stranger who knocks all day must not push
/// out what others did. The rest of them are counted.
inline constexpr int kRefusalsPerMinute = 60;

}  // namespace nearside::far_end
