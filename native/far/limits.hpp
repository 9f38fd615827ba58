// The limits of the far end, each with its reason. Times, counts and bytes; nothing in this room
// waits, holds or starts anything without one.
#pragma once

#include <chrono>
#include <cstddef>

namespace nearside::far_end {

using std::chrono::milliseconds;
using std::chrono::seconds;

// --- Peers ---

/// Connections over TCP that have not shown a known key yet. Each costs some 60 KiB while its TLS
/// handshake runs, so a flood costs 8 MiB; the oldest makes place for the newest.
inline constexpr std::size_t kMaxUnauthenticated = 128;
/// Of one TLS handshake. The link's own handshake has its own (link::kHandshakeLimit).
inline constexpr milliseconds kTlsHandshakeLimit{10'000};
/// Links at once: each near end has one, and a person has a few near ends.
inline constexpr std::size_t kMaxLinks = 64;
/// A link that lost its transport and carries no session is kept so long: what its near end was
/// just sending may open one. With sessions it is kept as long as they are, with something that the
/// near end has not heard yet (how its program ended) as long as a lost session is.
inline constexpr seconds kEmptyLinkLife{60};
/// Pause after accept() failed for want of descriptors or memory; others may give some back.
inline constexpr milliseconds kAcceptRetryPause{100};

/// Between attempts to reach a near end that listens (`--reverse`): doubled from the first to the
/// second, so that a session which begins finds its agent within what a near end waits for it.
inline constexpr milliseconds kFirstDialPause{250};
inline constexpr milliseconds kMaxDialPause{10'000};

// --- Pairing ---

/// Long enough to carry a code to another desk, short enough to be forgotten safely.
inline constexpr seconds kPairingCodeLife{600};
/// Codes open at once. More: the oldest is closed.
inline constexpr std::size_t kMaxOpenCodes = 16;
/// Codes that were used or have expired and are remembered, so that the message can say which.
inline constexpr std::size_t kMaxClosedCodes = 32;

// --- Sessions ---

/// A session's name: 16 hexadecimal digits.
inline constexpr std::size_t kSessionIdBytes = 8;
/// Sessions at once, over all links. Each has a keeper, an adapter and a debuggee.
inline constexpr std::size_t kMaxSessions = 100;
/// From the adapter's start until it can be spoken to: Delve dials back in milliseconds, a
/// Python adapter on a slow board takes seconds.
inline constexpr milliseconds kAdapterConnectLimit{30'000};
/// For the answer to `initialize`; nothing has to be loaded for it.
inline constexpr milliseconds kInitializeLimit{30'000};
/// Between the adapter's stream breaking and the keeper's word on how it ended, and for its last
/// words on stderr.
inline constexpr milliseconds kLastWordsLimit{1'000};
/// The same for an adapter that spoke nonsense: most often it goes on, and the user waits.
inline constexpr milliseconds kNonsenseWordsLimit{300};
/// After the conversation is over: adapters send `terminated` and the program's last output then.
inline constexpr milliseconds kFarewellDrainLimit{2'000};
/// For the adapter's answer to `disconnect`, the client's or ours for one that is gone; then the
/// client is answered here and the keeper ends what is left.
inline constexpr milliseconds kDisconnectLimit{5'000};
/// How long a push waits for the next one. Debuggers that answer at once do so in half of it; a
/// record costs 22 bytes, often more than what is new in an answer.
inline constexpr milliseconds kPushPause{1};
/// What one read takes from an adapter; an answer of usual size at once.
inline constexpr std::size_t kAdapterReadBytes = 64 * 1024;
/// Of an adapter's stderr, and of what it wrote before its first frame, for the fault.
inline constexpr std::size_t kLastWordsBytes = 2 * 1024;
/// What an adapter may say, beside output, while the client's channel is full; then it is read no
/// more. So the output of a program that runs on while a laptop sleeps is still taken from it.
inline constexpr std::size_t kMaxUnheardBytes = 1024 * 1024;
/// What one of several clients may be sent while its channel is full; then it is dropped, so that
/// the others go on. Some large answers, or the output of a minute.
inline constexpr std::size_t kMaxBehindBytes = 8 * 1024 * 1024;
/// Output of the program that one `output` event carries.
inline constexpr std::size_t kOutputReadBytes = 16 * 1024;
/// Terminals (runInTerminal) that one session may have open.
inline constexpr std::size_t kMaxTerminals = 16;
/// What is typed (or pasted) into one of them and not yet read by its program; the rest is refused.
inline constexpr std::size_t kMaxTypedBytes = 64 * 1024;
/// Of one of them, what it has printed and nobody has taken: some thousand lines.
inline constexpr std::size_t kMaxKeptTerminalBytes = 256 * 1024;

// --- Files and the machine ---

/// Threads for work that a file system may keep waiting, of all sessions together.
inline constexpr std::size_t kBackgroundThreads = 2;
/// For that work to end when the agent does; what hangs longer is left to the end of the process.
inline constexpr milliseconds kBackgroundEndLimit{500};
/// For a look at files that a message names, which waits meanwhile. Thousands are looked for, and
/// some hundred are read, in that time; on a share of a slow network it is felt, and bearable.
inline constexpr milliseconds kLookLimit{250};
/// For the adapter's list of sources, while the client waits for `initialized`. Delve and lldb-dap
/// need milliseconds, a C++ program of many thousand units a second.
inline constexpr milliseconds kSourceListLimit{2'000};
/// A source file that a near end wants to read. Generated ones have a few megabytes.
inline constexpr std::size_t kMaxSourceFileBytes = 16 * 1024 * 1024;
/// For one such file to be read.
inline constexpr milliseconds kReadSourceLimit{5'000};
/// Files of one session that wait to be read; an editor opens one at a time.
inline constexpr std::size_t kMaxWaitingReads = 1'000;
/// For one question about the machine: a look at its files, `go env` (5 ms, on a board 100).
inline constexpr milliseconds kMachineQuestionLimit{1'000};
/// For all of them, from before the adapter's start; only what is longer than that start is felt.
inline constexpr milliseconds kMachineLimit{2'000};

// --- Keepers ---

/// An order: two environments of 128 KiB a variable fit (the kernel's own limit on arguments and
/// environment is 2 MiB by default).
inline constexpr std::size_t kMaxKeeperLine = 8 * 1024 * 1024;
/// For the adapter to end by itself once its input has ended, before SIGTERM.
inline constexpr milliseconds kAdapterOwnEndLimit{1'000};
/// The same when the debuggee is to live on: SIGTERM to Delve would end its debuggee too.
inline constexpr milliseconds kAdapterDetachLimit{5'000};
/// From SIGTERM to SIGKILL. Delve needs about 10 ms.
inline constexpr milliseconds kAdapterTermLimit{2'000};
/// For SIGKILL to have its effect on all that is left; only a process in the kernel needs longer.
inline constexpr milliseconds kSweepLimit{5'000};
/// Between two looks at what is left.
inline constexpr milliseconds kSweepPause{5};
/// All of the above, and some: the agent no longer waits for a keeper and kills it.
inline constexpr milliseconds kKeeperEndLimit{15'000};

// --- The agent ---

/// For sessions and links to end when the agent is told to stop.
inline constexpr milliseconds kStopLimit{20'000};
/// Open files that we ask for: some ten a session, three a link.
inline constexpr std::size_t kWantedOpenFiles = 65'536;
/// One run of the login shell. Profiles that wait for a network mount get that long.
inline constexpr milliseconds kLoginShellLimit{10'000};
/// From SIGTERM to SIGKILL for what took too long: traps of shell scripts remove locks in less.
inline constexpr milliseconds kRunTermLimit{1'000};
/// How long its answer is good, so that an edited profile is seen without a restart.
inline constexpr seconds kLoginEnvironmentLife{300};
/// Of what a bounded run may print.
inline constexpr std::size_t kMaxRunOutput = 4 * 1024 * 1024;
/// For an interpreter to say whether it has debugpy.
inline constexpr milliseconds kInterpreterProbeLimit{10'000};
/// `adapters.json`.
inline constexpr std::size_t kMaxAdaptersFile = 1024 * 1024;
/// `habits.json`: sessions of another workspace, adapter or configuration, each with some
/// kilobytes.
inline constexpr std::size_t kMaxKeptHabits = 100;
inline constexpr std::size_t kMaxHabitsFile = 1024 * 1024;

}  // namespace nearside::far_end
