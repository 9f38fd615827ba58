// The envelope of a DAP message (specification: ProtocolMessage, Request, Response, Event): the
// few top-level fields that routing needs, and where they stand in the bytes, so that they can be
// replaced by splicing. The body is walked over, not parsed; all other bytes stay as they came.
#pragma once

#include "core/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::dap {

enum class MessageType { kRequest, kResponse, kEvent };

/// Where a value stands in the message's bytes: [begin, begin + length).
struct ByteRange {
  std::size_t begin = 0;
  std::size_t length = 0;
  bool operator==(const ByteRange&) const = default;
};

/// What `parse_envelope` found. Strings are unescaped copies; ranges point into the parsed bytes.
struct Envelope {
  MessageType type = MessageType::kEvent;
  std::int64_t seq = 0;
  ByteRange seq_range;
  std::int64_t request_seq = 0;  ///< Responses only.
  ByteRange request_seq_range;   ///< Responses only.
  std::string name;              ///< `command` of a request or response, `event` of an event.
  bool success = false;          ///< Responses only.
  /// The value of `arguments` (requests) or `body` (responses, events), braces included, if there.
  std::optional<ByteRange> payload;
};

/// Reads the envelope of one message body. Refuses, by name: what is not UTF-8 JSON, not an
/// object, nested deeper than kMaxDepth, without a valid `type`, `seq`, `command`/`event`, or (in
/// responses) `request_seq` and `success`. A missing `seq` is a fault in requests only: adapters
/// are known to leave it out or 0 elsewhere, and then seq_range is empty.
Result<Envelope> parse_envelope(std::string_view message);

/// A message with its envelope: the unit that goes through the pipeline. Owns its bytes; the
/// envelope's ranges always fit them.
class Message {
 public:
  static Result<Message> parse(std::string bytes);

  const Envelope& envelope() const { return envelope_; }
  const std::string& bytes() const { return bytes_; }
  std::string take_bytes() && { return std::move(bytes_); }
  /// The bytes of `arguments` or `body`; empty if there is none.
  std::string_view payload() const;

  /// Splice the number in place; bytes stay untouched when it is already that number.
  void set_seq(std::int64_t seq);
  void set_request_seq(std::int64_t request_seq);

 private:
  Message(std::string bytes, Envelope envelope)
      : bytes_(std::move(bytes)), envelope_(std::move(envelope)) {}
  void splice(ByteRange& range, std::int64_t value);

  std::string bytes_;
  Envelope envelope_;
};

}  // namespace nearside::dap
