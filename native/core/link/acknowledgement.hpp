// Numbers of data frames. KeptFrames holds what we sent until the peer says that it has it, as the
// bytes that went out (the compressor cannot make them a second time); ReceivedFrames knows what we
// have and when the peer is due to hear of it. Refuses gaps, repetitions and acknowledgements of
// what was never sent.
#pragma once

#include "core/fault.hpp"
#include "core/link/link.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::link {

class KeptFrames {
 public:
  /// True while one more frame of any size fits under kMaxKeptBytes.
  bool has_room() const;
  std::uint64_t next_number() const { return acknowledged_ + sizes_.size() + 1; }
  /// The whole frame that bears next_number().
  void keep(std::string_view frame);
  /// The peer has everything up to `number`. A lower number than before is old news.
  Result<void> acknowledge(std::uint64_t number);
  std::size_t bytes() const { return bytes_.size() - start_; }
  /// The kept frames, oldest first, as they went out.
  std::string_view frames() const { return std::string_view(bytes_).substr(start_); }

 private:
  std::string bytes_;
  std::size_t start_ = 0;  ///< What stands before it is acknowledged and waits for a cheap moment.
  std::deque<std::uint32_t> sizes_;
  std::uint64_t acknowledged_ = 0;
};

class ReceivedFrames {
 public:
  /// A data frame has come. Numbers are consecutive from 1.
  Result<void> handle_frame(std::uint64_t number, std::size_t payload_bytes, Time now);
  /// True if an acknowledgement should go now; `riding`: other bytes go anyway.
  bool due(bool riding, Time now) const;
  /// The number to acknowledge, which then counts as acknowledged.
  std::uint64_t take();
  void handle_time(Time now);
  std::optional<Time> next_timeout() const { return overdue_ ? std::nullopt : due_at_; }

 private:
  std::uint64_t received_ = 0;
  std::size_t unacknowledged_bytes_ = 0;
  std::optional<Time> due_at_;
  bool overdue_ = false;  ///< Its time has come; it waits for the transport only.
};

}  // namespace nearside::link
