// Link frames from hostile bytes: any split gives the same frames and the same fault as no split,
// no payload is larger than the limit, a frame that was read is written as it came; and zstd data
// that a peer made up never inflates to anything but what was announced.
#include "core/link/chunk.hpp"
#include "core/link/compression.hpp"
#include "core/link/frame.hpp"
#include "core/link/limits.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace nearside;
using namespace nearside::link;

void check(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::string frames;  // As they would be written again.
  std::string fault;
  bool operator==(const Outcome&) const = default;
};

Outcome decode(std::string_view bytes, std::size_t step) {
  Outcome outcome;
  FrameDecoder decoder(kMaxHandshakePayload);
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    for (;;) {
      const auto frame = decoder.next(piece);
      if (!frame) {
        outcome.fault = std::to_string(static_cast<int>(frame.error().code));
        return outcome;
      }
      if (!*frame) break;
      check((*frame)->payload.size() <= kMaxHandshakePayload);
      append_frame(outcome.frames, (*frame)->type, (*frame)->payload);
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = decode(bytes, std::max<std::size_t>(size, 1));
  check(bytes.starts_with(whole.frames));
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{64}})
    check(decode(bytes, step) == whole);

  Inflater inflater;
  for (auto rest = bytes; rest.size() >= 4;) {
    const std::size_t taken = std::min<std::size_t>(read_u16(rest), rest.size() - 4);
    const std::size_t announced = read_u16(rest.substr(2)) % (kMaxInflatedChunk + 1);
    const auto chunk = inflater.inflate(rest.substr(4, taken), announced);
    if (!chunk) break;
    check(chunk->size() == announced);
    if (const auto parsed = parse_chunk(*chunk)) {
      Chunk same = *parsed;
      check(std::string(ChunkHead(same).view()) + std::string(same.bytes) == *chunk);
    }
    rest.remove_prefix(4 + taken);
  }
  return 0;
}
