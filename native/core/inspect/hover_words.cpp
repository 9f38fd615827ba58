// One pass over the line.
#include "core/inspect/hover_words.hpp"

#include "core/inspect/word.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace nearside::inspect {
namespace {

constexpr std::array kWordsOfLanguages = std::to_array<std::string_view>(
    {"and",    "as",       "async",   "auto",   "await",  "bool",   "break",  "case",   "catch",
     "chan",   "class",    "const",   "def",    "defer",  "delete", "do",     "elif",   "else",
     "enum",   "except",   "false",   "False",  "float",  "fn",     "for",    "from",   "func",
     "go",     "goto",     "if",      "import", "in",     "int",    "is",     "lambda", "let",
     "loop",   "map",      "match",   "mut",    "new",    "nil",    "None",   "not",    "null",
     "or",     "pass",     "print",   "range",  "return", "select", "static", "string", "struct",
     "switch", "continue", "default", "throw",  "true",   "True",   "try",    "type",   "using",
     "var",    "void",     "while",   "with",   "yield"});

class Line {
 public:
  Line(std::string_view text, std::size_t most) : text_(text), most_(most) {}

  std::vector<std::string> words() && {
    while (at_ < text_.size() && found_.size() < most_) {
      const char c = text_[at_];
      if (is_comment()) break;
      if (c == '"' || c == '\'' || c == '`')
        skip_text(c);
      else if (is_word(c))
        take_chain();
      else
        ++at_;
    }
    return std::move(found_);
  }

 private:
  bool is_comment() const {
    const auto rest = text_.substr(at_);
    return rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#');
  }

  void skip_text(char quote) {
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_)
      if (text_[at_] == '\\') ++at_;
    ++at_;
  }

  /// Length of `.` or `->` between two names; 0: there is none.
  std::size_t joint() const {
    const auto rest = text_.substr(at_);
    const std::size_t length = rest.starts_with('.') ? 1 : rest.starts_with("->") ? 2 : 0;
    const bool goes_on = length > 0 && rest.size() > length && is_word(rest[length]);
    return goes_on ? length : 0;
  }

  void take_chain() {
    const auto begin = at_;
    const auto before = text_.substr(0, begin);
    const bool is_member = before.ends_with('.') || before.ends_with("->");  // Of an element.
    const bool is_number = std::isdigit(static_cast<unsigned char>(text_[at_])) != 0;
    for (;;) {
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
      const bool is_call = at_ < text_.size() && text_[at_] == '(';
      if (!is_member && !is_number && !is_call) add(text_.substr(begin, at_ - begin));
      const auto length = joint();
      if (length == 0) return;
      at_ += length;
    }
  }

  void add(std::string_view chain) {
    const bool is_languages =
        std::ranges::find(kWordsOfLanguages, chain) != kWordsOfLanguages.end();
    const bool is_known = std::ranges::find(found_, chain) != found_.end();
    if (!is_languages && !is_known && found_.size() < most_) found_.emplace_back(chain);
  }

  std::string_view text_;
  std::size_t most_;
  std::size_t at_ = 0;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> hover_words(std::string_view line, std::size_t most) {
  return Line(line, most).words();
}

}  // namespace nearside::inspect
