// One pass over the line; a word exists once a quote or a character of it has been seen.
#include "far/words.hpp"

#include <optional>

namespace nearside::far_end {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

Fault not_closed(const char* what) {
  return {Errc::kConfigurationInvalid, Condition::kMisconfigured,
          std::string("The adapter's command line has ") + what + "."};
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    const bool last = at + 1 == line.size();
    if (quote == '\0' && kBlanks.find(c) != std::string_view::npos) {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
      continue;
    }
    if (!word) word.emplace();
    if (quote == '\'') {
      if (c == '\'') quote = '\0';
      if (c != '\'') *word += c;
    } else if (c == '\\') {
      if (last) return not_closed("a backslash at its end");
      const char next = line[++at];
      if (quote == '"' && std::string_view("\\\"$`").find(next) == std::string_view::npos)
        *word += '\\';
      *word += next;
    } else if (c == '"') {
      quote = quote == '"' ? '\0' : '"';
    } else if (c == '\'' && quote == '\0') {
      quote = '\'';
    } else {
      *word += c;
    }
  }
  if (quote == '\'') return not_closed("a single quote that is not closed");
  if (quote == '"') return not_closed("a double quote that is not closed");
  if (word) words.push_back(std::move(*word));
  if (words.empty()) {
    return Fault{Errc::kConfigurationInvalid, Condition::kMisconfigured,
                 "The adapter's command line is empty. Write stdio:COMMAND ARGUMENTS…"};
  }
  return words;
}

}  // namespace nearside::far_end
