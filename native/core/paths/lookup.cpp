// Filling the table.
#include "core/paths/lookup.hpp"

namespace nearside::paths {

void Lookup::add(const Key& folder, std::uint32_t rule) {
  std::uint64_t hash = 0;
  std::size_t begin = 0;
  for (const std::size_t end : folder.ends) {
    hash = mixed(hash, std::string_view(folder.text).substr(begin, end - begin));
    begin = end;
  }
  folders_[Folder{folder.text, hash}].push_back(rule);
  depths_ |= depth_bit(folder.ends.size() - 1);
}

}  // namespace nearside::paths
