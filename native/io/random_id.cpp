// Random bits of OpenSSL, as text.
#include "io/random_id.hpp"

#include "io/tls.hpp"

#include <string_view>

namespace nearside::io {

std::string random_id(std::size_t bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const char byte : random_bytes(bytes)) {
    const auto value = static_cast<unsigned char>(byte);
    id += kDigits[value >> 4];
    id += kDigits[value & 15];
  }
  return id;
}

}  // namespace nearside::io
