// The limits of the near end, each with its reason. Nothing here waits or keeps bytes without one.
#pragma once

#include "core/paths/limits.hpp"

#include <chrono>
#include <cstddef>

namespace nearside::near_end {

/// From the first attempt to the last one on a way to an agent. A person waits; a laptop that just
/// woke up has its network back by then.
inline constexpr std::chrono::milliseconds kConnectLimit{10'000};
/// The same where a person's ssh logs in behind a jump host, or an agent has to dial in first
/// (which it tries every ten seconds at the latest).
inline constexpr std::chrono::milliseconds kPatientConnectLimit{30'000};
/// Between attempts: doubled from the first to the second, so that a network that comes back is
/// used within two seconds and one that is gone is not hammered.
inline constexpr std::chrono::milliseconds kFirstBackoff{250};
inline constexpr std::chrono::milliseconds kMaxBackoff{2'000};
/// The same for a link that was up and is down, whose sessions wait: as long as the far end keeps
/// them. Within two seconds of a network that comes back unheard of, and after minutes every ten.
inline constexpr std::chrono::seconds kReconnectLimit{24 * 60 * 60};
inline constexpr std::chrono::milliseconds kMaxReconnectBackoff{10'000};
/// Sessions that were ended while the link was down; a person ends a few.
inline constexpr std::size_t kMaxPendingEnds = 100;
inline constexpr std::size_t kMaxPendingEndsBytes = 256 * 1024;
/// What a client may ask for while the link is down; VS Code asks a dozen things a stop.
inline constexpr std::size_t kMaxAwayRequests = 1'000;
/// Starts that are remembered (known-starts.json): a person has some targets, adapters and editors.
/// What adapters declare has some 2 KB, what clients do some 500 bytes.
inline constexpr std::size_t kMaxKnownStarts = 32;
inline constexpr std::size_t kMaxKnownStartsBytes = 1024 * 1024;
inline constexpr std::size_t kMaxKnownClientBytes = 4 * 1024;
/// Between looks for the socket of an agent that was just started: it listens within some 20 ms.
inline constexpr std::chrono::milliseconds kAgentStartPause{10};
/// After an agent that we started has ended: it may have lost the race against another near end's,
/// whose socket then appears within moments.
inline constexpr std::chrono::milliseconds kAgentExitGrace{500};
/// What is quoted from the agent's log when it did not come up.
inline constexpr std::size_t kAgentLogTailBytes = 2'000;
/// The agent's log begins anew beyond this: months of lifecycle lines.
inline constexpr std::size_t kMaxAgentLogBytes = 1024 * 1024;
/// A command (ssh, docker, …) whose output has ended: for it to end by itself, which it mostly has
/// done already, and from SIGTERM to SIGKILL.
inline constexpr std::chrono::milliseconds kCommandOwnEndLimit{1'000};
inline constexpr std::chrono::milliseconds kCommandTermLimit{2'000};
/// For what it still says when it has ended.
inline constexpr std::chrono::milliseconds kLastWordsLimit{300};
/// What is kept of that, and told.
inline constexpr std::size_t kLastWordsBytes = 4 * 1024;
/// What shells and their startup files may write before nearside answers; beyond it, it is no shell
/// that greets but another program. And what is told of it.
inline constexpr std::size_t kMaxNoiseBytes = 64 * 1024;
inline constexpr std::size_t kShownNoiseBytes = 400;

/// An executable that is brought over: ours has some 15 MB. It is read whole and digested on the
/// loop, in some 50 ms, once a target.
inline constexpr std::size_t kMaxFarExecutableBytes = 64 * 1024 * 1024;
/// In one write: a tenth of a second of a slow uplink, so that progress moves.
inline constexpr std::size_t kBringChunkBytes = 64 * 1024;
/// For one such write, for the check over there and for its answer: a link that takes nothing for
/// so long is broken, and a board digests 15 MB from a slow card in less.
inline constexpr std::chrono::milliseconds kBringStallLimit{60'000};
/// Between two sentences on its progress.
inline constexpr std::chrono::milliseconds kBringProgressPause{500};
/// Tells two who bring it at once apart.
inline constexpr std::size_t kBringMarkBytes = 8;

/// One direction of a relayed link; what is more waits where it comes from.
inline constexpr std::size_t kRelayBufferBytes = 64 * 1024;
/// When the near end's side has ended: for the agent's last words.
inline constexpr std::chrono::milliseconds kRelayFarewellLimit{10'000};

/// Connections to a listening near end (`reverse:`) that have not shown the agent's key yet. One
/// agent dials; the oldest makes place for the newest.
inline constexpr std::size_t kMaxUnauthenticated = 32;
/// Of the TLS handshake of one of them.
inline constexpr std::chrono::milliseconds kTlsHandshakeLimit{10'000};

/// Between two debug runs of a person a link stays; longer, and the agent should see nobody.
inline constexpr std::chrono::milliseconds kIdleLinkLimit{30'000};

/// After a change of the network: an address, its route and its link come within moments.
inline constexpr std::chrono::milliseconds kNetworkSettlePause{100};

/// Without inotify: how soon a revocation cuts a link that is up.
inline constexpr std::chrono::milliseconds kPinLookPause{1'000};

/// What a client may send before its channel is open, or what our own words to a client that does
/// not read may come to, before we stop reading from it.
inline constexpr std::size_t kQueueHighWater = 4 * 1024 * 1024;
/// A client that goes on sending when it was told to wait: two of the largest messages, then its
/// session ends.
inline constexpr std::size_t kMaxUnheededBytes = 130 * 1024 * 1024;
/// After a session is lost its client has this long to say `disconnect` and to ask what it still
/// asks; then it is let go.
inline constexpr std::chrono::milliseconds kLingerLimit{5'000};

/// For the last bytes to a client that does not read them.
inline constexpr std::chrono::milliseconds kClientFarewellLimit{2'000};
/// Connections of one listener: more than a link has channels, so that the fault that the next one
/// gets comes from the link and tells the number.
inline constexpr std::size_t kMaxClients = 200;
/// After accept() failed (out of descriptors) until the next try.
inline constexpr std::chrono::milliseconds kAcceptPause{100};
/// One read from a client.
inline constexpr std::size_t kClientReadBytes = 64 * 1024;
/// Messages up to this size are written together, header and body; larger bodies are not copied.
inline constexpr std::size_t kClientWriteBatchBytes = 64 * 1024;

/// For goodbyes when the host of a near end's thread ends (NearThread): a person closes a window.
inline constexpr std::chrono::milliseconds kThreadEndLimit{3'000};

/// The agent's answer to a question, and a pairing: both do work on a disk at most.
inline constexpr std::chrono::milliseconds kAgentAnswerLimit{10'000};

/// Ended sessions whose last requests a trace still shows by name.
inline constexpr std::size_t kMaxEndedSessions = 50;
/// Spans of one answer: some 80 KB, made in a millisecond, so that no session waits for an asker.
inline constexpr std::uint64_t kTracePage = 1'000;
/// Askers at once (`nearside status`, `nearside trace`): a person is one.
inline constexpr std::size_t kMaxAskers = 4;
/// For all that one asks; who takes longer hangs.
inline constexpr std::chrono::milliseconds kAskerLimit{10'000};
/// An answer: a session's report has some 10 KB, and a near end some hundred sessions at most.
inline constexpr std::size_t kMaxNearEndAnswerBytes = 4UL * 1024 * 1024;
/// Sockets that the near ends of one process may have: a worker of Node has one of its own.
inline constexpr unsigned kMaxOwnSockets = 32;
/// Near ends that are asked: each is a process of this user.
inline constexpr std::size_t kMaxNearEnds = 100;
/// For one near end to answer: it only adds up what it has.
inline constexpr std::chrono::milliseconds kNearEndAnswerLimit{3'000};

/// The index of a workspace: a monorepo's sources. Beyond it a name would have so many files that
/// no suffix tells them apart.
inline constexpr std::size_t kMaxIndexFiles = 200'000;
/// Text of names and folders that goes with it: some 300 bytes a file.
inline constexpr std::size_t kMaxIndexBytes = 64 * 1024 * 1024;
/// Folders in folders: deeper is generated, or a file system that loops.
inline constexpr std::size_t kMaxIndexDepth = 64;
/// For one look at a workspace, on a thread of its own: a cold disk reads that many in less.
inline constexpr std::chrono::milliseconds kIndexTimeLimit{10'000};
/// The root and home folders hold everything and nothing in particular: a glance is enough to find
/// a small project in them, and says so.
inline constexpr std::size_t kMaxWideIndexFiles = 20'000;
inline constexpr std::size_t kMaxWideIndexDepth = 5;
inline constexpr std::chrono::milliseconds kWideIndexTimeLimit{1'000};
/// An index older than this is looked at again when it is asked: a person switches branches and
/// debugs again no faster.
inline constexpr std::chrono::milliseconds kIndexAge{5'000};
/// How long files that the far end names wait for the first index: breakpoints that are mapped
/// right at once are worth it, and a person does not wait longer for a start.
inline constexpr std::chrono::milliseconds kIndexWaitLimit{3'000};
/// Files of one name that are told: an `index.ts` in each of a few hundred folders.
inline constexpr std::size_t kMaxNamedFiles = 256;
/// How often git is looked at while it lists files: for the time limit and the end of the session.
inline constexpr std::chrono::milliseconds kGitLookPause{50};

/// What the disk said of a path is believed for so long: a stack of a thousand frames asks of the
/// same few files again and again.
inline constexpr std::chrono::milliseconds kPresenceAge{2'000};
/// What is read here is read on the loop (some 10 ms).
inline constexpr std::size_t kMaxDigestFileBytes = paths::kMaxDigestedBytes;
/// Answers of the disk that a session keeps; then it begins anew.
inline constexpr std::size_t kMaxKeptAnswers = 20'000;

/// A devcontainer.json or go.mod with all its requirements; some hundred KiB at most.
inline constexpr std::size_t kMaxPresetFileBytes = 1024 * 1024;
/// Modules of a go.work: each is a file to be read when a session begins.
inline constexpr std::size_t kMaxGoModules = 100;
/// Learned rules that are kept: one or two a workspace are usual, and a person has some dozens of
/// workspaces.
inline constexpr std::size_t kMaxLearnedRules = 50;
inline constexpr std::size_t kMaxLearnedWorkspaces = 200;
inline constexpr std::size_t kMaxLearnedFileBytes = 1024 * 1024;
/// A session's rules as they are told to `nearside paths`: some thousands of the user's own.
inline constexpr std::size_t kMaxSessionRulesBytes = 32 * 1024 * 1024;

/// A line on a control descriptor (steering.hpp): the words are short.
inline constexpr std::size_t kSteeringLineBytes = 64;

}  // namespace nearside::near_end
