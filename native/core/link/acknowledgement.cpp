// Both halves of acknowledgement.
#include "core/link/acknowledgement.hpp"

#include "core/link/frame.hpp"
#include "core/link/violation.hpp"

#include <algorithm>
#include <utility>

namespace nearside::link {

KeptFrames::KeptFrames(std::shared_ptr<KeptBudget> budget) : budget_(std::move(budget)) {}

KeptFrames::~KeptFrames() {
  if (budget_) budget_->bytes -= size_;
}

bool KeptFrames::has_room() const {
  constexpr auto kFrame = kFrameHeaderBytes + kMaxFramePayload;
  if (size_ + kFrame <= kAlwaysKeptBytes) return true;
  return size_ + kFrame <= kMaxKeptBytes &&
         (!budget_ || budget_->bytes + kFrame <= kMaxKeptTogether);
}

void KeptFrames::keep(std::string_view frame) {
  if (for_replay_) bytes_.append(frame);
  sizes_.push_back(static_cast<std::uint32_t>(frame.size()));
  size_ += frame.size();
  if (budget_) budget_->bytes += frame.size();
}

void KeptFrames::begin_replay() {
  to_replay_ = sizes_.size();
  replay_offset_ = 0;
}

void KeptFrames::append_replay(std::string& out, std::size_t end_size) {
  for (; to_replay_ > 0 && out.size() < end_size; --to_replay_) {
    const auto size = sizes_[sizes_.size() - to_replay_];
    out.append(bytes_, start_ + replay_offset_, size);
    replay_offset_ += size;
  }
}

Result<void> KeptFrames::acknowledge(std::uint64_t number) {
  if (number >= next_number())
    return violation(Errc::kFrameOutOfOrder,
                     "The peer acknowledged frame " + std::to_string(number) +
                         ", but the last one sent was " + std::to_string(next_number() - 1) + ".");
  std::size_t gone = 0;
  for (; acknowledged_ < number; ++acknowledged_) {
    gone += sizes_.front();
    sizes_.pop_front();
  }
  size_ -= gone;
  if (budget_) budget_->bytes -= gone;
  replay_offset_ -= std::min(gone, replay_offset_);
  // A peer that acknowledges what it was not sent again yet does not get it again.
  to_replay_ = std::min(to_replay_, sizes_.size());
  if (!for_replay_) return {};
  start_ += gone;
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
