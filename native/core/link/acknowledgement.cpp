// Both halves of acknowledgement.
#include "core/link/acknowledgement.hpp"

#include "core/link/frame.hpp"
#include "core/link/violation.hpp"

namespace nearside::link {

bool KeptFrames::has_room() const {
  return bytes() + kFrameHeaderBytes + kMaxFramePayload <= kMaxKeptBytes;
}

void KeptFrames::keep(std::string_view frame) {
  bytes_.append(frame);
  sizes_.push_back(static_cast<std::uint32_t>(frame.size()));
}

Result<void> KeptFrames::acknowledge(std::uint64_t number) {
  if (number >= next_number())
    return violation(Errc::kFrameOutOfOrder,
                     "The peer acknowledged frame " + std::to_string(number) +
                         ", but the last one sent was " + std::to_string(next_number() - 1) + ".");
  for (; acknowledged_ < number; ++acknowledged_) {
    start_ += sizes_.front();
    sizes_.pop_front();
  }
  // Moving the rest down costs at most as much as was acknowledged since the last time.
  constexpr std::size_t kWorthKeeping = 1024 * 1024;
  if (start_ == bytes_.size()) {
    if (bytes_.capacity() > kWorthKeeping) bytes_ = {};
    bytes_.clear();
    start_ = 0;
  } else if (start_ > bytes_.size() / 2) {
    bytes_.erase(0, start_);
    start_ = 0;
  }
  return {};
}

Result<void> ReceivedFrames::handle_frame(std::uint64_t number, std::size_t payload_bytes,
                                          Time now) {
  if (number != received_ + 1)
    return violation(Errc::kFrameOutOfOrder, "The peer sent data frame " + std::to_string(number) +
                                                 " where " + std::to_string(received_ + 1) +
                                                 " was due.");
  received_ = number;
  unacknowledged_bytes_ += payload_bytes;
  if (!due_at_) due_at_ = now + kAckDelay;
  return {};
}

void ReceivedFrames::handle_time(Time now) {
  overdue_ = due_at_ && now >= *due_at_;
}

bool ReceivedFrames::due(bool riding, Time now) const {
  if (!due_at_) return false;
  const bool rides = riding && now >= *due_at_ - kAckDelay + kAckRidesAfter;
  return rides || overdue_ || unacknowledged_bytes_ >= kAckEveryBytes;
}

std::uint64_t ReceivedFrames::take() {
  due_at_.reset();
  overdue_ = false;
  unacknowledged_bytes_ = 0;
  return received_;
}

}  // namespace nearside::link
