// The frame decoder's state machine, and the encoder.
#include "core/dap/frame.hpp"

#include "core/dap/quote.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace nearside::dap {
namespace {

/// The first memory of a body that comes in pieces, and how much more there may be than has come.
/// Growing by four copies a third of the body on its way; and a liar gets three bytes of address
/// space for each that he sends.
constexpr std::size_t kFirstBodyBytes = 64 * 1024;
constexpr std::size_t kBodyGrowth = 4;
/// An empty buffer larger than this is given back: one huge message must not hold its memory.
constexpr std::size_t kKeptBufferBytes = 256 * 1024;

/// What a field name may hold (RFC 9110, token), so that JSON, prose and binary show at once.
bool is_name_character(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

bool equal_without_case(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  });
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

Fault violation(Errc code, std::string message) {
  return {code, Condition::kPeerViolation, std::move(message)};
}

}  // namespace

void FrameDecoder::feed(std::string_view bytes) {
  if (fault_) return;
  if (body_length_) bytes.remove_prefix(grow_body(bytes));
  compact();
  buffer_.append(bytes);
}

// Drops what is done with, in time that the bytes that came since have paid for.
void FrameDecoder::compact() {
  if (consumed_ == buffer_.size()) {
    buffer_.clear();
    if (buffer_.capacity() > kKeptBufferBytes) buffer_.shrink_to_fit();
  } else if (consumed_ > buffer_.size() / 2) {
    buffer_.erase(0, consumed_);
  } else {
    return;
  }
  consumed_ = 0;
}

// Moves what belongs to the body out of `bytes`; says how many bytes that were.
std::size_t FrameDecoder::grow_body(std::string_view bytes) {
  const auto taken = std::min(bytes.size(), *body_length_ - body_.size());
  const auto size = body_.size() + taken;
  if (size + kSpareBodyBytes > body_.capacity()) {
    body_.reserve(std::min(*body_length_, std::max(size * kBodyGrowth, kFirstBodyBytes)) +
                  kSpareBodyBytes);
  }
  body_.append(bytes.substr(0, taken));
  return taken;
}

Result<std::optional<std::string>> FrameDecoder::next() {
  if (!fault_ && !body_length_) fault_ = read_header();
  if (fault_) return *fault_;
  if (!body_length_ || body_.size() < *body_length_) return std::nullopt;
  body_length_.reset();
  return std::optional<std::string>(std::exchange(body_, {}));
}

Result<void> FrameDecoder::finish() const {
  if (fault_) return *fault_;
  if (body_length_ && body_.size() < *body_length_) {
    return violation(Errc::kUnexpectedEnd,
                     "The stream ended inside a message: " + std::to_string(body_.size()) +
                         " of its " + std::to_string(*body_length_) + " bytes had come.");
  }
  if (!body_length_ && !block().empty()) {
    return violation(Errc::kUnexpectedEnd,
                     "The stream ended where a DAP message begins, after " + quote(block()) +
                         ". What speaks there should speak DAP and print nothing else.");
  }
  return {};
}

// Reads on in the header block. Sets body_length_ when it is whole.
std::optional<Fault> FrameDecoder::read_header() {
  for (; consumed_ + scanned_ < buffer_.size(); ++scanned_) {
    if (scanned_ == limits_.header_bytes) {
      return not_a_header(
          Errc::kHeaderTooLong,
          "a header longer than the limit of " + std::to_string(limits_.header_bytes) + " bytes");
    }
    const auto line = block().substr(line_begin_, scanned_ - line_begin_);
    const char c = block()[scanned_];
    if (line.ends_with('\r')) {
      if (c != '\n') return not_a_header(Errc::kHeaderMalformed, "a CR without its LF");
      if (line.size() == 1) return begin_body();
      if (auto fault = end_field(line.substr(0, line.size() - 1))) return fault;
      line_begin_ = scanned_ + 1;
      colon_.reset();
    } else if (c == '\r') {
      if (!line.empty() && !colon_)
        return not_a_header(Errc::kHeaderMalformed, "a line without a colon");
    } else if (c == '\n') {
      return not_a_header(Errc::kHeaderMalformed, "a line that does not end with CR LF");
    } else if (is_control(c)) {
      return not_a_header(Errc::kHeaderMalformed, "a control character");
    } else if (!colon_) {
      if (c == ':' && !line.empty()) {
        colon_ = line.size();
      } else if (!is_name_character(c)) {
        return not_a_header(Errc::kHeaderMalformed, "something else");
      }
    }
  }
  return std::nullopt;
}

std::optional<Fault> FrameDecoder::end_field(std::string_view line) {
  if (++fields_ > limits_.header_fields) {
    return not_a_header(
        Errc::kHeaderTooLong,
        "a header of more than the " + std::to_string(limits_.header_fields) + " fields allowed");
  }
  if (!equal_without_case(line.substr(0, *colon_), "content-length")) return std::nullopt;

  const auto text = trim(line.substr(*colon_ + 1));
  const auto digits = text.find_first_not_of("0123456789");
  if (text.empty() || digits != text.npos) {
    return violation(Errc::kContentLengthInvalid,
                     "A DAP message announces itself with the Content-Length " + quote(text) +
                         ", which is no count of bytes.");
  }
  std::size_t length = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::size_t>(c - '0');
    if (digit > limits_.body_bytes || length > (limits_.body_bytes - digit) / 10) {
      return violation(Errc::kBodyTooLarge, "A DAP message announces itself with " +
                                                std::string(text.substr(0, kMaxQuotedBytes)) +
                                                " bytes, more than the limit of " +
                                                std::to_string(limits_.body_bytes) + ".");
    }
    length = length * 10 + digit;
  }
  if (announced_ && *announced_ != length) {
    return violation(Errc::kContentLengthInvalid,
                     "A DAP message has two lengths: Content-Length is " +
                         std::to_string(*announced_) + " and " + std::to_string(length) + ".");
  }
  announced_ = length;
  return std::nullopt;
}

// The header block is whole: what is there of the body moves over, and the next header begins.
std::optional<Fault> FrameDecoder::begin_body() {
  if (!announced_) {
    return not_a_header(Errc::kContentLengthMissing, "a header that has no Content-Length");
  }
  consumed_ += scanned_ + 1;
  scanned_ = line_begin_ = fields_ = 0;
  colon_.reset();
  body_length_ = std::exchange(announced_, std::nullopt);
  consumed_ += grow_body(block());
  return std::nullopt;
}

Fault FrameDecoder::not_a_header(Errc code, std::string_view what) const {
  return violation(code,
                   "This is no DAP: where \"Content-Length: …\" should begin a message stands " +
                       std::string(what) + ": " + quote(block()) +
                       ". What speaks there should speak DAP and print nothing else.");
}

std::string frame_header(std::size_t body_bytes) {
  return "Content-Length: " + std::to_string(body_bytes) + "\r\n\r\n";
}

std::string encode_frame(std::string_view body) {
  std::string frame = frame_header(body.size());
  frame.reserve(frame.size() + body.size());
  frame += body;
  return frame;
}

}  // namespace nearside::dap
