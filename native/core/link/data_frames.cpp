// Writing and reading of data frames (docs/link-protocol.md, Data frames).
#include "core/link/data_frames.hpp"

#include "core/link/frame.hpp"
#include "core/link/violation.hpp"

namespace nearside::link {

Result<void> DataSender::append(const Chunk& chunk, std::string& out) {
  const ChunkHead head(chunk);
  const auto frame = begin_frame(out, FrameType::kData);
  append_u64(out, kept_.next_number());
  append_u16(out, static_cast<std::uint16_t>(head.view().size() + chunk.bytes.size()));
  if (compressed_) {
    if (!deflater_) deflater_.emplace();
    if (auto deflated = deflater_->deflate(head.view(), chunk.bytes, out); !deflated) {
      out.resize(frame);
      return deflated;
    }
  } else {
    out.append(head.view());
    out.append(chunk.bytes);
  }
  end_frame(out, frame);
  kept_.keep(std::string_view(out).substr(frame));
  return {};
}

Result<void> DataSender::begin_replay(std::uint64_t received) {
  if (received < kept_.acknowledged())
    return violation(Errc::kFrameOutOfOrder,
                     "The peer says that it has frame " + std::to_string(received) +
                         ", and has acknowledged " + std::to_string(kept_.acknowledged()) + ".");
  if (auto known = kept_.acknowledge(received); !known) return known;
  kept_.begin_replay();
  return {};
}

Result<Chunk> DataReceiver::take(std::string_view payload, Time now) {
  if (payload.size() < kDataHeaderBytes)
    return violation(Errc::kFrameMalformed, "The peer sent a data frame without a whole header.");
  if (auto due = received_.handle_frame(read_u64(payload), payload.size(), now); !due)
    return due.error();
  const std::size_t length = read_u16(payload.substr(8));
  const auto bytes = payload.substr(kDataHeaderBytes);
  if (length > kMaxInflatedChunk)
    return violation(Errc::kFrameTooLarge, "The peer announced a chunk of " +
                                               std::to_string(length) + " bytes; the limit is " +
                                               std::to_string(kMaxInflatedChunk) + ".");
  if (!compressed_) {
    if (bytes.size() == length) return parse_chunk(bytes);
    return violation(Errc::kFrameMalformed, "The peer announced a chunk's length wrongly.");
  }
  if (!inflater_) inflater_.emplace();
  const auto inflated = inflater_->inflate(bytes, length);
  if (!inflated) return inflated.error();
  return parse_chunk(*inflated);
}

}  // namespace nearside::link
