// What one channel receives: chunks joined to messages, and the credit that the peer gets for it.
// What always holds: memory grows with what has arrived, never with what was announced; complete
// messages hold credit back until they are consumed, unfinished ones do not (or a message larger
// than the window could never end), unless the whole link is short of memory.
#pragma once

#include "core/link/chunk.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace nearside::link {

class Inbox {
 public:
  /// A part or end has come. Gives the message when it is complete.
  Result<std::optional<MessageReceived>> handle_chunk(const Chunk& chunk, std::size_t max_message);
  /// A message has been taken from the events; only its bytes count from now on.
  void handle_taken();
  void handle_consumed(std::size_t bytes);
  /// Nobody wants this channel's messages any more: what comes is counted and dropped.
  void discard();

  /// Bytes of the unfinished message, and of complete ones that are not consumed.
  std::size_t assembling() const { return message_.size(); }
  bool in_message() const { return in_message_; }
  std::size_t held() const { return held_; }
  /// A new credit for the peer if it is worth a frame; `generous` says that the unfinished message
  /// does not count. It then counts as sent.
  std::optional<std::uint64_t> take_credit(bool generous);
  /// The peer may not have heard of the last credit: take_credit() gives it again. What it had from
  /// the start needs no saying (and the peer may not know of the channel yet).
  void repeat_credit() { repeat_ = limit_ > kChannelWindow; }

 private:
  bool discarding_ = false;
  bool in_message_ = false;
  MessageKind kind_ = MessageKind::kDap;
  std::string message_;
  std::size_t held_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t limit_ = kChannelWindow;  ///< What the peer has been told.
  bool repeat_ = false;
};

}  // namespace nearside::link
