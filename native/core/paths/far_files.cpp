// Two maps over the same files: by the far side's own way to compare names, and without case.
#include "core/paths/far_files.hpp"

#include "core/paths/limits.hpp"

#include <utility>

namespace nearside::paths {

FarFiles::FarFiles()
    : folding_({}, {.folds_case = true, .case_exceptions = {}},
               {.folds_case = true, .case_exceptions = {}}) {}

bool FarFiles::add(const RemoteFile& file, const RuleSet& keys) {
  if (file.path.empty() || file.path.size() > kMaxPathBytes) return false;
  auto key = keys.remote_key(file.path);
  const auto found = files_.find(key);
  if (found != files_.end()) {
    if (found->second.exists == file.exists && found->second.digest == file.digest) return false;
    // The first spelling stays: what we have said to the adapter is not another file now.
    found->second.exists = file.exists;
    found->second.digest = file.digest;
    return true;
  }
  if (files_.size() >= kMaxFarFiles) return false;
  note_folded(key, file.path);
  files_.emplace(std::move(key), file);
  return true;
}

const RemoteFile* FarFiles::find(std::string_view path, const RuleSet& keys) const {
  const auto found = files_.find(keys.remote_key(path));
  return found == files_.end() ? nullptr : &found->second;
}

const RemoteFile* FarFiles::find_folded(std::string_view path) const {
  const auto key = folded_.find(folding_.remote_key(path));
  if (key == folded_.end() || key->second.empty()) return nullptr;
  const auto found = files_.find(key->second);
  return found == files_.end() ? nullptr : &found->second;
}

void FarFiles::sort_again(const RuleSet& keys) {
  folded_.clear();
  for (auto& [key, file] : std::exchange(files_, {})) add(file, keys);
}

void FarFiles::note_folded(const std::string& key, const std::string& path) {
  const auto [found, is_new] = folded_.emplace(folding_.remote_key(path), key);
  if (!is_new && found->second != key) found->second.clear();
}

}  // namespace nearside::paths
