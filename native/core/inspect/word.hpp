// What names in a program are made of, by its signs alone, for any language.
#pragma once

#include <cctype>

namespace nearside::inspect {

/// Bytes of UTF-8 beyond ASCII are taken for letters.
inline bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
}

}  // namespace nearside::inspect
