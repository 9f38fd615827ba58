// The two ways that a path can go.
#include "core/paths/resolver.hpp"

#include "core/paths/limits.hpp"
#include "core/paths/path.hpp"
#include "core/paths/presets.hpp"

#include <algorithm>
#include <utility>

namespace nearside::paths {
bool Resolver::is_of_this_machine(const std::string& path) const {
  const auto parsed = parse_path(path);
  if (!parsed || parsed->style == Style::kImport) return false;
  return (parsed->style == Style::kPosix) == (local_.os != "windows");
}

bool Resolver::is_in_workspace(const std::string& local) const {
  if (options_.workspace.empty()) return false;
  const auto folder = rules_.local_key(options_.workspace);
  const auto key = rules_.local_key(on_this_machine(local));
  return key.size() > folder.size() && key.starts_with(folder) &&
         (folder.ends_with('/') || key[folder.size()] == '/');
}

// Where the near end finds a file of the client.
std::string Resolver::on_this_machine(const std::string& path) const {
  const auto inside = wsl_.to_remote(path);
  return inside ? inside->path : path;
}

// A file outside of the workspace that differs is another file: another version of a library. One
// inside may have been edited since the program was built.
bool Resolver::is_usable(const std::string& local, const RemoteFile* far) {
  switch (presence(local)) {
    case Presence::kMissing:
      return false;
    case Presence::kUnknown:
      return true;
    case Presence::kThere:
      break;
  }
  if (!far || far->digest.empty() || is_in_workspace(local)) return true;
  const auto ours = digest(local);
  return ours.empty() || ours == far->digest;
}

Resolver::Local Resolver::look_up(const std::string& remote, const RemoteFile* far) {
  const bool far_exists = far && far->exists;
  const auto candidates = rules_.all_to_local(remote);

  const Mapped* strong = nullptr;
  for (const auto& candidate : candidates) {
    if (!is_strong(origin_of(candidate))) continue;
    if (!strong) strong = &candidate;
    if (presence(candidate.path) != Presence::kMissing) return {candidate.path, false};
  }
  if (strong) return far_exists ? Local{remote, true} : Local{strong->path, false};

  for (const auto& candidate : candidates)
    if (origin_of(candidate) == Origin::kPreset && is_usable(candidate.path, far))
      return {candidate.path, false};

  const bool is_ours = is_of_this_machine(remote);
  const auto here = is_ours ? presence(remote) : Presence::kMissing;
  if (here == Presence::kUnknown) return {remote, false};
  if (here == Presence::kThere) {
    if (!far || far->digest.empty() || digest(remote) == far->digest) return {remote, false};
  }
  for (const auto& candidate : candidates)
    if (origin_of(candidate) == Origin::kLearned && is_usable(candidate.path, far))
      return {candidate.path, false};

  if (here == Presence::kThere && is_in_workspace(remote)) return {remote, false};
  return {remote, far_exists};
}

Resolver::Local Resolver::to_local(const std::string& remote) {
  const auto spelled = spelled_.empty() ? spelled_.end() : spelled_.find(rules_.remote_key(remote));
  const bool is_spelled = spelled != spelled_.end();
  const auto* far = named(remote);
  if (is_spelled && spelled->second.by_rule && is_usable(spelled->second.path, far))
    return {spelled->second.path, false};
  auto local = look_up(remote, far);
  if (is_spelled && !local.is_far &&
      (spelled->second.by_rule ||
       rules_.local_key(local.path) == rules_.local_key(spelled->second.path)))
    local.path = spelled->second.path;
  return local;
}

const RemoteFile* Resolver::named(const std::string& remote) const {
  if (const auto* file = far_files_.find(remote, rules_)) return file;
  // A client on a machine that folds case may have any spelling of the name.
  return local_.folds_case ? far_files_.find_folded(remote) : nullptr;
}

// A rule of the user decides. Presets and learned rules propose: a file that the adapter has named
// is believed before one that it has not.
std::string Resolver::to_remote(const std::string& local) {
  const auto candidates = rules_.all_to_remote(local);
  if (!candidates.empty() && is_strong(origin_of(candidates.front()))) {
    const auto* file = named(candidates.front().path);
    return file ? file->path : candidates.front().path;
  }
  for (const auto& candidate : candidates)
    if (const auto* file = named(candidate.path)) return file->path;
  auto same = rules_.canonical(local);
  if (const auto* file = named(same)) return file->path;
  if (candidates.empty()) return same;

  const auto learned = std::find_if(candidates.begin(), candidates.end(), [&](const auto& one) {
    return origin_of(one) == Origin::kLearned;
  });
  const auto length = [&](const Mapped& mapped) {
    return rules_.local_key(rules_.rules()[mapped.rule].local).size();
  };
  // A rule was learned because no preset led anywhere: what is as near to the file is better.
  if (learned != candidates.end() && length(*learned) >= length(candidates.front()))
    return learned->path;
  return candidates.front().path;
}

std::string Resolver::to_remote_of_client(const std::string& local) {
  see_client_path(local);
  learn_from_opened(local);
  auto remote = to_remote(local);
  const auto key = rules_.local_key(local);
  const auto found = opened_.find(key);
  if (found == opened_.end() ? opened_.size() < kMaxOpenedFiles : found->second != local) {
    opened_[key] = local;
    note_spelling(local, remote);
    ++version_;
  }
  return remote;
}

void Resolver::note_spelling(const std::string& local, const std::string& remote) {
  const auto key = rules_.remote_key(remote);
  spelled_[key] = {local, key != rules_.remote_key(rules_.canonical(local))};
}

// The client's machine need not be ours: VS Code on Windows with a near end inside WSL.
void Resolver::see_client_path(const std::string& path) {
  if (local_.os == "windows") return;
  const auto parsed = parse_path(path);
  if (!parsed || parsed->style == Style::kPosix || parsed->style == Style::kImport ||
      parsed->style == Style::kRemote)
    return;
  local_ = HostFacts{};
  local_.os = "windows";
  local_.folds_case = true;
  if (!options_.local.wsl_distribution.empty())
    wsl_ =
        RuleSet(presets_for(local_, options_.local), traits_of(local_), traits_of(options_.local));
  rebuild_presets();
  rebuild();
}

}  // namespace nearside::paths
