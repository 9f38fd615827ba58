// DAP framing (specification: Base Protocol, "Content part" and "Header part"): bytes to message
// bodies and back. The decoder takes any split, holds at most one message, and refuses what is
// longer than its limits before it takes memory for it. It does not look into bodies.
#pragma once

#include "core/dap/limits.hpp"
#include "core/fault.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nearside::dap {

struct FrameLimits {
  std::size_t header_bytes = kMaxHeaderBytes;    ///< Of one header block with its blank line.
  std::size_t header_fields = kMaxHeaderFields;  ///< Fields in one header block.
  std::size_t body_bytes = kMaxBodyBytes;        ///< Of one `Content-Length`.
};

/// Turns a byte stream into message bodies. Use: `feed` what was read, then `next` until it gives
/// nothing. A fault is final: the stream has lost its place, and every later `next` repeats it.
class FrameDecoder {
 public:
  explicit FrameDecoder(FrameLimits limits = {}) : limits_(limits) {}

  /// Takes a copy of the bytes.
  void feed(std::string_view bytes);

  /// The next whole body (the caller's own), nothing if more bytes are needed, or the fault.
  Result<std::optional<std::string>> next();

  /// To be asked when the stream ends: a fault if it ended inside a message.
  Result<void> finish() const;

 private:
  FrameLimits limits_;
  std::string buffer_;
  std::size_t consumed_ = 0;
  std::optional<std::size_t> body_length_;
  std::optional<Fault> fault_;
};

/// `Content-Length: N\r\n\r\n`, to be sent in front of a body of `body_bytes` bytes.
std::string frame_header(std::size_t body_bytes);

/// Header and body in one string.
std::string encode_frame(std::string_view body);

}  // namespace nearside::dap
