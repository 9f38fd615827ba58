// One end of a link after (and with) its handshake: many channels of whole messages over one
// ordered byte stream, and over the next one when that breaks. Pure: bytes, local wishes and the
// time come in; bytes and events go out. What always holds: messages of a channel arrive whole,
// once, in order; memory is bounded by limits.hpp; a peer that breaks a rule ends its own link with
// a Fault, nothing else.
// The format and the reasons stand in docs/link-protocol.md.
#pragma once

#include "core/fault.hpp"
#include "core/link/limits.hpp"
#include "core/version.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nearside::link {

/// Milliseconds of a monotonic clock that the caller reads.
using Time = std::chrono::milliseconds;
using ChannelId = std::uint32_t;

/// The near end opened the transport; the far end accepted it.
enum class End { kNear, kFar };

/// What the far end's io knows of the peer when the transport is up, before it has said anything.
/// Fixed for the life of the transport.
enum class Standing {
  kTrusted,   ///< Pinned, allowed by the CA, or the same user over a local socket.
  kUnpinned,  ///< Unknown: may say `pair` or `hello`; `hello` is refused.
  kRevoked,   ///< Known and no longer welcome: everything is refused.
};

/// Bytes of frames that several links keep for a replay (kMaxKeptTogether).
struct KeptBudget {
  std::size_t bytes = 0;
};

struct LinkOptions {
  End end = End::kNear;
  Standing standing = Standing::kTrusted;  ///< Of the peer; the near end checks its peer in io.
  bool compress = true;                    ///< Offered; on only if both ends offer it.
  std::string link_id;                     ///< Near end: 32 hex digits, random, made by the caller.
  /// Near end: whether the link may outlive its transport, if the far end does it too. Without it
  /// nothing is kept for a replay.
  bool resume = false;
  /// Far end: 32 hex digits, random, made by the caller; only who knows it may resume the link.
  /// Empty: the link cannot be resumed.
  std::string resume_secret;
  /// What all links of this process keep together; nothing: only this link's own limit holds.
  std::shared_ptr<KeptBudget> kept_budget;
  std::string product{kProduct};  ///< Told to the peer.
  /// Of this end, in the place of kDeadAfterSilence and kSlowDeadAfterSilence.
  std::optional<Time> silence_limit;
  std::size_t max_channels = kMaxChannels;
  std::size_t max_message_bytes = kMaxMessageBytes;
};

/// What a channel's message is: the first byte on the wire.
enum class MessageKind : std::uint8_t {
  kDap = 0,      ///< One DAP message body (JSON).
  kControl = 1,  ///< One JSON object of our own, defined by the channel's kind.
};

// --- Events: what happened. Taken by poll_event(), in order. ---

/// The handshake is over and channels may be opened.
struct LinkEstablished {
  std::string link_id;
  int version = 0;
  bool compressed = false;
  bool resumable = false;
  std::string peer_product;
  bool operator==(const LinkEstablished&) const = default;
};
/// Far end: an unpinned or pinned near end asks to be paired. Answer with answer_pairing().
struct PairingRequested {
  std::string proof;  ///< 64 hex digits: HMAC-SHA-256, see docs/link-protocol.md (Pairing).
  std::string
      name;  ///< What the near end calls itself, at most 128 bytes, for lists shown to people.
  bool operator==(const PairingRequested&) const = default;
};
/// Near end: the agent has pinned us. `proof` shows that it knows the code's secret too.
struct PairingAccepted {
  std::string proof;
  bool operator==(const PairingAccepted&) const = default;
};
/// Far end, on a new link in the place of LinkEstablished: the near end wishes to go on with a link
/// that lost its transport. Answer with resume() on that link, which from then on has this one's
/// transport, or with refuse_resume() on this one.
struct ResumeRequested {
  std::string link_id;
  std::string secret;          ///< 32 hex digits, to be compared by resume() only.
  std::uint64_t received = 0;  ///< The last data frame that the near end has.
  bool operator==(const ResumeRequested&) const = default;
};
/// The transport is gone, and the link is not: channels stay open, what is sent waits. Close the
/// transport. Comes again when an attempt to resume has failed.
struct LinkSuspended {
  Fault reason;
  bool operator==(const LinkSuspended&) const = default;
};
/// On a new transport everything goes on; what the peer had not received is sent again.
struct LinkResumed {
  bool operator==(const LinkResumed&) const = default;
};
/// Near end: the peer said `refused`, at once or later (access was revoked). Final only if the peer
/// is who we expect, which io knows.
struct LinkRefused {
  Fault fault;
  bool operator==(const LinkRefused&) const = default;
};
struct ChannelOpened {
  ChannelId channel = 0;
  std::string opening;  ///< The opener's JSON object, not looked at here.
  bool operator==(const ChannelOpened&) const = default;
};
struct MessageReceived {
  ChannelId channel = 0;
  MessageKind kind = MessageKind::kDap;
  std::string bytes;  ///< Until the owner says consumed(channel, bytes.size()), it counts against
                      ///< the window.
  bool operator==(const MessageReceived&) const = default;
};
/// The peer has closed the channel; nothing more comes or may be sent on it.
struct ChannelClosed {
  ChannelId channel = 0;
  std::optional<Fault> reason;
  bool operator==(const ChannelClosed&) const = default;
};
/// After may_send() said no: there is room again.
struct ChannelWritable {
  ChannelId channel = 0;
  bool operator==(const ChannelWritable&) const = default;
};
/// The link is over: a violation, silence past the limit, a timed-out handshake, or the peer's
/// goodbye (then without a fault). Always the last event, also after LinkRefused, PairingAccepted
/// and the owner's own close(); before it every channel that the owner has not closed gets its
/// ChannelClosed. Send what poll_output() still gives, then close the transport.
struct LinkEnded {
  std::optional<Fault> fault;
  bool operator==(const LinkEnded&) const = default;
};
using LinkEvent = std::variant<LinkEstablished, PairingRequested, PairingAccepted, ResumeRequested,
                               LinkSuspended, LinkResumed, LinkRefused, ChannelOpened,
                               MessageReceived, ChannelClosed, ChannelWritable, LinkEnded>;

struct LinkCounters {
  std::uint64_t frames_sent = 0, frames_received = 0;  ///< Data frames.
  std::uint64_t wire_bytes_sent = 0, wire_bytes_received = 0;
  std::uint64_t message_bytes_sent = 0, message_bytes_received = 0;
  std::uint64_t kept_bytes = 0;  ///< Sent, not acknowledged.
  std::uint64_t resumes = 0;
  std::chrono::milliseconds round_trip{0};  ///< Smoothed; 0 until measured.
};

class Link {
 public:
  Link(LinkOptions options, Time now);
  ~Link();
  Link(Link&&) noexcept;
  Link& operator=(Link&&) noexcept;

  // --- What happened (events from io) ---
  void handle_bytes(std::string_view bytes, Time now);
  /// Afterwards next_timeout() is later than `now`, whether or not there is room for output.
  void handle_time(Time now);
  /// The transport is gone. A resumable link is suspended (LinkSuspended); of any other all
  /// channels close with kLinkLost, then LinkEnded.
  void handle_transport_lost(const Fault& reason, Time now);
  /// Near end, while suspended: there is a new transport, its handshake begins. LinkResumed
  /// follows, or LinkSuspended with what was wrong with it, or LinkRefused and LinkEnded.
  void begin_resume(Time now);
  /// Far end: goes on over the transport on which this was requested, also when the old one was not
  /// known to be gone. A fault (kLinkUnknown) changes nothing: the wrong secret, or a peer that
  /// has forgotten what it had.
  Result<void> resume(const ResumeRequested& request, Time now);
  /// Far end, on the link that gave ResumeRequested: `refused` with the fault; the link ends.
  void refuse_resume(const Fault& fault, Time now);

  // --- What the owner wishes ---
  /// Near end: instead of `hello`, ask to be paired. To be called before the first poll_output().
  void request_pairing(std::string proof_hex, std::string name);
  /// Far end: `paired` with the proof on success, `refused` with a Fault; then the link ends. The
  /// handshake's limit goes on while the owner thinks.
  void answer_pairing(const Result<std::string>& proof_hex, Time now);
  /// Opens a channel (either end may; near end's ids are odd, far end's even). A fault when the
  /// link is not established, is over, has max_channels open, or the opening is over
  /// kMaxOpeningBytes.
  Result<ChannelId> open_channel(std::string_view opening_json, Time now);
  /// Queues a message. Sending on a channel that is closed is a fault; sending while may_send() is
  /// false is allowed (a message is never split off), so that callers need not tear messages apart.
  Result<void> send(ChannelId channel, MessageKind kind, std::string bytes, Time now);
  /// False while more than kChannelHighWater bytes wait: stop reading what feeds this channel.
  bool may_send(ChannelId channel) const;
  /// The owner is done with that many received bytes of this channel: credit goes back.
  void consumed(ChannelId channel, std::size_t bytes, Time now);
  /// Closes after what is queued. A Fault tells the peer why. Unknown channels are ignored. The
  /// owner hears nothing more of this channel, also not of its closing; what the peer had on the
  /// way is dropped.
  void close_channel(ChannelId channel, const std::optional<Fault>& reason, Time now);
  /// Without a fault: opens nothing more, says goodbye after what is queued (at the latest after
  /// kGoodbyeLimit), and ends. With a fault, at once: the far end says `refused` (the near end's
  /// LinkRefused, in any phase), the near end `goodbye` with the fault (LinkEnded with it).
  void close(std::optional<Fault> reason, Time now);
  /// Ends at once, and says nothing: the owner gives up what was suspended, or stops.
  void abandon(const Fault& reason, Time now);
  /// Something says that the network has changed: the peer is asked whether it is there, at once.
  void check_peer(Time now);

  // --- What comes of it ---
  std::optional<LinkEvent> poll_event();
  /// Appends up to about `budget` bytes to `out`; frames are made here and not earlier, so that
  /// channels take turns as late as possible. False if there was nothing to send. May add events
  /// (ChannelWritable, LinkEnded after a goodbye): poll them afterwards.
  bool poll_output(std::string& out, std::size_t budget, Time now);
  /// When handle_time() wants to be called at the latest; nothing if never.
  std::optional<Time> next_timeout() const;

  /// The handshake is over and the link has not ended; also while it is suspended.
  bool established() const;
  bool suspended() const;
  /// Nothing is queued, and the peer has all that was sent.
  bool is_delivered() const;
  bool ended() const;
  LinkCounters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nearside::link
