// Quoting for messages.
#include "core/dap/quote.hpp"

#include "core/dap/limits.hpp"

namespace nearside::dap {

std::string quote(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : bytes.substr(0, kMaxQuotedBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        if (byte >= 0x20 && byte < 0x7f) {
          out += c;
        } else {
          out += "\\x";
          out += kHex[byte >> 4];
          out += kHex[byte & 15];
        }
    }
  }
  if (bytes.size() > kMaxQuotedBytes) out += "…";
  return out + "\"";
}

}  // namespace nearside::dap
