// The structure of a JSON object: which members it has and where they stand in the bytes. simdjson
// checks UTF-8 and strings and finds the structural characters; a walk over these checks that
// brackets, commas and colons are those of one JSON object, no deeper than kMaxDepth, and nothing
// after it. Not looked at: escapes inside strings, and what numbers and words say. Never recurses.
#pragma once

#include "core/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace nearside::dap {

/// Where a value stands in the message's bytes: [begin, begin + length).
struct ByteRange {
  std::size_t begin = 0;
  std::size_t length = 0;
  bool operator==(const ByteRange&) const = default;
};

/// The structural characters of a text, and where strings and other scalars begin, in order. Known
/// of the text then: it is UTF-8, and its strings end. Nothing is known of brackets.
class Structure {
 public:
  static Result<Structure> of(std::string_view text);
  ~Structure();
  Structure(Structure&&) noexcept;
  Structure& operator=(Structure&&) noexcept;

  std::size_t size() const { return indexes_.size(); }
  std::size_t position(std::size_t index) const { return indexes_[index]; }
  char at(std::size_t index) const { return text_[indexes_[index]]; }
  bool is(std::size_t index, char c) const { return index < indexes_.size() && at(index) == c; }
  /// The end of what stands before the structural character at `index`, without white space.
  std::size_t end_before(std::size_t index) const;
  std::string_view text() const { return text_; }

 private:
  using Parser = simdjson::internal::dom_parser_implementation;
  Structure(std::string_view text, std::unique_ptr<Parser> parser);

  std::string_view text_;
  std::unique_ptr<Parser> parser_;
  std::span<const std::uint32_t> indexes_;
};

/// One member of the object. A string's range holds its quotes.
struct Member {
  ByteRange key;
  ByteRange value;
};

/// Walks the members of the object in `text`. Use: `open`, then `next` until it gives nothing; only
/// then is the whole text known to be one well-formed object. A fault is final.
class ObjectWalk {
 public:
  static Result<ObjectWalk> open(std::string_view text);

  Result<std::optional<Member>> next();

 private:
  explicit ObjectWalk(Structure structure) : structure_(std::move(structure)) {}

  std::optional<Fault> skip_value();
  Fault unexpected(std::size_t index) const;

  Structure structure_;
  std::size_t next_ = 1;  ///< The first structural character that has not been walked over.
  bool first_ = true;
};

/// The value of the string token `token` (with its quotes), or nothing if an escape in it is wrong.
std::optional<std::string> unescape(std::string_view token);

/// Whether the string token `token` (with its quotes) says `word`, however it is escaped.
bool says(std::string_view token, std::string_view word);

/// The integer that the token says as JSON writes one: no fraction, no exponent, no leading zeros,
/// no larger than kMaxNumber.
std::optional<std::int64_t> read_integer(std::string_view token);

/// The value of the member `key` of the object `text`; of the last one, as parsers do, if it is
/// there twice. Nothing if it is not there, or `text` is not an object.
std::optional<ByteRange> find_member(std::string_view text, std::string_view key);

}  // namespace nearside::dap
