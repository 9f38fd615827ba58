// The limits of looking at processes and of telling what was seen, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>

namespace nearside::far_end {

/// Between the two looks that tell what an adapter is busy with.
inline constexpr std::chrono::milliseconds kLookPause{1'000};
/// Less between two looks tells nothing: the kernel counts in ticks of 10 ms.
inline constexpr std::chrono::milliseconds kLeastLookPause{200};
/// Processes of one session that are looked at; a build has some dozen.
inline constexpr std::size_t kMaxWatchedProcesses = 64;
/// Threads of one process that are looked at. Go programs have some dozen.
inline constexpr std::size_t kMaxWatchedThreads = 64;
/// Processes of the machine among which the traced ones are looked for: each costs some 20 µs.
inline constexpr std::size_t kMaxSearchedProcesses = 2'000;
/// Processes that are listed to be attached to, and bytes of the command line of each: a list for
/// people, in one answer.
inline constexpr std::size_t kMaxListedProcesses = 4'000;
inline constexpr std::size_t kMaxListedCommand = 300;
/// To read them all takes some 50 ms; a process that hangs in its memory holds up who reads of it.
inline constexpr std::chrono::milliseconds kProcessListLimit{5'000};
/// Less of a processor is no work.
inline constexpr double kBusyShare = 0.2;

}  // namespace nearside::far_end
