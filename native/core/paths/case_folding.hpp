// Names of a file system that takes A and a for the same: their folded form, by Unicode 15. What
// always holds: one code point folds to one, so that no two names are equal here that such a system
// keeps apart by their letters ("straße", "strasse"); composed and decomposed forms are equal.
#pragma once

#include <string>
#include <string_view>

namespace nearside::paths {

/// Appends the folded form of a name. What is not UTF-8 keeps its bytes, but for ASCII letters.
void append_folded(std::string& out, std::string_view name);

}  // namespace nearside::paths
