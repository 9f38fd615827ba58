// What was probably meant by a mistyped word. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nearside::cli {

/// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The known word that is nearest, if it is near enough to be meant; else empty.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

/// " Did you mean 'status'?" or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace nearside::cli
