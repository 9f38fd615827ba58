// Reassembly and credit of one channel.
#include "core/link/inbox.hpp"

#include "core/link/violation.hpp"

#include <algorithm>
#include <utility>

namespace nearside::link {

Result<std::optional<MessageReceived>> Inbox::handle_chunk(const Chunk& chunk,
                                                           std::size_t max_message) {
  const auto named = [&](std::string_view what) {
    return "The peer " + std::string(what) + " on channel " + std::to_string(chunk.channel);
  };
  auto bytes = chunk.bytes;
  received_ += bytes.size();
  if (received_ > limit_)
    return violation(Errc::kCreditExceeded, named("sent more than it has credit for") + ".");
  if (!in_message_) {
    if (bytes.empty())
      return violation(Errc::kFrameMalformed, named("began a message without its kind") + ".");
    if (static_cast<unsigned char>(bytes[0]) > static_cast<unsigned char>(MessageKind::kControl))
      return violation(Errc::kFrameMalformed, named("sent a message of an unknown kind") + ".");
    kind_ = static_cast<MessageKind>(bytes[0]);
    bytes.remove_prefix(1);
  } else if (bytes.empty() && chunk.kind == ChunkKind::kPart) {
    return violation(Errc::kFrameMalformed, named("sent an empty chunk") + ".");
  }
  in_message_ = chunk.kind == ChunkKind::kPart;
  if (discarding_) return std::optional<MessageReceived>();
  if (bytes.size() > max_message - message_.size())
    return violation(Errc::kMessageTooLarge, named("sent a message larger than the limit of " +
                                                   std::to_string(max_message) + " bytes") +
                                                 ".");
  message_.append(bytes);
  if (in_message_) return std::optional<MessageReceived>();
  held_ += message_.size() + kMessageOverhead;
  return std::optional(
      MessageReceived{chunk.channel, kind_, std::exchange(message_, std::string())});
}

void Inbox::handle_taken() {
  held_ -= std::min(held_, kMessageOverhead);
}

void Inbox::handle_consumed(std::size_t bytes) {
  held_ -= std::min(held_, bytes);
}

void Inbox::discard() {
  discarding_ = true;
  message_ = {};
  held_ = 0;
}

std::optional<std::uint64_t> Inbox::take_credit(bool generous) {
  const std::uint64_t owed = held_ + (generous ? 0 : message_.size());
  const auto limit = received_ + kChannelWindow - std::min(kChannelWindow, owed);
  // A quarter of the window is worth a frame; less than that is never what a peer waits for, since
  // then three quarters of the window are still unread here.
  const bool worth_it = limit >= limit_ + kChannelWindow / 4;
  if (!std::exchange(repeat_, false) && !worth_it) return std::nullopt;
  return limit_ = std::max(limit, limit_);
}

}  // namespace nearside::link
