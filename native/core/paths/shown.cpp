// Made fit to be read, and to be put into JSON.
#include "core/paths/shown.hpp"

#include "core/paths/limits.hpp"

#include <utf8proc.h>

namespace nearside::paths {
namespace {

std::string cleaned(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    utf8proc_int32_t code_point = -1;
    const auto read = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    const std::size_t length = read > 0 ? static_cast<std::size_t>(read) : 1;
    const bool is_control = code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
    if (is_control)
      clean += '?';
    else
      clean += text.substr(0, length);
    text.remove_prefix(length);
  }
  return clean;
}

}  // namespace

std::string shown(std::string_view path) {
  if (path.size() <= kMaxShownBytes) return "'" + cleaned(path) + "'";
  constexpr std::size_t kHalf = kMaxShownBytes / 2;
  return "'" + cleaned(path.substr(0, kHalf)) + "…" + cleaned(path.substr(path.size() - kHalf)) +
         "'";
}

}  // namespace nearside::paths
