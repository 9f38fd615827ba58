// The table of channels, their turns, and how they open and close.
#include "core/link/channels.hpp"

#include "core/link/frame.hpp"
#include "core/link/small_json.hpp"
#include "core/link/violation.hpp"

#include <limits>
#include <utility>

namespace nearside::link {
namespace {

Fault channel_closed(ChannelId id) {
  return {Errc::kChannelClosed, Condition::kUnreachable,
          "Channel " + std::to_string(id) + " of the link is closed."};
}

Fault too_many_channels(std::size_t limit) {
  return {Errc::kTooManyChannels, Condition::kMisconfigured,
          "This link has all of its " + std::to_string(limit) +
              " channels open; end a debug session before starting another."};
}

Fault not_allowed(ChannelId id, std::string_view what) {
  return violation(Errc::kFrameUnexpected,
                   "The peer " + std::string(what) + " channel " + std::to_string(id) + ".");
}

}  // namespace

Channels::Channels(const LinkOptions& options, std::deque<LinkEvent>& events)
    : first_id_(options.end == End::kNear ? 1 : 2),
      next_id_(first_id_),
      max_channels_(options.max_channels),
      max_message_bytes_(options.max_message_bytes),
      events_(events) {}

Result<ChannelId> Channels::open(std::string opening) {
  if (open_count() >= max_channels_) return too_many_channels(max_channels_);
  if (opening.size() > kMaxOpeningBytes)
    return Fault{Errc::kMessageTooLarge, Condition::kInternal,
                 "A channel's opening has " + std::to_string(opening.size()) +
                     " bytes; the limit is " + std::to_string(kMaxOpeningBytes) + "."};
  if (next_id_ > std::numeric_limits<ChannelId>::max() - 2)
    return Fault{Errc::kTooManyChannels, Condition::kInternal,
                 "This link has used up its channel ids; connect again."};
  const auto id = std::exchange(next_id_, next_id_ + 2);
  table_[id].opening = std::move(opening);
  openings_.push_back(id);
  return id;
}

Result<void> Channels::send(ChannelId id, MessageKind kind, std::string bytes) {
  const auto found = table_.find(id);
  if (found == table_.end() || found->second.abandoned) return channel_closed(id);
  if (bytes.size() > max_message_bytes_)
    return Fault{Errc::kMessageTooLarge, Condition::kMisconfigured,
                 "A message of " + std::to_string(bytes.size()) +
                     " bytes is larger than the limit of " + std::to_string(max_message_bytes_) +
                     "; ask for less at once."};
  found->second.outbox.push(kind, std::move(bytes));
  queue_turn(id, found->second);
  return {};
}

bool Channels::may_send(ChannelId id) const {
  const auto found = table_.find(id);
  return found != table_.end() && !found->second.abandoned && !found->second.outbox.crowded();
}

void Channels::consumed(ChannelId id, std::size_t bytes) {
  const auto found = table_.find(id);
  if (found == table_.end()) return;
  found->second.inbox.handle_consumed(bytes);
  credits_due_ = true;
}

void Channels::handle_taken(ChannelId id) {
  const auto found = table_.find(id);
  if (found == table_.end()) return;
  found->second.inbox.handle_taken();
  credits_due_ = true;
}

void Channels::close(ChannelId id, const std::optional<Fault>& reason) {
  std::erase_if(events_, [id](const LinkEvent& event) {
    const auto is_of = [&](const auto* one) { return one && one->channel == id; };
    return is_of(std::get_if<MessageReceived>(&event)) ||
           is_of(std::get_if<ChannelWritable>(&event)) || is_of(std::get_if<ChannelClosed>(&event));
  });
  const auto found = table_.find(id);
  if (found == table_.end() || found->second.abandoned) return;
  begin_closing(id, found->second, reason);
}

void Channels::begin_closing(ChannelId id, Channel& channel, const std::optional<Fault>& reason) {
  channel.abandoned = true;
  channel.closing = true;
  if (reason) channel.closing_reason = fault_to_json(*reason);
  // What still comes is dropped and its credit returned: the peer may have to send it before it can
  // read what we have queued.
  channel.inbox.discard();
  credits_due_ = true;
  queue_turn(id, channel);
}

bool Channels::ever_opened(ChannelId id) const {
  return ours(id) ? id < next_id_ : id <= last_peer_id_;
}

std::size_t Channels::open_count() const {
  return table_.size() - refused_;
}

void Channels::queue_turn(ChannelId id, Channel& channel) {
  if (!std::exchange(channel.in_turn, true)) turns_.push_back(id);
}

Result<void> Channels::handle_chunk(const Chunk& chunk) {
  if (chunk.kind == ChunkKind::kOpen || chunk.kind == ChunkKind::kOpenPart)
    return handle_open(chunk);
  const auto found = table_.find(chunk.channel);
  if (found == table_.end() || found->second.close_received || found->second.opening)
    return not_allowed(chunk.channel, "sent something on the closed");
  auto& channel = found->second;
  return chunk.kind == ChunkKind::kClose ? handle_close(chunk, channel)
                                         : handle_message_bytes(chunk, channel);
}

Result<void> Channels::handle_open(const Chunk& chunk) {
  const bool goes_on = peer_opens_ && chunk.channel == last_peer_id_;
  if (!goes_on && (peer_opens_ || ours(chunk.channel) || chunk.channel <= last_peer_id_))
    return not_allowed(chunk.channel, "may not open");
  if (chunk.bytes.size() > kMaxOpeningBytes - peer_opening_.size())
    return violation(Errc::kMessageTooLarge, "The peer sent an opening larger than the limit of " +
                                                 std::to_string(kMaxOpeningBytes) + " bytes.");
  last_peer_id_ = chunk.channel;
  peer_opening_.append(chunk.bytes);
  peer_opens_ = chunk.kind == ChunkKind::kOpenPart;
  if (peer_opens_) return {};
  auto opening = std::exchange(peer_opening_, std::string());
  if (open_count() < max_channels_) {
    table_[chunk.channel];
    events_.push_back(ChannelOpened{chunk.channel, std::move(opening)});
    return {};
  }
  // An honest peer gets here when both ends open their last channel at the same moment.
  if (refused_ >= kMaxChannels)
    return violation(Errc::kTooManyChannels,
                     "The peer goes on opening channels although all are in use.");
  auto& channel = table_[chunk.channel];
  channel.refused = true;
  ++refused_;
  begin_closing(chunk.channel, channel, too_many_channels(max_channels_));
  return {};
}

Result<void> Channels::handle_close(const Chunk& chunk, Channel& channel) {
  std::optional<Fault> reason;
  if (!chunk.bytes.empty()) {
    auto fault = fault_from_json(chunk.bytes);
    if (!fault) return not_allowed(chunk.channel, "gave no readable reason for closing");
    reason = std::move(fault);
  }
  channel.close_received = true;
  channel.outbox.drop();
  if (channel.close_sent) {
    if (channel.refused) --refused_;
    table_.erase(chunk.channel);
    return {};
  }
  if (channel.abandoned) {
    // Our close waits behind a queue that is gone now.
    queue_turn(chunk.channel, channel);
    return {};
  }
  begin_closing(chunk.channel, channel, std::nullopt);
  events_.push_back(ChannelClosed{chunk.channel, std::move(reason)});
  return {};
}

Result<void> Channels::handle_message_bytes(const Chunk& chunk, Channel& channel) {
  credits_due_ = true;
  if (!channel.inbox.in_message()) channel.assembling_since = ++messages_begun_;
  auto message = channel.inbox.handle_chunk(chunk, max_message_bytes_);
  if (!message) return message.error();
  if (*message) events_.push_back(std::move(**message));
  return {};
}

Result<void> Channels::handle_credit(ChannelId id, std::uint64_t limit) {
  if (!ever_opened(id)) return not_allowed(id, "gave credit for the unknown");
  const auto found = table_.find(id);
  if (found == table_.end()) return {};  // Crossed our close.
  found->second.outbox.handle_credit(limit);
  if (!found->second.outbox.empty()) queue_turn(id, found->second);
  return {};
}

Chunk Channels::opening_chunk() const {
  const auto id = openings_.front();
  const auto rest = std::string_view(*table_.at(id).opening).substr(opening_sent_);
  if (rest.size() > kMaxChunkBytes)
    return {ChunkKind::kOpenPart, id, std::nullopt, rest.substr(0, kMaxChunkBytes)};
  return {ChunkKind::kOpen, id, std::nullopt, rest};
}

std::optional<Chunk> Channels::peek_chunk() {
  if (!openings_.empty()) return opening_chunk();
  while (!turns_.empty()) {
    const auto id = turns_.front();
    auto& channel = table_.at(id);
    if (auto chunk = channel.outbox.peek()) {
      chunk->channel = id;
      return chunk;
    }
    if (channel.outbox.empty() && channel.closing)
      return Chunk{ChunkKind::kClose, id, std::nullopt, channel.closing_reason};
    // Nothing to send, or no credit: it stands up again when that changes.
    channel.in_turn = false;
    turns_.pop_front();
  }
  return std::nullopt;
}

void Channels::pop_chunk(const Chunk& chunk) {
  auto& channel = table_.at(chunk.channel);
  if (chunk.kind == ChunkKind::kOpenPart) {
    opening_sent_ += chunk.bytes.size();
    return;
  }
  if (chunk.kind == ChunkKind::kOpen) {
    openings_.pop_front();
    opening_sent_ = 0;
    channel.opening.reset();
    return;
  }
  turns_.pop_front();
  channel.in_turn = false;
  if (chunk.kind == ChunkKind::kClose) {
    channel.closing = false;
    channel.close_sent = true;
    if (!channel.close_received) return;
    if (channel.refused) --refused_;
    table_.erase(chunk.channel);
    return;
  }
  const auto id = chunk.channel;
  channel.outbox.pop(chunk);
  if (!channel.outbox.empty() || channel.closing) queue_turn(id, channel);
  if (channel.outbox.take_writable() && !channel.abandoned) events_.push_back(ChannelWritable{id});
}

void Channels::repeat_credits() {
  for (auto& [id, channel] : table_) channel.inbox.repeat_credit();
  credits_due_ = true;
}

void Channels::append_credits(std::string& out) {
  if (!std::exchange(credits_due_, false)) return;
  std::size_t held = 0;
  std::size_t assembling = 0;
  const Channel* oldest = nullptr;
  for (const auto& [id, channel] : table_) {
    held += channel.inbox.held();
    assembling += channel.inbox.assembling();
    if (channel.inbox.in_message() &&
        (!oldest || channel.assembling_since < oldest->assembling_since))
      oldest = &channel;
  }
  const bool generous = held + assembling <= kMaxReassemblyBytes;
  // The oldest goes on, or nobody would end; unless what is complete is the trouble, and then the
  // owner's consuming it is the way out.
  if (held > kMaxReassemblyBytes / 2) oldest = nullptr;
  for (auto& [id, channel] : table_) {
    if (channel.close_received) continue;
    if (const auto limit = channel.inbox.take_credit(generous || &channel == oldest))
      append_credit_frame(out, id, *limit);
  }
}

bool Channels::drained() const {
  if (!openings_.empty()) return false;
  for (const auto& [id, channel] : table_)
    if (!channel.outbox.empty() || channel.closing) return false;
  return true;
}

void Channels::end_all(const Fault& reason) {
  for (const auto& [id, channel] : table_)
    if (!channel.abandoned) events_.push_back(ChannelClosed{id, reason});
  table_.clear();
  openings_.clear();
  turns_.clear();
}

}  // namespace nearside::link
