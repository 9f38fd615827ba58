// DAP framing (specification: Base Protocol, "Content part" and "Header part"): bytes to message
// bodies and back. The decoder takes any split, and refuses what is longer than its limits before
// it takes memory for it; memory follows the bytes that came, not what a header claims. Header
// fields other than Content-Length are allowed; lines end with CR LF. Bodies are not looked into.
#pragma once

#include "core/dap/limits.hpp"
#include "core/fault.hpp"

#include <cstddef>
#include <optional>
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
/// Where something stands that is no header, the fault quotes how it begins, since it mostly is
/// what a program has printed: "panic: …".
class FrameDecoder {
 public:
  explicit FrameDecoder(FrameLimits limits = {}) : limits_(limits) {}

  /// Takes a copy of the bytes.
  void feed(std::string_view bytes);

  /// The next whole body (the caller's own, with kSpareBodyBytes of spare capacity), nothing if
  /// more bytes are needed, or the fault.
  Result<std::optional<std::string>> next();

  /// To be asked when the stream ends: a fault if it ended inside a message.
  Result<void> finish() const;

  /// Bytes of memory that it holds.
  std::size_t capacity() const { return buffer_.capacity() + body_.capacity(); }

 private:
  std::optional<Fault> read_header();
  std::optional<Fault> end_field(std::string_view line);
  std::optional<Fault> begin_body();
  std::size_t grow_body(std::string_view bytes);
  void compact();
  std::string_view block() const { return std::string_view(buffer_).substr(consumed_); }
  Fault not_a_header(Errc code, std::string_view what) const;

  FrameLimits limits_;
  std::string buffer_;        ///< What was fed, but for the bytes that went straight to body_.
  std::size_t consumed_ = 0;  ///< Bytes of buffer_ that are done with.
  // The header block that is being read; positions count from consumed_.
  std::size_t scanned_ = 0;  ///< No byte is looked at twice, so one-byte feeds cost no more.
  std::size_t line_begin_ = 0;
  std::optional<std::size_t> colon_;  ///< In the current line.
  std::size_t fields_ = 0;
  std::optional<std::size_t> announced_;
  // The body that is being gathered.
  std::optional<std::size_t> body_length_;
  std::string body_;
  std::optional<Fault> fault_;
};

/// `Content-Length: N\r\n\r\n`, to be sent in front of a body of `body_bytes` bytes.
std::string frame_header(std::size_t body_bytes);

/// Header and body in one string.
std::string encode_frame(std::string_view body);

}  // namespace nearside::dap
