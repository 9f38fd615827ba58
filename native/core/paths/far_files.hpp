// The files that the adapter has named, as the far end found them, and the adapter's spelling of
// each. What always holds: one entry a file, however it was spelled; no more than kMaxFarFiles.
#pragma once

#include "core/paths/host.hpp"
#include "core/paths/rules.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nearside::paths {

class FarFiles {
 public:
  FarFiles();

  /// `keys` tells how the far side compares names. False: nothing new was said.
  bool add(const RemoteFile& file, const RuleSet& keys);
  /// Null: the adapter has not named it.
  const RemoteFile* find(std::string_view path, const RuleSet& keys) const;
  /// The only file whose name is the same but for case; null if there is none, or more than one.
  const RemoteFile* find_folded(std::string_view path) const;
  /// Those with the same last component, whatever its case, and that digest.
  std::vector<const RemoteFile*> find_equal(std::string_view local,
                                            const std::string& digest) const;
  /// The far side compares names otherwise than was thought.
  void sort_again(const RuleSet& keys);

  const std::unordered_map<std::string, RemoteFile>& all() const { return files_; }

 private:
  void note_names(const std::string& key, const std::string& path);

  std::unordered_map<std::string, RemoteFile> files_;    ///< By remote_key.
  std::unordered_map<std::string, std::string> folded_;  ///< To the key; empty: there are several.
  std::unordered_map<std::string, std::vector<std::string>> by_name_;  ///< Folded, to the keys.
  RuleSet folding_;  ///< Makes keys that fold case.
};

}  // namespace nearside::paths
