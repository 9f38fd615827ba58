// The limits of the near end, each with its reason. Nothing here waits or keeps bytes without one.
#pragma once

#include <chrono>
#include <cstddef>

namespace nearside::near_end {

/// From the first attempt to the last one on a way to an agent. A person waits; a laptop that just
/// woke up has its network back by then.
inline constexpr std::chrono::milliseconds kConnectLimit{10'000};
/// Between attempts: doubled from the first to the second, so that a network that comes back is
/// used within two seconds and one that is gone is not hammered.
inline constexpr std::chrono::milliseconds kFirstBackoff{250};
inline constexpr std::chrono::milliseconds kMaxBackoff{2'000};
/// Between looks for the socket of an agent that was just started: it listens within some 20 ms.
inline constexpr std::chrono::milliseconds kAgentStartPause{10};
/// After an agent that we started has ended: it may have lost the race against another near end's,
/// whose socket then appears within moments.
inline constexpr std::chrono::milliseconds kAgentExitGrace{500};
/// What is quoted from the agent's log when it did not come up.
inline constexpr std::size_t kAgentLogTailBytes = 2'000;
/// The agent's log begins anew beyond this: months of lifecycle lines.
inline constexpr std::size_t kMaxAgentLogBytes = 1024 * 1024;
/// Between two debug runs of a person a link stays; longer, and the agent should see nobody.
inline constexpr std::chrono::milliseconds kIdleLinkLimit{30'000};

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

}  // namespace nearside::near_end
