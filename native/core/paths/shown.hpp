// A path in a sentence for a person: in quotes, on one line, and always UTF-8, whatever its bytes.
#pragma once

#include <string>
#include <string_view>

namespace nearside::paths {

/// '/home/u/x'. Control characters and what is not UTF-8 are shown as '?', the middle of what is
/// longer than kMaxShownBytes as '…'.
std::string shown(std::string_view path);

}  // namespace nearside::paths
