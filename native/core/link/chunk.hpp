// What a data frame carries: a piece of one channel's stream, or its beginning or end. The header
// is the kind and the channel's id; the bytes' meaning is the kind's. Refuses kinds that it does
// not know.
#pragma once

#include "core/fault.hpp"
#include "core/link/limits.hpp"
#include "core/link/link.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nearside::link {

enum class ChunkKind : std::uint8_t {
  kOpenPart = 1,  ///< Bytes of the opener's JSON object; more follow.
  kOpen = 2,      ///< Its last bytes, or all of them: the channel is open.
  kPart = 3,      ///< Bytes of a message; more follow.
  kEnd = 4,       ///< The last bytes of a message, or all of them.
  kClose = 5,     ///< Nothing, or a fault as JSON.
};

struct Chunk {
  ChunkKind kind = ChunkKind::kPart;
  ChannelId channel = 0;
  std::optional<MessageKind>
      first;  ///< When sending: goes before `bytes` as a message's first byte.
  std::string_view bytes;

  /// What counts against the channel's credit.
  std::size_t cost() const { return (first ? 1 : 0) + bytes.size(); }
  bool operator==(const Chunk&) const = default;
};

/// A chunk's bytes up to (and not including) `chunk.bytes`.
class ChunkHead {
 public:
  explicit ChunkHead(const Chunk& chunk);
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, kChunkHeaderBytes + 1> bytes_;
  std::size_t size_;
};

/// The reverse; a message's first byte stays in `bytes`.
Result<Chunk> parse_chunk(std::string_view bytes);

}  // namespace nearside::link
