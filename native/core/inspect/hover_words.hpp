// What a person could hover over on a line of a program, told by its signs alone, for any language:
// names and chains of members up to each name (`a`, `a.b`), as VS Code takes them. Leaves out what
// gives nothing: calls, numbers, texts, comments, and words that every language has for itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::inspect {

/// In the line's order, each once, `most` of them.
std::vector<std::string> hover_words(std::string_view line, std::size_t most);

}  // namespace nearside::inspect
