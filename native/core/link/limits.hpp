// The limits of a link, each with its reason. All byte counts; times in milliseconds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nearside::link {

/// A chunk is what one channel may put on the wire before the next has its turn: at 10 Mbit/s
/// 16 KiB are 13 ms, so a `stopped` never waits longer than that behind a large answer.
inline constexpr std::size_t kMaxChunkBytes = 16 * 1024;
/// A frame's payload, after the handshake: a chunk that zstd could not shrink, with its headers.
inline constexpr std::size_t kMaxFramePayload = 20 * 1024;
/// What a chunk may inflate to: its header (kind, channel) and its bytes.
inline constexpr std::size_t kChunkHeaderBytes = 5;
inline constexpr std::size_t kMaxInflatedChunk = kChunkHeaderBytes + kMaxChunkBytes;
/// Before a peer has shown who it is, it gets this much of our memory and no more.
inline constexpr std::size_t kMaxHandshakePayload = 16 * 1024;
/// Of one handshake, from the transport's start to `welcome`.
inline constexpr std::chrono::milliseconds kHandshakeLimit{10'000};
/// Open channels of one link: more sessions than a person has, fewer than would hurt an agent.
inline constexpr std::size_t kMaxChannels = 100;
/// A channel's opening may carry a whole environment; people have tens of KiB.
inline constexpr std::size_t kMaxOpeningBytes = 256 * 1024;
/// What may be under way on one channel without the receiver's word (twice the bandwidth-delay
/// product of 100 Mbit/s at 200 ms would be 5 MB; DAP answers are smaller and reassembly returns
/// credit).
inline constexpr std::uint64_t kChannelWindow = 1024 * 1024;
/// One message of a channel: a DAP body at its own limit, and room for our side information.
inline constexpr std::size_t kMaxMessageBytes = 65 * 1024 * 1024;
/// Messages of all channels together that are unfinished or not yet consumed. Above this a channel
/// gets no credit beyond its window (but for the one whose message began first, so that there is
/// always progress): 100 channels of a hostile peer do not add up to 100 messages of 65 MiB.
inline constexpr std::size_t kMaxReassemblyBytes = 128 * 1024 * 1024;
/// A received message costs this much of its channel's window until it is taken by poll_event(),
/// beside its bytes: a million empty messages are not free.
inline constexpr std::size_t kMessageOverhead = 128;
/// Frames that are sent and not yet acknowledged. Full means: no new data frames.
inline constexpr std::size_t kMaxKeptBytes = 8 * 1024 * 1024;
/// The same of all links of one agent: many links that are away at once must not eat its memory.
inline constexpr std::size_t kMaxKeptTogether = 64 * 1024 * 1024;
/// So much may each link keep in any case, so that those that are away never starve one that is
/// not.
inline constexpr std::size_t kAlwaysKeptBytes = 512 * 1024;
/// What a channel holds for sending before it asks its owner to stop reading.
inline constexpr std::size_t kChannelHighWater = 4 * 1024 * 1024;
/// Window of the zstd stream: 2^19 = 512 KiB, the memory that a peer can make us take.
inline constexpr int kZstdWindowLog = 19;
/// Level 1: docs/link-protocol.md (Compression) has the figures.
inline constexpr int kZstdLevel = 1;
/// An acknowledgement is due after this many received payload bytes or this time, whichever is
/// first. After kPingAfterSilence, since it rides with the ping then, and one that goes alone costs
/// three times its bytes.
inline constexpr std::size_t kAckEveryBytes = 64 * 1024;
inline constexpr std::chrono::milliseconds kAckDelay{2'000};
/// It rides with bytes that go anyway, but not with each of the few that make up a stop.
inline constexpr std::chrono::milliseconds kAckRidesAfter{250};
/// With nothing heard for this long we ask; with no answer for the limit below the transport is
/// dead.
inline constexpr std::chrono::milliseconds kPingAfterSilence{1'500};
inline constexpr std::chrono::milliseconds kDeadAfterSilence{4'000};
/// How often the round trip is measured while data goes: a network that has become longer is
/// noticed within a few of these, for 24 bytes each.
inline constexpr std::chrono::milliseconds kMeasureEvery{1'000};
/// We were not run for this much longer than we asked for (a laptop's sleep, a stalled process):
/// the silence of that time says nothing about the peer.
inline constexpr std::chrono::milliseconds kLateRun{500};
/// Above 200 ms of round trip time the limit is longer: such links stall for seconds and live.
inline constexpr std::chrono::milliseconds kSlowRoundTrip{200};
inline constexpr std::chrono::milliseconds kSlowDeadAfterSilence{10'000};
/// What may be chosen in the place of both: long enough for an answer to be had after we have
/// asked, and short enough for a dead link to be noticed at all.
inline constexpr std::chrono::milliseconds kLeastSilenceLimit{2'000};
inline constexpr std::chrono::milliseconds kMostSilenceLimit{600'000};

/// A goodbye waits this long for what is queued, then goes without it.
inline constexpr std::chrono::milliseconds kGoodbyeLimit{3'000};
/// Strings of the peer in handshakes and faults. A product is "nearside/0.1.0 (…)"; a fault is a
/// sentence or two with a path in it.
inline constexpr std::size_t kMaxProductBytes = 128;
inline constexpr std::size_t kMaxPeerNameBytes = 128;
inline constexpr std::size_t kMaxFaultMessageBytes = 4 * 1024;
/// JSON of the link's own frames is flat; deeper is nobody's hello.
inline constexpr std::size_t kMaxJsonDepth = 8;

}  // namespace nearside::link
