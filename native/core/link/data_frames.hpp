// The way of a chunk into a data frame and out of one: numbered, compressed if the ends agreed on
// it, kept until acknowledged. What always holds: a frame is kept as the bytes that went out, and a
// chunk comes out only if its number was due and its length what was announced.
#pragma once

#include "core/link/acknowledgement.hpp"
#include "core/link/chunk.hpp"
#include "core/link/compression.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nearside::link {

class DataSender {
 public:
  explicit DataSender(std::shared_ptr<KeptBudget> budget) : kept_(std::move(budget)) {}
  void agree(bool compressed, bool resumable) {
    compressed_ = compressed;
    kept_.set_for_replay(resumable);
  }
  /// False while too much is unacknowledged: send no chunk then.
  bool has_room() const { return kept_.has_room(); }
  /// Appends the frame that carries the chunk.
  Result<void> append(const Chunk& chunk, std::string& out);
  Result<void> handle_ack(std::uint64_t number) { return kept_.acknowledge(number); }
  /// On a new transport: the peer has everything up to `received`, and gets the rest again.
  Result<void> begin_replay(std::uint64_t received);
  bool replaying() const { return kept_.replaying(); }
  void append_replay(std::string& out, std::size_t end_size) { kept_.append_replay(out, end_size); }

  std::size_t kept_bytes() const { return kept_.bytes(); }
  std::uint64_t frames() const { return kept_.next_number() - 1; }

 private:
  bool compressed_ = false;
  std::optional<Deflater> deflater_;  ///< Made when first needed: an idle link is small.
  KeptFrames kept_;
};

class DataReceiver {
 public:
  void use_compression(bool compressed) { compressed_ = compressed; }
  /// The chunk of a data frame's payload; valid as long as that, and until the next call.
  Result<Chunk> take(std::string_view payload, Time now);

  ReceivedFrames& received() { return received_; }
  const ReceivedFrames& received() const { return received_; }

 private:
  bool compressed_ = false;
  std::optional<Inflater> inflater_;
  ReceivedFrames received_;
};

}  // namespace nearside::link
