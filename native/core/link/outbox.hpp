// What one channel wants to send: whole messages in order, cut into chunks only when it is their
// turn, as far as the peer's credit goes. Knows when its owner should stop feeding it.
#pragma once

#include "core/link/chunk.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace nearside::link {

class Outbox {
 public:
  void push(MessageKind kind, std::string bytes);
  /// The next chunk, if there are bytes and credit for one; its bytes are valid until pop(). The
  /// channel's id is the caller's to fill in.
  std::optional<Chunk> peek() const;
  /// The chunk that peek() gave is sent.
  void pop(const Chunk& chunk);
  /// The peer allows this many bytes since the channel was opened. A lower number is old news.
  void handle_credit(std::uint64_t limit);
  /// Whatever is queued will never be sent.
  void drop();

  bool empty() const { return queue_.empty(); }
  bool crowded() const { return queued_bytes_ > kChannelHighWater; }
  /// True once after the queue was crowded and has fallen under half of that.
  bool take_writable();

 private:
  struct Message {
    MessageKind kind;
    std::string bytes;
  };
  std::deque<Message> queue_;
  std::size_t offset_ = 0;  ///< Into the first message; what stands before it is sent.
  bool kind_sent_ = false;  ///< Of the first message.
  std::size_t queued_bytes_ = 0;
  bool was_crowded_ = false;
  std::uint64_t sent_ = 0;
  std::uint64_t limit_ = kChannelWindow;
};

}  // namespace nearside::link
