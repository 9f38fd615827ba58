// The limits of sessions, each with its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nearside::session {

/// Requests of one client that wait for an answer. VS Code has some dozen at a stop; a client that
/// never reads its answers must not make the ends remember without end.
inline constexpr std::size_t kMaxWaitingRequests = 10'000;
/// Requests of an adapter that wait for the client or for a terminal. Debuggees with hundreds of
/// subprocesses send one startDebugging each.
inline constexpr std::size_t kMaxReverseRequests = 1'000;
/// `arguments` and `body` that are read, not only passed on (initialize, launch, disconnect,
/// cancel, runInTerminal). The longest seen are launch arguments with a whole environment: some 50
/// KB.
inline constexpr std::size_t kMaxInterpretedBytes = 1024 * 1024;
/// A program's output that is kept while nobody takes it. Enough to see how it came to what it last
/// said; all of it goes to the client at once when it flows again.
inline constexpr std::size_t kMaxKeptOutputBytes = 1024 * 1024;
/// One `output` event's text: small enough to take turns with answers, large enough for few events.
inline constexpr std::size_t kMaxOutputEventBytes = 16 * 1024;
/// All paths that an adapter has named, each with what it costs to keep one: some 200,000 files,
/// more than the largest programs have (a browser: 100,000).
inline constexpr std::size_t kMaxNamedSourceBytes = 32 * 1024 * 1024;
inline constexpr std::size_t kNamedSourceCost = 64;
/// Breakpoints that are in no client's list (removed, or told by events alone) whose number is
/// still known, for events that come late. A session of a day of editing breakpoints has some
/// hundred.
inline constexpr std::size_t kMaxUnlistedBreakpoints = 10'000;
/// Files that one SourcesSeen names; a longer list is said in several. A Go program of usual size
/// names some 500, a large C++ one some ten thousand.
inline constexpr std::size_t kMaxSourcesPerMessage = 4'096;
/// An adapter's list of sources, in bytes and in entries. Kubernetes, a large Go program, has some
/// 7,000 files; a large C++ program several ten thousand.
inline constexpr std::size_t kMaxSourceListBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kMaxListedSources = 100'000;
/// SHA-256 in hex.
inline constexpr std::size_t kDigestLength = 64;

/// `stopped` events that a client that joins is told of: adapters that stop threads one by one have
/// a dozen workers.
inline constexpr std::size_t kMaxKeptStops = 64;

/// Threads, and modules, that a client that joins is told of: thread pools have some hundred,
/// large programs some thousand libraries.
inline constexpr std::size_t kMaxKeptListed = 4'096;
/// Of the newest output, for a client that joins while others are there: some screens.
inline constexpr std::size_t kMaxRecentOutputBytes = 64 * 1024;
/// Values of one stop that an observer may look into: what people open, and every element of the
/// long lists that they scroll through.
inline constexpr std::size_t kMaxObservedValues = 1'000'000;
/// Clients of one session: a classroom and its tools.
inline constexpr std::size_t kMaxClients = 128;

/// What is stored of one set… request: some thousand breakpoints, each with a condition.
inline constexpr std::size_t kMaxStoredListBytes = 256 * 1024;
/// Sources with breakpoints in one session. People have a dozen, scripts some hundred.
inline constexpr std::size_t kMaxStoredLists = 1'000;
/// Watch expressions of a configuration; that one was taken away no client says, so the oldest go.
inline constexpr std::size_t kMaxStoredWatches = 64;
inline constexpr std::size_t kMaxStoredWatchBytes = 1'024;
/// Data breakpoints that the adapter has called good for other sessions.
inline constexpr std::size_t kMaxStoredData = 1'000;
/// The largest count of hits that is reduced by those seen: what adapters count with, 32 bits.
inline constexpr std::uint64_t kMaxCountedHits = 4'294'967'295;
/// Breakpoints that the line about a restore names; more are only counted.
inline constexpr std::size_t kMaxNamedFailures = 10;

}  // namespace nearside::session
