// Optimal string alignment: typing errors are mostly one key too many, too few, wrong or swapped.
#include "cli/suggestion.hpp"

#include <algorithm>

namespace nearside::cli {

std::size_t edit_distance(std::string_view from, std::string_view to) {
  const std::size_t width = to.size() + 1;
  std::vector<std::size_t> cost((from.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return cost[i * width + j]; };
  for (std::size_t i = 0; i <= from.size(); ++i) at(i, 0) = i;
  for (std::size_t j = 0; j <= to.size(); ++j) at(0, j) = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = at(i - 1, j - 1) + (from[i - 1] == to[j - 1] ? 0 : 1);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, replaced});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  }
  return at(from.size(), to.size());
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  // A third of the word may be wrong; a beginning of at least two letters is taken for the whole.
  // Words beyond any of ours are not worth a table of their size.
  constexpr std::size_t kLongestWord = 64;
  if (word.size() > kLongestWord) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string_view one : known) {
    const bool beginning = word.size() >= 2 && one.starts_with(word) && !word.ends_with('-');
    const std::size_t distance = beginning ? 1 : edit_distance(word, one);
    if (distance < best_distance) {
      best = one;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view meant = nearest(word, known);
  return meant.empty() ? "" : " Did you mean '" + std::string(meant) + "'?";
}

}  // namespace nearside::cli
