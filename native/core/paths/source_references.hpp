// The numbers that a client knows sources by, for a whole session: the adapter's own
// sourceReferences and the files that are read from the far side share them. What always holds: a
// number means one thing for as long as the session lives, and the same thing has the same number.
// Refuses, by 0, to give more numbers than kMaxSourceReferences.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nearside::paths {

class SourceReferences {
 public:
  struct Source {
    std::int64_t adapter_number = 0;  ///< The adapter's own; 0: a file of the far side.
    std::string far_path;             ///< As the adapter spells it.
  };

  /// The client's number for it, or 0: there are too many.
  std::int64_t number_of_adapters(std::int64_t theirs);
  std::int64_t number_of_file(const std::string& far_path);
  /// Null: we never gave that number.
  const Source* find(std::int64_t ours) const;

 private:
  std::int64_t take(Source source);

  std::vector<Source> sources_;  ///< The number is the index plus one.
  std::unordered_map<std::int64_t, std::int64_t> by_adapter_number_;
  std::unordered_map<std::string, std::int64_t> by_far_path_;
};

}  // namespace nearside::paths
