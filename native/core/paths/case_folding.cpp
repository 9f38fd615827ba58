// Decompose, fold, compose: folding first would tell the two forms of a letter with a mark below
// it apart.
#include "core/paths/case_folding.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace nearside::paths {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* bytes) const noexcept { std::free(bytes); }
};
using Bytes = std::unique_ptr<utf8proc_uint8_t, Free>;

char fold_ascii(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// What folds to several code points ("ß", "İ") is left alone.
utf8proc_int32_t fold(utf8proc_int32_t code_point, void* /*unused*/) {
  std::array<utf8proc_int32_t, 4> folded{};
  int boundary = UTF8PROC_BOUNDCLASS_START;
  const auto count = utf8proc_decompose_char(code_point, folded.data(),
                                             static_cast<utf8proc_ssize_t>(folded.size()),
                                             UTF8PROC_CASEFOLD, &boundary);
  return count == 1 ? folded[0] : code_point;
}

/// Null, and -1: not UTF-8.
std::pair<Bytes, utf8proc_ssize_t> map(std::string_view text, int options,
                                       utf8proc_custom_func change) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto length = utf8proc_map_custom(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                          static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                          static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE),
                                          change, nullptr);
  return {Bytes(mapped), length};
}

std::string_view view(const std::pair<Bytes, utf8proc_ssize_t>& mapped) {
  return {reinterpret_cast<const char*>(mapped.first.get()),
          static_cast<std::size_t>(mapped.second)};
}

}  // namespace

void append_folded(std::string& out, std::string_view name) {
  const bool is_ascii = std::none_of(
      name.begin(), name.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
  if (!is_ascii) {
    const auto decomposed = map(name, UTF8PROC_DECOMPOSE, nullptr);
    if (decomposed.second >= 0) {
      const auto folded = map(view(decomposed), UTF8PROC_COMPOSE, fold);
      if (folded.second >= 0) {
        out += view(folded);
        return;
      }
    }
  }
  std::transform(name.begin(), name.end(), std::back_inserter(out), fold_ascii);
}

}  // namespace nearside::paths
