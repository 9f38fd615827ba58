// base64url without padding (RFC 4648, section 5). One text stands for one run of bytes: another
// spelling of the same (padding, unused bits, blanks) is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nearside::io {

std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace nearside::io
