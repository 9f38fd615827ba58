// The channels of a link: which are open, whose turn it is to send, and what the peer may send.
// What always holds: openings go out whole, in the order of their ids, before anything else; then
// every channel that can send puts one chunk on the wire in its turn; each end closes a channel
// exactly once, and its id is never used again. Refuses what the peer may not do on a channel.
#pragma once

#include "core/link/chunk.hpp"
#include "core/link/inbox.hpp"
#include "core/link/outbox.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace nearside::link {

class Channels {
 public:
  /// What happens to channels is added to `events`, which must live longer.
  Channels(const LinkOptions& options, std::deque<LinkEvent>& events);

  // What the owner wishes (see Link).
  Result<ChannelId> open(std::string opening);
  Result<void> send(ChannelId id, MessageKind kind, std::string bytes);
  bool may_send(ChannelId id) const;
  void consumed(ChannelId id, std::size_t bytes);
  /// Afterwards the owner hears nothing more of the channel.
  void close(ChannelId id, const std::optional<Fault>& reason);
  /// A MessageReceived has left the events.
  void handle_taken(ChannelId id);

  // What the peer sent.
  Result<void> handle_chunk(const Chunk& chunk);
  Result<void> handle_credit(ChannelId id, std::uint64_t limit);

  // What goes out.
  /// The next chunk in turn, valid until pop_chunk() or any other call that changes this.
  std::optional<Chunk> peek_chunk();
  void pop_chunk(const Chunk& chunk);
  /// On a new transport: what the peer was told of its credit may not have reached it.
  void repeat_credits();
  /// Appends the credit frames that are due.
  void append_credits(std::string& out);
  /// Nothing is queued, with or without credit.
  bool drained() const;

  /// The link is over: every channel closes with this reason, and there are none.
  void end_all(const Fault& reason);

 private:
  struct Channel {
    Outbox outbox;
    Inbox inbox;
    std::optional<std::string> opening;  ///< Ours, not sent yet.
    bool in_turn = false;                ///< Stands in turns_.
    bool abandoned = false;              ///< The owner has closed it, or never heard of it.
    bool refused = false;                ///< Opened over the limit; does not count.
    bool closing = false;                ///< A close goes out after the queue.
    bool close_sent = false;
    bool close_received = false;
    std::string closing_reason;          ///< The close chunk's bytes.
    std::uint64_t assembling_since = 0;  ///< Which of all unfinished messages began first.
  };
  bool ours(ChannelId id) const { return id % 2 == first_id_ % 2; }
  bool ever_opened(ChannelId id) const;
  std::size_t open_count() const;
  void queue_turn(ChannelId id, Channel& channel);
  void begin_closing(ChannelId id, Channel& channel, const std::optional<Fault>& reason);
  Chunk opening_chunk() const;
  Result<void> handle_open(const Chunk& chunk);
  Result<void> handle_close(const Chunk& chunk, Channel& channel);
  Result<void> handle_message_bytes(const Chunk& chunk, Channel& channel);

  ChannelId first_id_;
  ChannelId next_id_;
  ChannelId last_peer_id_ = 0;
  std::size_t max_channels_;
  std::size_t max_message_bytes_;
  std::size_t refused_ = 0;
  std::map<ChannelId, Channel> table_;
  std::deque<ChannelId> openings_;  ///< Not sent yet, in order.
  std::size_t opening_sent_ = 0;    ///< Bytes of the first of them.
  std::string peer_opening_;        ///< The peer's, of last_peer_id_, as far as it has come.
  bool peer_opens_ = false;         ///< More of it comes.
  std::deque<ChannelId> turns_;     ///< Channels that may have something to send.
  std::uint64_t messages_begun_ = 0;
  bool credits_due_ = false;  ///< Something changed since append_credits() looked.
  std::deque<LinkEvent>& events_;
};

}  // namespace nearside::link
