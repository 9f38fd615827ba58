// Frames on the wire: one type byte, a 24-bit payload length, the payload (docs/link-protocol.md,
// Frames). What always holds: a length is checked against the phase's limit before any memory is
// taken, and a payload is kept only as far as it has arrived. Refuses bytes that begin no frame,
// and says what they look like. All numbers on the wire are big-endian.
#pragma once

#include "core/fault.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::link {

/// Values with the high bit set: no text, no HTTP, SSH or TLS stream begins with one of them.
enum class FrameType : std::uint8_t {
  kHello = 0xA0,
  kWelcome = 0xA1,
  kRefused = 0xA2,
  kPair = 0xA3,
  kPaired = 0xA4,
  kData = 0xB0,
  kAck = 0xB1,
  kCredit = 0xB2,
  kPing = 0xB3,
  kPong = 0xB4,
  kGoodbye = 0xB5,
};

inline constexpr std::size_t kFrameHeaderBytes = 4;
/// Number (u64) and inflated length (u16) in front of a data frame's chunk.
inline constexpr std::size_t kDataHeaderBytes = 10;

/// The word for messages: "hello", "data", …
std::string_view to_string(FrameType type) noexcept;

struct Frame {
  FrameType type;
  std::string_view payload;  ///< Valid until the decoder's next call.
  bool operator==(const Frame&) const = default;
};

class FrameDecoder {
 public:
  explicit FrameDecoder(std::size_t max_payload) : max_payload_(max_payload) {}
  /// Another phase has another limit; frames that follow are held to it.
  void set_max_payload(std::size_t bytes) { max_payload_ = bytes; }
  /// Takes the next frame off the front of `bytes`; nothing when they are used up (an unfinished
  /// frame is kept here). After a fault the stream has no frames any more.
  Result<std::optional<Frame>> next(std::string_view& bytes);

 private:
  Result<std::size_t> frame_size(std::string_view header, std::string_view following) const;

  std::size_t max_payload_;
  std::string partial_;     ///< The frame that has begun and not ended.
  bool given_ = false;      ///< `partial_` was handed out whole and goes with the next call.
  bool any_frame_ = false;  ///< A stream that once made sense is not "something else".
};

void append_u16(std::string& out, std::uint16_t value);
void append_u32(std::string& out, std::uint32_t value);
void append_u64(std::string& out, std::uint64_t value);
/// The first bytes of `bytes`, which has enough of them.
std::uint16_t read_u16(std::string_view bytes);
std::uint32_t read_u32(std::string_view bytes);
std::uint64_t read_u64(std::string_view bytes);

/// Appends the header of a frame whose length is not known yet; end_frame() with the returned
/// position writes the length.
std::size_t begin_frame(std::string& out, FrameType type);
void end_frame(std::string& out, std::size_t position);
void append_frame(std::string& out, FrameType type, std::string_view payload);
/// For ack, ping and pong.
void append_number_frame(std::string& out, FrameType type, std::uint64_t number);
void append_credit_frame(std::string& out, std::uint32_t channel, std::uint64_t limit);

}  // namespace nearside::link
