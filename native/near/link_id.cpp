// Random bits from io, as text.
#include "near/link_id.hpp"

#include "io/tls.hpp"

#include <string_view>

namespace nearside::near_end {

std::string random_link_id() {
  constexpr std::size_t kBytes = 16;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const char byte : io::random_bytes(kBytes)) {
    const auto value = static_cast<unsigned char>(byte);
    id += kDigits[value >> 4];
    id += kDigits[value & 15];
  }
  return id;
}

}  // namespace nearside::near_end
