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
         "). Say --map to decide otherwise.";
}

}  // namespace

Inference::Inference(LocalFiles& files, const std::string& workspace)
    : files_(files), workspace_(workspace) {
  if (const auto path = parse_path(workspace_)) workspace_depth_ = path->components.size();
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
  return far.digest.empty() ? by_name(far, candidates) : std::nullopt;
}

std::vector<std::string> Inference::take_notices() {
  return std::exchange(notices_, {});
}

std::vector<Inference::Candidate> Inference::find_candidates(const RemoteFile& far,
                                                             bool folds_case) const {
  std::vector<Candidate> candidates;
  const auto remote = parse_path(far.path);
  if (!remote || remote->components.empty()) return candidates;
  for (auto& name : files_.named(std::string(remote->components.back()))) {
    if (candidates.size() == kMaxCandidates) break;
    const auto local = parse_path(name);
    if (!local) continue;
    const auto common = common_end(*local, *remote, folds_case);
    if (common == 0) continue;
    // A rule never reaches above the workspace, and an import path keeps a beginning.
    auto cut = std::min(
        common, local->components.size() - std::min(workspace_depth_, local->components.size()));
    if (remote->style == Style::kImport) cut = std::min(cut, remote->components.size() - 1);
    if (cut > 0) candidates.push_back({std::move(name), common, cut});
  }
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
  const auto what = end_of(*local, found.cut);
  Rule rule{prefix_of(*local, found.cut), prefix_of(*remote, found.cut), Origin::kLearned,
            "learned from " + what};
  auto notice = sentence(rule, what + " has the same content there");
  return Learned{std::move(rule), std::move(notice)};
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
                     "). Say --map LOCAL=" + folder + " to decide.");
}

}  // namespace nearside::paths
