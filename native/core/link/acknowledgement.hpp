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
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::link {

class KeptFrames {
 public:
  explicit KeptFrames(std::shared_ptr<KeptBudget> budget = nullptr);
  ~KeptFrames();
  KeptFrames(const KeptFrames&) = delete;
  KeptFrames& operator=(const KeptFrames&) = delete;

  /// Of a link that cannot be resumed only the sizes are kept. Before the first frame.
  void set_for_replay(bool for_replay) { for_replay_ = for_replay; }
  /// True while one more frame of any size fits under kMaxKeptBytes and kMaxKeptTogether.
  bool has_room() const;
  std::uint64_t next_number() const { return acknowledged_ + sizes_.size() + 1; }
  /// The whole frame that bears next_number().
  void keep(std::string_view frame);
  /// The peer has everything up to `number`. A lower number than before is old news.
  Result<void> acknowledge(std::uint64_t number);
  std::uint64_t acknowledged() const { return acknowledged_; }
  std::size_t bytes() const { return size_; }

  /// Everything that is kept goes out again, oldest first, as it went out before.
  void begin_replay();
  bool replaying() const { return to_replay_ > 0; }
  /// Appends whole frames of it until `out` has `end_size` bytes; no new frame may be made before
  /// all are out.
  void append_replay(std::string& out, std::size_t end_size);

 private:
  bool for_replay_ = true;
  std::shared_ptr<KeptBudget> budget_;
  std::string bytes_;
  std::size_t start_ = 0;  ///< What stands before it is acknowledged and waits for a cheap moment.
  std::size_t size_ = 0;   ///< Of all kept frames.
  std::deque<std::uint32_t> sizes_;
  std::size_t to_replay_ = 0;      ///< So many of the newest are to go out again,
  std::size_t replay_offset_ = 0;  ///< from here on, behind start_.
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
  std::uint64_t last() const { return received_; }
  void handle_time(Time now);
  std::optional<Time> next_timeout() const { return overdue_ ? std::nullopt : due_at_; }

 private:
  std::uint64_t received_ = 0;
  std::size_t unacknowledged_bytes_ = 0;
  std::optional<Time> due_at_;
  bool overdue_ = false;  ///< Its time has come; it waits for the transport only.
};

}  // namespace nearside::link
