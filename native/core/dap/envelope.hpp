// The envelope of a DAP message (specification: ProtocolMessage, Request, Response, Event): the
// few top-level fields that routing needs, and where they stand in the bytes, so that they can be
// replaced by splicing. The rest is walked over, not parsed (structure.hpp says what that checks);
// all other bytes stay as they came, so a splice changes the meaning of nothing else.
#pragma once

#include "core/dap/structure.hpp"
#include "core/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace nearside::dap {

enum class MessageType { kRequest, kResponse, kEvent };

/// What `parse_envelope` found. Strings are unescaped copies; ranges point into the parsed bytes.
struct Envelope {
  MessageType type = MessageType::kEvent;
  std::int64_t seq = 0;
  ByteRange seq_range;
  std::int64_t request_seq = 0;  ///< Responses only.
  ByteRange request_seq_range;   ///< Responses only.
  std::string name;              ///< `command` (of a response: may be empty), or `event`.
  bool success = false;          ///< Responses only.
  /// The value of `arguments` (requests) or `body` (responses, events), braces included, if there.
  std::optional<ByteRange> payload;
};

/// Reads the envelope of one message body. Refuses, by name: what is not UTF-8 JSON, not an
/// object, nested deeper than kMaxDepth, without a valid `type`, `seq`, `command`/`event`, or (in
/// responses) `request_seq` and `success`, or has one of these, `arguments` or `body` twice.
/// Numbers are integers written as such, no larger than 2^53. A missing `seq` is a fault in
/// requests only: adapters are known to leave it out or 0 elsewhere, and then seq_range is empty.
Result<Envelope> parse_envelope(std::string_view message);

/// What can be saved of a message that parse_envelope refused: whom to answer.
struct BrokenRequest {
  std::int64_t seq = 0;
  std::string command;  ///< "unknown" if it cannot be told.
};
/// Nothing unless `message` is a JSON object that says `"type":"request"` and has a good `seq`.
std::optional<BrokenRequest> find_broken_request(std::string_view message);

/// A message with its envelope: the unit that goes through the pipeline. Owns its bytes; the
/// envelope's ranges always fit them.
class Message {
 public:
  static Result<Message> parse(std::string bytes);
  /// The same; bytes that are no message stay the caller's.
  static Result<Message> take(std::string& bytes);

  const Envelope& envelope() const { return envelope_; }
  const std::string& bytes() const { return bytes_; }
  std::string take_bytes() && { return std::move(bytes_); }
  /// The bytes of `arguments` or `body`; empty if there is none.
  std::string_view payload() const;

  /// Splice the number in place; bytes stay untouched when it is already that number. A `seq` that
  /// was left out is put in. set_request_seq is for responses only.
  void set_seq(std::int64_t seq);
  void set_request_seq(std::int64_t request_seq);

  /// Makes `json` the value of the member `key` of `arguments` or `body`, with the smallest change:
  /// nothing if it says so already, else a splice; what is missing on the way is put in.
  void set_payload_member(std::string_view key, std::string_view json);

  /// Takes the member `key` out of `arguments` or `body` and gives its value: of the last one, if
  /// it was there twice. Nothing, and no change, if it is not there.
  std::optional<std::string> take_payload_member(std::string_view key);

  /// Ends the message at `at`: the members from there to the closing brace go, the comma before
  /// them included. They are none that the envelope knows: that is the caller's duty.
  void cut_last_members(std::size_t at);

  /// Puts texts in the place of ranges of bytes(): in ascending order, none overlapping another.
  /// An empty range is an insertion. All inside payload(), and the texts keep the message
  /// well-formed: that is the caller's duty. One copy of the message, however many splices.
  struct Splice {
    ByteRange range;
    std::string text;
  };
  void replace(std::span<const Splice> splices);

 private:
  Message(std::string bytes, Envelope envelope)
      : bytes_(std::move(bytes)), envelope_(std::move(envelope)) {}
  void splice(ByteRange range, std::string_view text);
  void follow(ByteRange spliced, std::size_t length);

  std::string bytes_;
  Envelope envelope_;
};

}  // namespace nearside::dap
