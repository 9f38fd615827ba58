// Encoding and decoding of frames, and the guess at what a peer speaks that sends none.
#include "core/link/frame.hpp"

#include "core/link/violation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nearside::link {
namespace {

constexpr std::array<std::pair<FrameType, std::string_view>, 11> kWords{{
    {FrameType::kHello, "hello"},
    {FrameType::kWelcome, "welcome"},
    {FrameType::kRefused, "refused"},
    {FrameType::kPair, "pair"},
    {FrameType::kPaired, "paired"},
    {FrameType::kData, "data"},
    {FrameType::kAck, "ack"},
    {FrameType::kCredit, "credit"},
    {FrameType::kPing, "ping"},
    {FrameType::kPong, "pong"},
    {FrameType::kGoodbye, "goodbye"},
}};

template <typename Number>
void append_big_endian(std::string& out, Number value) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(value >> shift & 0xFF));
}

template <typename Number>
Number read_big_endian(std::string_view bytes) {
  Number value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    value =
        static_cast<Number>(static_cast<Number>(value << 8) | static_cast<unsigned char>(bytes[i]));
  return value;
}

bool printable(char c) {
  return c >= 0x20 && c < 0x7F;
}

std::string what_it_looks_like(std::string_view start) {
  using namespace std::string_view_literals;
  for (const auto verb : {"GET "sv, "POST"sv, "HEAD"sv, "PUT "sv, "OPTI"sv, "CONN"sv, "PRI "sv})
    if (start.starts_with(verb)) return "it looks like HTTP, which has no business here";
  if (start.starts_with("HTTP"))
    return "it looks like a web server; check the address and the port of the agent";
  if (start.starts_with("SSH-"))
    return "it looks like an SSH server; for a target behind SSH use ssh:HOST";
  if (start.starts_with("Cont"))
    return "it looks like a DAP client; connect it to `nearside connect`, not to the agent";
  if (start.starts_with("\x16\x03"sv)) return "it looks like TLS inside what should be plain";
  constexpr std::size_t kShown = 60;
  const auto text = start.substr(
      0, std::min(kShown,
                  static_cast<std::size_t>(std::find_if_not(start.begin(), start.end(), printable) -
                                           start.begin())));
  if (text.size() >= kFrameHeaderBytes)
    return "it begins with the text \"" + std::string(text) +
           "\"; nothing may write to the link but nearside";
  return "its first bytes begin no frame; check that nearside runs at that end";
}

std::string hex_byte(unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

}  // namespace

std::string_view to_string(FrameType type) noexcept {
  for (const auto& [value, word] : kWords)
    if (value == type) return word;
  return {};
}

Result<std::size_t> FrameDecoder::frame_size(std::string_view header,
                                             std::string_view following) const {
  const auto type = static_cast<FrameType>(header[0]);
  if (to_string(type).empty()) {
    if (any_frame_)
      return violation(Errc::kFrameMalformed,
                       "The peer sent a frame of the unknown type " +
                           hex_byte(static_cast<unsigned char>(header[0])) +
                           "; the connection was damaged or the peer is not nearside.");
    std::string start(header);
    start.append(following.substr(0, 60));
    return violation(Errc::kFrameMalformed, "The peer does not speak nearside's protocol: " +
                                                what_it_looks_like(start) + ".");
  }
  const std::size_t length = read_u32(header) & 0xFFFFFF;
  if (length > max_payload_)
    return violation(Errc::kFrameTooLarge, "The peer announced a " + std::string(to_string(type)) +
                                               " frame of " + std::to_string(length) +
                                               " bytes; the limit is " +
                                               std::to_string(max_payload_) + ".");
  return kFrameHeaderBytes + length;
}

Result<std::optional<Frame>> FrameDecoder::next(std::string_view& bytes) {
  if (std::exchange(given_, false)) partial_.clear();
  if (partial_.empty() && bytes.size() >= kFrameHeaderBytes) {
    const auto size =
        frame_size(bytes.substr(0, kFrameHeaderBytes), bytes.substr(kFrameHeaderBytes));
    if (!size) return size.error();
    if (bytes.size() >= *size) {
      any_frame_ = true;
      const Frame frame{static_cast<FrameType>(bytes[0]),
                        bytes.substr(kFrameHeaderBytes, *size - kFrameHeaderBytes)};
      bytes.remove_prefix(*size);
      return std::optional(frame);
    }
  }
  const auto take_up_to = [&](std::size_t size) {
    const auto count = std::min(size - partial_.size(), bytes.size());
    partial_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    return partial_.size() == size;
  };
  if (partial_.size() < kFrameHeaderBytes && !take_up_to(kFrameHeaderBytes))
    return std::optional<Frame>();
  const auto header = std::string_view(partial_).substr(0, kFrameHeaderBytes);
  const auto size = frame_size(header, bytes);
  if (!size) return size.error();
  if (!take_up_to(*size)) return std::optional<Frame>();
  given_ = any_frame_ = true;
  return std::optional(Frame{static_cast<FrameType>(partial_[0]),
                             std::string_view(partial_).substr(kFrameHeaderBytes)});
}

void append_u16(std::string& out, std::uint16_t value) {
  append_big_endian(out, value);
}
void append_u32(std::string& out, std::uint32_t value) {
  append_big_endian(out, value);
}
void append_u64(std::string& out, std::uint64_t value) {
  append_big_endian(out, value);
}
std::uint16_t read_u16(std::string_view bytes) {
  return read_big_endian<std::uint16_t>(bytes);
}
std::uint32_t read_u32(std::string_view bytes) {
  return read_big_endian<std::uint32_t>(bytes);
}
std::uint64_t read_u64(std::string_view bytes) {
  return read_big_endian<std::uint64_t>(bytes);
}

std::size_t begin_frame(std::string& out, FrameType type) {
  const auto position = out.size();
  out.push_back(static_cast<char>(type));
  out.append(3, '\0');
  return position;
}

void end_frame(std::string& out, std::size_t position) {
  const auto length = out.size() - position - kFrameHeaderBytes;
  out[position + 1] = static_cast<char>(length >> 16 & 0xFF);
  out[position + 2] = static_cast<char>(length >> 8 & 0xFF);
  out[position + 3] = static_cast<char>(length & 0xFF);
}

void append_frame(std::string& out, FrameType type, std::string_view payload) {
  const auto position = begin_frame(out, type);
  out.append(payload);
  end_frame(out, position);
}

void append_number_frame(std::string& out, FrameType type, std::uint64_t number) {
  const auto position = begin_frame(out, type);
  append_u64(out, number);
  end_frame(out, position);
}

void append_credit_frame(std::string& out, std::uint32_t channel, std::uint64_t limit) {
  const auto position = begin_frame(out, FrameType::kCredit);
  append_u32(out, channel);
  append_u64(out, limit);
  end_frame(out, position);
}

}  // namespace nearside::link
