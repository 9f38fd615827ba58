// The longest common end, and when it is evidence enough.
#include "core/paths/inference.hpp"

#include "core/paths/limits.hpp"
#include "core/paths/path.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nearside::paths {
namespace {

/// Of no bytes at all. Every empty `__init__.py` has it, so it says nothing.
constexpr std::string_view kDigestOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

bool same_name(std::string_view a, std::string_view b, bool folds_case) {
  if (!folds_case) return a == b;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::size_t common_end(const Path& a, const Path& b, bool folds_case) {
  std::size_t count = 0;
  while (count < a.components.size() && count < b.components.size() &&
         same_name(a.components[a.components.size() - 1 - count],
                   b.components[b.components.size() - 1 - count], folds_case))
    ++count;
  return count;
}

/// The path without its last `cut` components.
std::string prefix_of(const Path& path, std::size_t cut) {
  std::string text = root_text(path);
  for (std::size_t i = 0; i + cut < path.components.size(); ++i)
    append_component(text, path.style, path.components[i]);
  const bool is_root = path.components.size() == cut && path.style != Style::kImport;
  return is_root ? text + separator_of(path.style) : text;
}

std::string end_of(const Path& path, std::size_t count) {
  std::string text;
  for (auto i = path.components.size() - count; i < path.components.size(); ++i) {
    if (!text.empty()) text += '/';
    text += path.components[i];
  }
  return text;
}

/// Where other people's code is installed. A name like net/http/server.go there is no evidence for
/// a file of the workspace that happens to be called so.
bool is_library(const Path& path) {
  constexpr std::array kFolders{"site-packages", "dist-packages", "node_modules", "include"};
  const auto& names = path.components;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].find("@v") != names[i].npos) return true;
    for (const std::string_view folder : kFolders)
      if (names[i] == folder) return true;
    const bool is_go_root = names[i] == "src" && i > 0 && names[i - 1].starts_with("go");
    if (is_go_root || (i > 0 && names[i] == "mod" && names[i - 1] == "pkg")) return true;
  }
  return !names.empty() && names[0] == "usr" && path.style == Style::kPosix &&
         !(names.size() > 1 && names[1] == "src");
}

std::string sentence(const Rule& rule, const std::string& why) {
  return "Paths under " + rule.remote + " are taken for " + rule.local + " (" + why +
         "). A rule of your own (--map, `paths`) decides otherwise.";
}

bool is_below(const Path& path, const Path& folder) {
  return path.style == folder.style && path.host == folder.host && path.share == folder.share &&
         path.components.size() > folder.components.size() &&
         std::equal(folder.components.begin(), folder.components.end(), path.components.begin());
}

Inference::Learned learned_by_content(const Path& local, const Path& remote, std::size_t cut) {
  const auto what = end_of(local, cut);
  Rule rule{prefix_of(local, cut), prefix_of(remote, cut), Origin::kLearned,
            "learned from " + what};
  auto notice = sentence(rule, what + " has the same content there");
  return {std::move(rule), std::move(notice)};
}

}  // namespace

Inference::Inference(LocalFiles& files, const std::string& workspace,
                     const std::vector<std::string>& folders)
    : files_(files), workspace_(workspace) {
  set_folders(folders);
}

void Inference::set_folders(const std::vector<std::string>& folders) {
  folders_.clear();
  const auto here = parse_path(workspace_);
  for (const auto& folder : folders) {
    const auto path = parse_path(folder);
    if (!here || !path || path->components.empty() || is_below(*path, *here)) continue;
    if (folders_.size() == kMaxInferenceFolders) break;
    if (folder != workspace_) folders_.push_back(folder);
  }
}

std::optional<Inference::Learned> Inference::learn(const RemoteFile& far, bool folds_case,
                                                   std::size_t& budget) {
  if (workspace_.empty()) return std::nullopt;
  auto candidates = find_candidates(far, folds_case);
  if (candidates.empty()) return std::nullopt;
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.common > b.common; });
  const bool has_digest = !far.digest.empty() && far.digest != kDigestOfNothing;
  if (has_digest) return by_content(far, std::move(candidates), budget);
  // An empty file that differs in nothing but its place: not even a vote.
  if (!far.digest.empty()) return std::nullopt;
  std::erase_if(candidates, [](const auto& candidate) { return candidate.is_outside; });
  return candidates.empty() ? std::nullopt : by_name(far, candidates);
}

std::optional<Inference::Learned> Inference::learn_from_opened(
    const std::string& local, const std::vector<const RemoteFile*>& far, bool folds_case) const {
  const RemoteFile* best = nullptr;
  Candidate found;
  bool is_unique = true;
  for (const auto* file : far) {
    const auto remote = parse_path(file->path);
    if (!remote || file->digest == kDigestOfNothing) continue;
    const auto candidate = compare(local, *remote, folds_case);
    if (!candidate || candidate->common < found.common) continue;
    is_unique = candidate->common > found.common;
    found = *candidate;
    best = file;
  }
  if (!best || !is_unique || (far.size() > 1 && found.common < 2)) return std::nullopt;
  return learned_by_content(*parse_path(local), *parse_path(best->path), found.cut);
}

std::vector<std::string> Inference::take_notices() {
  return std::exchange(notices_, {});
}

bool Inference::has_candidates(const std::string& remote) const {
  if (workspace_.empty()) return false;
  const auto path = parse_path(remote);
  if (!path || path->components.empty()) return false;
  if (!files_.named(std::string(path->components.back())).empty()) return true;
  std::vector<Candidate> candidates;
  add_from_folders(*path, candidates);
  return !candidates.empty();
}

std::optional<Inference::Candidate> Inference::compare(const std::string& local, const Path& remote,
                                                       bool folds_case) const {
  const auto path = parse_path(local);
  if (!path) return std::nullopt;
  const auto common = common_end(*path, remote, folds_case);
  auto cut = common;
  // A rule never reaches above the workspace, and an import path keeps a beginning.
  if (const auto here = parse_path(workspace_); here && is_below(*path, *here))
    cut = std::min(cut, path->components.size() - here->components.size());
  if (remote.style == Style::kImport) cut = std::min(cut, remote.components.size() - 1);
  if (cut == 0) return std::nullopt;
  return Candidate{local, common, cut, false};
}

// A module beside the workspace is known by its folder's name.
void Inference::add_from_folders(const Path& remote, std::vector<Candidate>& candidates) const {
  for (const auto& folder : folders_) {
    const auto path = parse_path(folder);
    for (auto i = remote.components.size() - 1; i-- > 0;) {
      if (remote.components[i] != path->components.back()) continue;
      std::string local = folder;
      bool is_sound = true;
      for (auto name = i + 1; name < remote.components.size(); ++name)
        is_sound = is_sound && append_component(local, path->style, remote.components[name]);
      if (is_sound && files_.presence(local) == LocalFiles::Presence::kThere)
        candidates.push_back({std::move(local), remote.components.size() - i,
                              remote.components.size() - 1 - i, true});
      break;
    }
  }
}

std::vector<Inference::Candidate> Inference::find_candidates(const RemoteFile& far,
                                                             bool folds_case) const {
  std::vector<Candidate> candidates;
  const auto remote = parse_path(far.path);
  if (!remote || remote->components.empty()) return candidates;
  for (const auto& name : files_.named(std::string(remote->components.back()))) {
    if (candidates.size() == kMaxCandidates) break;
    if (auto candidate = compare(name, *remote, folds_case))
      candidates.push_back(*std::move(candidate));
  }
  add_from_folders(*remote, candidates);
  return candidates;
}

std::optional<Inference::Learned> Inference::by_content(const RemoteFile& far,
                                                        std::vector<Candidate> candidates,
                                                        std::size_t& budget) {
  if (budget == 0) return std::nullopt;
  std::erase_if(candidates, [&](const Candidate& candidate) {
    if (budget == 0) return true;
    --budget;
    return files_.digest(candidate.path) != far.digest;
  });
  if (budget == 0 || candidates.empty()) return std::nullopt;
  const bool is_unique = candidates.size() == 1;
  if (!is_unique && (candidates[0].common < 2 || candidates[0].common == candidates[1].common)) {
    note_ambiguity(far, candidates);
    return std::nullopt;
  }
  const auto& found = candidates.front();
  const auto remote = parse_path(far.path);
  const auto local = parse_path(found.path);
  return learned_by_content(*local, *remote, found.cut);
}

std::optional<Inference::Learned> Inference::by_name(const RemoteFile& far,
                                                     const std::vector<Candidate>& candidates) {
  const auto remote = parse_path(far.path);
  if (is_library(*remote)) return std::nullopt;
  const auto& found = candidates.front();
  if (candidates.size() > 1 && found.common == candidates[1].common) {
    if (found.common > 1) note_ambiguity(far, candidates);
    return std::nullopt;
  }
  const auto local = parse_path(found.path);
  const auto what = end_of(*local, found.cut);
  Rule rule{prefix_of(*local, found.cut), prefix_of(*remote, found.cut), Origin::kLearned, {}};
  std::string why = what;
  const bool is_vote = found.common < 2;
  if (is_vote) {
    if (candidates.size() > 1) return std::nullopt;
    const auto pair = std::pair(rule.local, rule.remote);
    const auto vote = votes_.find(pair);
    if (vote == votes_.end()) {
      if (votes_.size() < kMaxVotes) votes_.emplace(pair, what);
      return std::nullopt;
    }
    if (vote->second == what) return std::nullopt;
    why = vote->second + " and " + what;
  }
  rule.source = "learned from " + why;
  auto notice = sentence(rule, why + (is_vote ? " have" : " has") +
                                   " the same name there; the contents cannot be compared");
  return Learned{std::move(rule), std::move(notice)};
}

void Inference::note_ambiguity(const RemoteFile& far, const std::vector<Candidate>& candidates) {
  const auto remote = parse_path(far.path);
  const auto folder = prefix_of(*remote, 1);
  if (ambiguous_folders_.size() >= kMaxVotes || !ambiguous_folders_.insert(folder).second) return;
  std::string places = candidates[0].path + ", " + candidates[1].path;
  if (candidates.size() > 2) places += ", …";
  notices_.push_back("No local folder is taken for " + folder + ": several files fit " +
                     std::string(remote->components.back()) + " (" + places +
                     "). A rule of your own for it (--map, `paths`) decides.");
}

}  // namespace nearside::paths
