// The walk over a JSON object's structure.
#include "core/dap/structure.hpp"

#include "core/dap/limits.hpp"

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace nearside::dap {
namespace {

using Parser = simdjson::internal::dom_parser_implementation;

Fault not_json(std::string what) {
  return {Errc::kBodyNotJson, Condition::kPeerViolation,
          "A message is not JSON: " + std::move(what) + "."};
}

// One parser is kept a thread, since making one costs as much as using it. A parser for a huge
// message is made for it alone: it takes four bytes of address space for each of the message's.
thread_local std::unique_ptr<Parser> kept_parser;

std::unique_ptr<Parser> take_parser(std::size_t bytes) {
  if (kept_parser && kept_parser->capacity() >= bytes) return std::move(kept_parser);
  const std::size_t capacity = bytes > kKeptParserBytes ? bytes : kKeptParserBytes;
  std::unique_ptr<Parser> parser;
  const auto error =
      simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, parser);
  if (error) return nullptr;
  return parser;
}

void give_back_parser(std::unique_ptr<Parser> parser) {
  if (parser && parser->capacity() <= kKeptParserBytes) kept_parser = std::move(parser);
}

enum Class : std::uint8_t {
  kScalar,
  kString,
  kOpenObject,
  kCloseObject,
  kOpenArray,
  kCloseArray,
  kColon,
  kComma
};

constexpr std::array<Class, 256> kClassOf = [] {
  std::array<Class, 256> table{};
  table['"'] = kString;
  table['{'] = kOpenObject;
  table['}'] = kCloseObject;
  table['['] = kOpenArray;
  table[']'] = kCloseArray;
  table[':'] = kColon;
  table[','] = kComma;
  return table;
}();

// What may come next inside a value. After a closing bracket the state is that of what it closed
// into.
enum State : std::uint8_t {
  kValueInObject,
  kValueInArray,
  kFirstValue,  // or the array's end
  kFirstKey,    // or the object's end
  kKey,
  kAfterKey,
  kAfterInObject,
  kAfterInArray,
  kWrong,
};

constexpr auto kNext = [] {
  std::array<std::array<State, 8>, 8> table{};
  for (auto& row : table) row.fill(kWrong);
  for (const State state : {kValueInObject, kValueInArray, kFirstValue}) {
    table[state][kScalar] = table[state][kString] =
        state == kValueInObject ? kAfterInObject : kAfterInArray;
    table[state][kOpenObject] = kFirstKey;
    table[state][kOpenArray] = kFirstValue;
  }
  table[kFirstKey][kString] = table[kKey][kString] = kAfterKey;
  table[kAfterKey][kColon] = kValueInObject;
  table[kAfterInObject][kComma] = kKey;
  table[kAfterInArray][kComma] = kValueInArray;
  table[kFirstKey][kCloseObject] = table[kAfterInObject][kCloseObject] = kAfterInObject;
  table[kFirstValue][kCloseArray] = table[kAfterInArray][kCloseArray] = kAfterInArray;
  return table;
}();

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

Structure::Structure(std::string_view text, std::unique_ptr<Parser> parser)
    : text_(text),
      parser_(std::move(parser)),
      indexes_(parser_->structural_indexes.get(), parser_->n_structural_indexes) {}

Structure::~Structure() {
  give_back_parser(std::move(parser_));
}
Structure::Structure(Structure&&) noexcept = default;
Structure& Structure::operator=(Structure&&) noexcept = default;

Result<Structure> Structure::of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF"))
    return not_json("it begins with a byte order mark, which JSON does not allow");
  if (text.empty()) return not_json("it is empty");
  if (text.size() > std::numeric_limits<std::uint32_t>::max() - kMaxDepth) {
    return not_json("it has " + std::to_string(text.size()) +
                    " bytes, and 4 GiB is the most that can be read");
  }
  auto parser = take_parser(text.size());
  if (!parser) {
    return Fault{
        Errc::kBodyTooLarge, Condition::kInternal,
        "There is no memory to read a message of " + std::to_string(text.size()) + " bytes."};
  }
  const auto error = parser->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                    simdjson::stage1_mode::regular);
  Structure structure(text, std::move(parser));
  switch (error) {
    case simdjson::SUCCESS:
      break;
    case simdjson::UTF8_ERROR:
      return not_json("it is not UTF-8");
    case simdjson::UNCLOSED_STRING:
      return not_json("it ends inside a string");
    case simdjson::UNESCAPED_CHARS:
      return not_json("a string holds a control character that is not escaped");
    case simdjson::EMPTY:
      return not_json("there is nothing in it but white space");
    default:
      return not_json(simdjson::error_message(error));
  }
  return structure;
}

std::size_t Structure::end_before(std::size_t index) const {
  std::size_t end = indexes_[index];
  while (is_space(text_[end - 1])) --end;
  return end;
}

Result<ObjectWalk> ObjectWalk::open(std::string_view text) {
  auto structure = Structure::of(text);
  if (!structure) return structure.error();
  if (!structure->is(0, '{')) return not_json("it is not an object");
  return ObjectWalk(*std::move(structure));
}

Fault ObjectWalk::unexpected(std::size_t index) const {
  if (index >= structure_.size()) return not_json("it ends too early, inside an object or array");
  return not_json("there is something unexpected at byte " +
                  std::to_string(structure_.position(index)));
}

Result<std::optional<Member>> ObjectWalk::next() {
  if (structure_.is(next_, '}') && (first_ || !structure_.is(next_ - 1, ','))) {
    if (next_ + 1 != structure_.size()) {
      return not_json("something follows the object, at byte " +
                      std::to_string(structure_.position(next_ + 1)));
    }
    return std::nullopt;
  }
  if (!structure_.is(next_, '"')) return unexpected(next_);
  if (!structure_.is(next_ + 1, ':')) return unexpected(next_ + 1);
  first_ = false;
  Member member;
  member.key.begin = structure_.position(next_);
  member.key.length = structure_.end_before(next_ + 1) - member.key.begin;
  next_ += 2;
  if (next_ >= structure_.size()) return unexpected(next_);
  member.value.begin = structure_.position(next_);
  if (const auto fault = skip_value()) return *fault;
  if (next_ >= structure_.size()) return unexpected(next_);
  member.value.length = structure_.end_before(next_) - member.value.begin;
  if (structure_.at(next_) == ',') {
    ++next_;
  } else if (structure_.at(next_) != '}') {
    return unexpected(next_);
  }
  return member;
}

// Walks over one value, from next_ to the structural character after it.
std::optional<Fault> ObjectWalk::skip_value() {
  // Bit d: whether the container at depth d is an array. The object itself is at depth 0.
  std::array<bool, kMaxDepth> in_array;
  std::size_t depth = 0;
  State state = kValueInObject;
  std::size_t index = next_;
  for (; index < structure_.size(); ++index) {
    const Class found = kClassOf[static_cast<unsigned char>(structure_.at(index))];
    state = kNext[state][found];
    if (state == kWrong) break;
    if (found == kOpenObject || found == kOpenArray) {
      if (++depth == kMaxDepth) {
        return not_json("it is nested deeper than " + std::to_string(kMaxDepth) + " levels");
      }
      in_array[depth] = found == kOpenArray;
    } else if (found == kCloseObject || found == kCloseArray) {
      --depth;
      if (depth > 0) state = in_array[depth] ? kAfterInArray : kAfterInObject;
    }
    if (depth == 0) {
      next_ = index + 1;
      return std::nullopt;
    }
  }
  return unexpected(index);
}

std::optional<std::string> unescape(std::string_view token) {
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return std::nullopt;
  const auto inside = token.substr(1, token.size() - 2);
  if (inside.find('\\') == inside.npos) return std::string(inside);
  const auto value = nlohmann::json::parse(token, nullptr, /*allow_exceptions=*/false);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

bool says(std::string_view token, std::string_view word) {
  if (token.size() < word.size() + 2) return false;
  if (token.size() == word.size() + 2) return token.substr(1, word.size()) == word;
  // Six bytes a letter are the most that an escape takes; what is longer need not be unescaped.
  if (token.size() > 6 * word.size() + 2 || token.find('\\') == token.npos) return false;
  const auto value = unescape(token);
  return value && *value == word;
}

std::optional<std::int64_t> read_integer(std::string_view token) {
  std::string_view digits = token;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc{} || end != token.data() + token.size()) return std::nullopt;
  if (value > kMaxNumber || value < -kMaxNumber) return std::nullopt;
  return value;
}

std::optional<ByteRange> find_member(std::string_view text, std::string_view key) {
  auto walk = ObjectWalk::open(text);
  if (!walk) return std::nullopt;
  std::optional<ByteRange> found;
  while (true) {
    const auto member = walk->next();
    if (!member) return std::nullopt;
    if (!*member) return found;
    if (says(text.substr((*member)->key.begin, (*member)->key.length), key))
      found = (*member)->value;
  }
}

}  // namespace nearside::dap
