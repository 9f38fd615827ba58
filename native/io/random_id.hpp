// Names that nobody can guess: random bits as lower-case hexadecimal digits.
#pragma once

#include <cstddef>
#include <string>

namespace nearside::io {

/// Of links and their secrets.
inline constexpr std::size_t kLinkIdBytes = 16;

/// Two digits a byte.
std::string random_id(std::size_t bytes);

}  // namespace nearside::io
