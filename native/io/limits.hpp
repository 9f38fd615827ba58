// The limits of io, each with its reason. Bytes and times; nothing here waits or buffers without
// one.
#pragma once

#include <chrono>
#include <cstddef>

namespace nearside::io {

/// One read: a few TLS records or link frames at once, small enough to stay in a core's cache.
inline constexpr std::size_t kReadBufferBytes = 64 * 1024;
/// What the driver takes from the link for one write. More would only queue in the kernel, where a
/// `stopped` of another channel can no longer overtake.
inline constexpr std::size_t kWriteBatchBytes = 64 * 1024;
/// TCP_NOTSENT_LOWAT: what the kernel may hold beyond what is in flight; the same reason. Two
/// batches, so that the wire never waits for us.
inline constexpr int kNotSentLowWaterBytes = 128 * 1024;
/// Reads that complete without waiting before the other coroutines of the thread have their turn.
inline constexpr int kReadsBeforeYield = 4;
/// After a link has ended: for its last bytes, and for the peer to have read them (a close with
/// unread bytes on our side would reset the connection and destroy a `refused` under way).
inline constexpr std::chrono::milliseconds kFarewellLimit{2'000};

/// Another process holds the state folder's lock for a few milliseconds; this long means it hangs.
inline constexpr std::chrono::milliseconds kFolderLockLimit{10'000};
/// A key, a certificate chain, a list of pins of an organisation: all well below.
inline constexpr std::size_t kMaxStateFileBytes = 1024 * 1024;
/// Pins and revocations kept; far more than a person has machines.
inline constexpr std::size_t kMaxPeers = 10'000;
/// A peer's certificate chain in the handshake: an organisation's is about 10 KiB.
inline constexpr std::size_t kMaxCertificateListBytes = 64 * 1024;
/// How often a busy local listener (backlog full) is tried again, and the folder's lock.
inline constexpr std::chrono::milliseconds kRetryPause{10};
/// What getent may print: a name has some ten addresses, in three lines of some 60 bytes each.
inline constexpr std::size_t kMaxGetentBytes = 64 * 1024;
/// Without getent: for a name server's answer, and how often each is asked, with twice the time.
inline constexpr std::chrono::milliseconds kNameServerLimit{2'000};
inline constexpr int kNameServerTries = 2;
/// For a name to listen on: this machine's own, which needs no network.
inline constexpr std::chrono::milliseconds kOwnNameLimit{5'000};
/// Connections that wait for accept().
inline constexpr int kListenBacklog = 128;

/// Without pidfd (Linux before 5.3, other systems) a child is asked for this often.
inline constexpr std::chrono::milliseconds kChildPollPause{20};

/// What is read of /proc/self/mountinfo and the like: busy hosts of containers have thousands of
/// mounts, with some 200 bytes each.
inline constexpr std::size_t kMaxSystemFileBytes = 4 * 1024 * 1024;
/// Of mountinfo: a few paths and options.
inline constexpr std::size_t kMaxMountLineBytes = 64 * 1024;
/// Names of a folder that are looked at to see whether they fold; one with a letter is enough.
inline constexpr std::size_t kMaxNamesLookedAt = 256;

}  // namespace nearside::io
