// The rules of one direction, found by the folders that a path is in: a table of normalised folders
// by hash. What always holds: a look-up costs a hash of the path and at most one probe a component,
// however many rules there are.
#pragma once

#include "core/paths/side.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nearside::paths {

/// Rules for one folder, by their numbers, the strongest first.
using RulesOfFolder = std::vector<std::uint32_t>;

class Lookup {
 public:
  /// Rules come in order of their strength.
  void add(const Key& folder, std::uint32_t rule);

  /// Calls `visit(depth, rules)` for each folder that has rules and holds `key` or is it; from the
  /// root on. The depth is the number of components.
  template <typename Visit>
  void walk(const Key& key, Visit visit) const {
    std::uint64_t hash = 0;
    std::size_t begin = 0;
    for (std::size_t depth = 0; depth < key.ends.size(); ++depth) {
      const std::string_view text = key.text;
      hash = mixed(hash, text.substr(begin, key.ends[depth] - begin));
      begin = key.ends[depth];
      if ((depths_ & depth_bit(depth)) == 0) continue;
      const auto found = folders_.find(Probe{text.substr(0, begin), hash});
      if (found != folders_.end()) visit(depth, found->second);
    }
  }

 private:
  struct Probe {
    std::string_view text;
    std::uint64_t hash;
  };
  struct Folder {
    std::string text;
    std::uint64_t hash;
  };
  struct HashOf {
    using is_transparent = void;
    std::size_t operator()(const Folder& folder) const noexcept { return folder.hash; }
    std::size_t operator()(const Probe& probe) const noexcept { return probe.hash; }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const Folder& a, const Folder& b) const noexcept { return a.text == b.text; }
    bool operator()(const Probe& a, const Folder& b) const noexcept { return a.text == b.text; }
    bool operator()(const Folder& a, const Probe& b) const noexcept { return a.text == b.text; }
  };

  static std::uint64_t mixed(std::uint64_t hash, std::string_view piece) noexcept {
    return ((hash << 13) | (hash >> 51)) * 0x9E3779B97F4A7C15U ^
           std::hash<std::string_view>{}(piece);
  }
  /// Deeper than 62 share a bit: they are looked up in vain at worst.
  static std::uint64_t depth_bit(std::size_t depth) noexcept {
    return std::uint64_t{1} << (depth < 63 ? depth : 63);
  }

  std::unordered_map<Folder, RulesOfFolder, HashOf, Same> folders_;
  std::uint64_t depths_ = 0;  ///< A bit for each depth that any rule's folder has.
};

}  // namespace nearside::paths
