// Which rules there are: the far end's presets, what the launch says, what is learned on the way.
#include "core/paths/limits.hpp"
#include "core/paths/path.hpp"
#include "core/paths/presets.hpp"
#include "core/paths/resolver.hpp"

#include <algorithm>
#include <utility>

namespace nearside::paths {
namespace {

bool is_import_path(const std::string& path) {
  const auto parsed = parse_path(path);
  return parsed && parsed->style == Style::kImport;
}

std::vector<std::string> locals_of(const std::vector<Rule>& rules) {
  std::vector<std::string> folders;
  folders.reserve(rules.size());
  for (const auto& rule : rules) folders.push_back(rule.local);
  return folders;
}

bool contradicts(const std::string& digest, const RemoteFile* far) {
  return far && !far->digest.empty() && !digest.empty() && digest != far->digest;
}

}  // namespace

Resolver::Resolver(MapperOptions options, LocalFiles& files)
    : options_(std::move(options)),
      files_(files),
      local_(options_.local),
      remembered_(options_.remembered),
      inference_(files, options_.workspace, locals_of(options_.presets)) {
  for (auto& rule : remembered_) rule.origin = Origin::kLearned;
  rebuild_presets();
  rebuild();
  rules_changed_ = false;
  for (const auto& refused : rules_.refused()) notices_.push_back(refused.fault.message);
  for (const auto& warning : rules_.warnings()) notices_.push_back(warning);
}

void Resolver::set_far_host(const HostFacts& remote) {
  remote_ = remote;
  rebuild_presets();
  rebuild();
  far_files_.sort_again(rules_);
}

void Resolver::add_launch_rules(const std::vector<Rule>& rules) {
  if (rules == launch_rules_) return;
  launch_rules_ = rules;
  rebuild();
  for (const auto& refused : rules_.refused())
    if (refused.rule.origin == Origin::kLaunch) notices_.push_back(refused.fault.message);
}

void Resolver::rebuild_presets() {
  presets_.clear();
  sleeping_presets_.clear();
  const auto keep = [&](Rule rule) {
    rule.origin = Origin::kPreset;
    (is_import_path(rule.remote) ? sleeping_presets_ : presets_).push_back(std::move(rule));
  };
  for (const auto& rule : options_.presets) keep(rule);
  // What a container's engine calls a folder may be a folder of another machine, or of none.
  for (auto& rule : presets_for(local_, remote_))
    if (presence(rule.local) != Presence::kMissing) keep(std::move(rule));
}

void Resolver::rebuild() {
  auto rules = options_.rules;
  for (auto& rule : rules) rule.origin = Origin::kUser;
  for (const auto* const more : {&launch_rules_, &presets_, &learned_})
    rules.insert(rules.end(), more->begin(), more->end());
  // What was learned is learned of this machine's files.
  for (auto& rule : rules)
    if (rule.origin == Origin::kLearned)
      if (const auto outside = wsl_.to_local(rule.local)) rule.local = outside->path;
  const auto local = traits_of(local_);
  const auto remote = traits_of(remote_);
  const auto before = std::exchange(rules_, RuleSet(std::move(rules), local, remote));
  remembered_set_ = RuleSet(remembered_, local, remote);
  sleeping_set_ = RuleSet(sleeping_presets_, local, remote);
  const bool same_rules = std::equal(before.rules().begin(), before.rules().end(),
                                     rules_.rules().begin(), rules_.rules().end());
  if (!same_rules) rules_changed_ = true;

  ++version_;
  considered_.clear();
  spelled_.clear();
  for (const auto& [key, path] : std::exchange(opened_, {})) {
    opened_.emplace(rules_.local_key(path), path);
    note_spelling(path, to_remote(path));
  }
}

void Resolver::add_files(const std::vector<RemoteFile>& files) {
  bool is_news = false;
  for (const auto& file : files) {
    if (!far_files_.add(file, rules_)) continue;
    is_news = true;
    considered_.erase(file.path);
  }
  if (!is_news) return;
  ++version_;
  opened_in_vain_.clear();
  for (const auto& file : files) consider(file.path);
  // A file that is named now may be the one that the client has opened.
  spelled_.clear();
  for (const auto& [key, path] : opened_) note_spelling(path, to_remote(path));
}

void Resolver::forget_local_files(std::vector<Rule> presets) {
  ++version_;
  if (presets != options_.presets) {
    options_.presets = std::move(presets);
    inference_.set_folders(locals_of(options_.presets));
    rebuild_presets();
    rebuild();
  }
  considered_.clear();
  opened_in_vain_.clear();
  std::vector<std::string> names;
  for (const auto& [key, file] : far_files_.all()) names.push_back(file.path);
  for (const auto& name : names) consider(name);
}

void Resolver::consider(const std::string& remote) {
  if (budget_ == 0 || considered_.contains(remote)) return;
  const bool has_learned = has_chance(remote) && !has_local(remote, named(remote)) && learn(remote);
  // Perhaps another time; and what was learned has made everything new.
  if (budget_ == 0 || has_learned) return;
  if (considered_.size() >= kMaxFarFiles) considered_.clear();
  considered_.insert(remote);
}

bool Resolver::has_chance(const std::string& remote) const {
  return (!sleeping_presets_.empty() && is_import_path(remote)) ||
         (!remembered_.empty() && remembered_set_.to_local(remote)) ||
         inference_.has_candidates(remote);
}

/// Whether an inference is needless: the rules that there are lead to a file already.
bool Resolver::has_local(const std::string& remote, const RemoteFile* far) {
  for (const auto& candidate : rules_.all_to_local(remote)) {
    if (is_strong(origin_of(candidate)) || is_usable(candidate.path, far)) return true;
  }
  if (!is_of_this_machine(remote) || presence(remote) == Presence::kMissing) return false;
  return !far || far->digest.empty() || !contradicts(digest(remote), far);
}

bool Resolver::learn(const std::string& remote) {
  if (wake_import_presets(remote) || confirm_remembered(remote)) return true;
  const auto* known = named(remote);
  auto found =
      inference_.learn(known ? *known : RemoteFile{remote, false, {}}, local_.folds_case, budget_);
  for (auto& notice : inference_.take_notices()) notices_.push_back(std::move(notice));
  return take(std::move(found));
}

bool Resolver::take(std::optional<Inference::Learned> found) {
  if (!found || !check_rule(found->rule) || learned_.size() >= kMaxLearnedRules) return false;
  if (std::find(learned_.begin(), learned_.end(), found->rule) != learned_.end()) return false;
  learned_.push_back(std::move(found->rule));
  notices_.push_back(std::move(found->notice));
  rebuild();
  return true;
}

// A file that the client opens under a name which the adapter does not know, through a link or a
// copy: the adapter may know the same content by another.
void Resolver::learn_from_opened(const std::string& local) {
  if (far_files_.all().empty() || opened_in_vain_.contains(local)) return;
  const auto is_named = [&](const Mapped& mapped) { return named(mapped.path) != nullptr; };
  const auto candidates = rules_.all_to_remote(local);
  const bool is_decided = named(rules_.canonical(local)) != nullptr ||
                          (!candidates.empty() && is_strong(origin_of(candidates.front()))) ||
                          std::any_of(candidates.begin(), candidates.end(), is_named);
  if (is_decided) return;
  if (opened_in_vain_.size() < kMaxOpenedFiles) opened_in_vain_.insert(local);
  const auto content = digest(local);
  if (content.empty()) return;
  auto equal = far_files_.find_equal(local, content);
  std::erase_if(equal, [&](const RemoteFile* file) {
    const auto ours = rules_.to_local(file->path);
    return ours && is_strong(origin_of(*ours));
  });
  take(inference_.learn_from_opened(on_this_machine(local), equal, local_.folds_case));
}

// One import path is enough: -trimpath is said for a whole program.
bool Resolver::wake_import_presets(const std::string& remote) {
  if (sleeping_presets_.empty() || !is_import_path(remote)) return false;
  const auto* far = named(remote);
  const auto candidates = sleeping_set_.all_to_local(remote);
  const bool fits = std::any_of(candidates.begin(), candidates.end(), [&](const auto& candidate) {
    return is_usable(candidate.path, far);
  });
  if (!fits) return false;
  // Nothing says which Go built the program.
  if (!local_.go_root.empty())
    notices_.push_back("The program was built with -trimpath: Go's own files are taken from " +
                       local_.go_root + ", which is right if the same version built it.");
  for (auto& rule : std::exchange(sleeping_presets_, {})) presets_.push_back(std::move(rule));
  rebuild();
  return true;
}

bool Resolver::confirm_remembered(const std::string& remote) {
  const auto* far = named(remote);
  for (const auto& candidate : remembered_set_.all_to_local(remote)) {
    if (files_.presence(candidate.path) != Presence::kThere) continue;
    // An edited file speaks neither for the rule nor against it.
    if (contradicts(files_.digest(candidate.path), far)) continue;
    const auto rule = remembered_set_.rules()[candidate.rule];
    std::erase(remembered_, rule);
    if (learned_.size() < kMaxLearnedRules) learned_.push_back(rule);
    rebuild();
    return true;
  }
  return false;
}

std::vector<Rule> Resolver::learned() const {
  auto rules = learned_;
  // Those that nothing was seen of say nothing against themselves.
  rules.insert(rules.end(), remembered_.begin(), remembered_.end());
  return rules;
}

bool Resolver::take_rules_changed() {
  return std::exchange(rules_changed_, false);
}

std::vector<std::string> Resolver::take_notices() {
  return std::exchange(notices_, {});
}

void Resolver::renew_budget() {
  budget_ = kMaxDigestsPerCall;
}

}  // namespace nearside::paths
