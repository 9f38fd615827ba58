// One side of the rules: how it reads paths and compares names. Makes of a path its key, the text
// that two spellings of one file share; keys of a folder and of what is below it begin alike, and
// end at component boundaries.
#pragma once

#include "core/paths/path.hpp"
#include "core/paths/rules.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::paths {

struct Key {
  std::string text;               ///< "/home/u", "c:/work", "//server/share/x", "go:/x.org/mod".
  std::vector<std::size_t> ends;  ///< Where the root ends, and each component after it.
};

class Side {
 public:
  explicit Side(const SideTraits& traits);

  std::optional<Path> parse(std::string_view text) const { return parse_path(text, reading_); }
  Key key_of(const Path& path) const;

 private:
  bool is_exception(std::string_view key) const;

  DoubleSlash reading_;
  bool folds_case_;
  std::vector<std::string> exceptions_;  ///< Keys.
};

}  // namespace nearside::paths
