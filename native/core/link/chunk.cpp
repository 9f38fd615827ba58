// Writing and reading of chunk headers.
#include "core/link/chunk.hpp"

#include "core/link/frame.hpp"
#include "core/link/violation.hpp"

namespace nearside::link {

ChunkHead::ChunkHead(const Chunk& chunk) : bytes_{}, size_(kChunkHeaderBytes) {
  bytes_[0] = static_cast<char>(chunk.kind);
  for (std::size_t i = 0; i < 4; ++i)
    bytes_[1 + i] = static_cast<char>(chunk.channel >> (24 - 8 * i) & 0xFF);
  if (chunk.first) bytes_[size_++] = static_cast<char>(*chunk.first);
}

Result<Chunk> parse_chunk(std::string_view bytes) {
  if (bytes.size() < kChunkHeaderBytes)
    return violation(Errc::kFrameMalformed, "The peer sent a chunk without a whole header.");
  const auto kind = static_cast<ChunkKind>(bytes[0]);
  if (kind < ChunkKind::kOpenPart || kind > ChunkKind::kClose)
    return violation(Errc::kFrameMalformed,
                     "The peer sent a chunk of the unknown kind " +
                         std::to_string(static_cast<unsigned char>(bytes[0])) + ".");
  return Chunk{kind, read_u32(bytes.substr(1)), std::nullopt, bytes.substr(kChunkHeaderBytes)};
}

}  // namespace nearside::link
