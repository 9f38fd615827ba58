// The frame decoder against any bytes in any split: what it gives must not depend on the split, its
// memory must follow what came, and what it took for a message must encode to one again.
#include "core/dap/frame.hpp"

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

using namespace nearside;
using namespace nearside::dap;

struct Outcome {
  std::vector<std::string> bodies;
  std::optional<Errc> fault;
  bool operator==(const Outcome&) const = default;
};

void require(bool condition) {
  if (!condition) std::abort();
}

/// Feeds pieces of 1 to `most` bytes, their lengths taken from a number that `seed` starts.
Outcome decode(std::string_view stream, std::size_t most, std::uint32_t seed) {
  FrameDecoder decoder({.header_bytes = 256, .header_fields = 5, .body_bytes = 1'000'000});
  Outcome outcome;
  std::size_t fed = 0;
  while (!outcome.fault) {
    while (true) {
      auto body = decoder.next();
      if (!body) {
        outcome.fault = body.error().code;
        require(body.error().message.size() < 600);
        break;
      }
      if (!*body) break;
      require((*body)->capacity() >= (*body)->size() + kSpareBodyBytes);
      outcome.bodies.push_back(*std::move(*body));
    }
    require(decoder.capacity() <= 8 * stream.size() + 300'000);
    if (outcome.fault || fed == stream.size()) break;
    seed = seed * 1664525 + 1013904223;
    const auto piece = stream.substr(fed, 1 + (seed >> 8) % most);
    decoder.feed(piece);
    fed += piece.size();
  }
  if (!outcome.fault) {
    if (const auto finished = decoder.finish(); !finished) outcome.fault = finished.error().code;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const auto whole = decode(stream, size + 1, 0);
  require(decode(stream, 1, 0) == whole);
  require(decode(stream, 7, 1) == whole);
  require(decode(stream, size / 2 + 1, static_cast<std::uint32_t>(size)) == whole);

  std::string again;
  for (const auto& body : whole.bodies) again += encode_frame(body);
  require(decode(again, 5, 3) == Outcome{whole.bodies, std::nullopt});
  return 0;
}
