// Which expressions only look, told by their words and signs alone, for any language: what is not
// known to be harmless is taken for harm. So a cast like `int(x)` counts as a call, and two words
// side by side (`call f`, `del x`, `dlv config`) as a command.
#include "core/inspect/request.hpp"
#include "core/inspect/word.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace nearside::inspect {
namespace {

constexpr std::array kWordOperators =
    std::to_array<std::string_view>({"and", "or", "not", "in", "is", "if", "else", "sizeof"});
/// Words that do something by themselves.
constexpr std::array kVerbs = std::to_array<std::string_view>(
    {"await", "co_await", "delete", "for", "import", "lambda", "new", "throw", "yield"});
constexpr std::array kForbiddenSigns =
    std::to_array<std::string_view>({"++", "--", "<-", ":=", "<<=", ">>=", "==="});
constexpr std::string_view kSigns = ".,:?+-*/%&|^~!<>=[]()";

/// What the last token was, as far as the next one depends on it.
enum class Last { kStart, kOperator, kWord, kClosed, kParenthesis };

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool is_pure() {
    while (skip_blanks(), at_ < text_.size())
      if (!take_token()) return false;
    return last_ != Last::kStart;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  bool take_token() {
    const char c = text_[at_];
    if (c == '"' || c == '\'') return take_string(c);
    if (is_word(c)) return take_word();
    return kSigns.find(c) != std::string_view::npos && take_sign(c);
  }

  bool take_string(char quote) {
    if (last_ == Last::kWord) return false;  // f"…" runs what stands in it.
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_)
      if (text_[at_] == '\\') ++at_;
    last_ = Last::kClosed;
    return at_++ < text_.size();
  }

  bool take_word() {
    const auto begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const auto word = text_.substr(begin, at_ - begin);
    if (std::ranges::find(kVerbs, word) != kVerbs.end()) return false;
    if (std::ranges::find(kWordOperators, word) != kWordOperators.end()) {
      last_ = Last::kOperator;
      return true;
    }
    const bool follows_value = last_ == Last::kWord || last_ == Last::kClosed;
    last_ = Last::kWord;
    return !follows_value;
  }

  bool take_sign(char c) {
    const auto rest = text_.substr(at_);
    if (std::ranges::any_of(kForbiddenSigns, [&](auto sign) { return rest.starts_with(sign); }))
      return false;
    const auto pair = rest.substr(0, 2);
    if (pair == "==" || pair == "!=" || pair == "<=" || pair == ">=") {
      at_ += 2;
      last_ = Last::kOperator;
      return true;
    }
    if (c == '=') return false;
    // `a <<= 1`, `a += 1`: the `=` comes to be looked at by itself.
    ++at_;
    const bool is_call = c == '(' && last_ != Last::kStart && last_ != Last::kOperator;
    last_ = c == ')' ? Last::kParenthesis : c == ']' ? Last::kClosed : Last::kOperator;
    return !is_call;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Last last_ = Last::kStart;
};

}  // namespace

bool is_pure_expression(std::string_view expression) {
  return Reader(expression).is_pure();
}

}  // namespace nearside::inspect
