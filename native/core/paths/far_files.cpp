// Two maps over the same files: by the far side's own way to compare names, and without case.
#include "core/paths/far_files.hpp"

#include "core/paths/limits.hpp"

#include <utility>

namespace nearside::paths {
namespace {

std::string name_of(const std::string& key) {
  return key.substr(key.rfind('/') + 1);
}

}  // namespace

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
  note_names(key, file.path);
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
  by_name_.clear();
  for (auto& [key, file] : std::exchange(files_, {})) add(file, keys);
}

std::vector<const RemoteFile*> FarFiles::find_equal(std::string_view local,
                                                    const std::string& digest) const {
  std::vector<const RemoteFile*> equal;
  const auto keys = by_name_.find(name_of(folding_.remote_key(local)));
  if (keys == by_name_.end()) return equal;
  for (const auto& key : keys->second) {
    const auto found = files_.find(key);
    if (found != files_.end() && found->second.digest == digest) equal.push_back(&found->second);
  }
  return equal;
}

void FarFiles::note_names(const std::string& key, const std::string& path) {
  const auto folded = folding_.remote_key(path);
  const auto [found, is_new] = folded_.emplace(folded, key);
  if (!is_new && found->second != key) found->second.clear();
  by_name_[name_of(folded)].push_back(key);
}

}  // namespace nearside::paths
