// Queueing and cutting of one channel's messages.
#include "core/link/outbox.hpp"

#include <algorithm>
#include <utility>

namespace nearside::link {

void Outbox::push(MessageKind kind, std::string bytes) {
  queued_bytes_ += bytes.size();
  queue_.push_back({kind, std::move(bytes)});
  if (crowded()) was_crowded_ = true;
}

std::optional<Chunk> Outbox::peek() const {
  if (queue_.empty() || sent_ >= limit_) return std::nullopt;
  const auto& message = queue_.front();
  const auto room =
      static_cast<std::size_t>(std::min<std::uint64_t>(kMaxChunkBytes, limit_ - sent_));
  Chunk chunk;
  if (!kind_sent_) chunk.first = message.kind;
  const auto left = message.bytes.size() - offset_;
  const auto count = std::min(left, room - (kind_sent_ ? 0 : 1));
  chunk.kind = count == left ? ChunkKind::kEnd : ChunkKind::kPart;
  chunk.bytes = std::string_view(message.bytes).substr(offset_, count);
  return chunk;
}

void Outbox::pop(const Chunk& chunk) {
  sent_ += chunk.cost();
  queued_bytes_ -= chunk.bytes.size();
  if (chunk.kind == ChunkKind::kEnd) {
    queue_.pop_front();
    offset_ = 0;
    kind_sent_ = false;
  } else {
    offset_ += chunk.bytes.size();
    kind_sent_ = true;
  }
}

void Outbox::handle_credit(std::uint64_t limit) {
  limit_ = std::max(limit_, limit);
}

void Outbox::drop() {
  queue_.clear();
  offset_ = queued_bytes_ = 0;
  was_crowded_ = false;
}

bool Outbox::take_writable() {
  return was_crowded_ && queued_bytes_ < kChannelHighWater / 2 &&
         std::exchange(was_crowded_, false);
}

}  // namespace nearside::link
