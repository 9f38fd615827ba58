// Reads, changes and writes the list under the state folder's lock.
#include "near/learned_rules.hpp"

#include "core/json_members.hpp"
#include "io/faults.hpp"
#include "io/files.hpp"
#include "io/unix_time.hpp"
#include "near/limits.hpp"

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace nearside::near_end {
namespace {

using Json = nlohmann::json;
using paths::Rule;

struct Entry {
  std::string workspace, target;
  std::int64_t used = 0;
  std::vector<Rule> rules;
};

std::optional<Rule> rule_of(const Json& entry) {
  if (!entry.is_object()) return std::nullopt;
  Rule rule{text_of(entry, "local"), text_of(entry, "remote"), paths::Origin::kLearned,
            text_of(entry, "source")};
  if (rule.local.empty() || rule.remote.empty()) return std::nullopt;
  return rule;
}

/// Nothing: the text is no such list.
std::optional<std::vector<Entry>> entries_of(const std::string& text) {
  const auto document = Json::parse(text, nullptr, false);
  const auto list = document.is_object() ? document.find("workspaces") : document.end();
  if (!document.is_object() || list == document.end() || !list->is_array()) return std::nullopt;
  std::vector<Entry> entries;
  for (const auto& one : *list) {
    if (!one.is_object()) return std::nullopt;
    Entry entry{text_of(one, "workspace"), text_of(one, "target"), 0, {}};
    if (const auto used = one.find("used"); used != one.end() && used->is_number_integer())
      entry.used = used->get<std::int64_t>();
    if (const auto rules = one.find("rules"); rules != one.end() && rules->is_array())
      for (const auto& rule : *rules)
        if (auto good = rule_of(rule)) entry.rules.push_back(*std::move(good));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string written(const std::vector<Entry>& entries) {
  auto list = Json::array();
  for (const auto& entry : entries) {
    auto rules = Json::array();
    for (const auto& rule : entry.rules)
      rules.push_back({{"local", rule.local}, {"remote", rule.remote}, {"source", rule.source}});
    list.push_back({{"workspace", entry.workspace},
                    {"target", entry.target},
                    {"used", entry.used},
                    {"rules", std::move(rules)}});
  }
  return Json{{"version", 1}, {"workspaces", std::move(list)}}.dump(
             2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

/// Of a file that is not there: none.
Result<std::vector<Entry>> read_entries(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::vector<Entry>();
  const auto text = io::read_private_file(file, kMaxLearnedFileBytes);
  if (!text) return text.error();
  auto entries = entries_of(*text);
  if (!entries)
    return io::make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                          file.string() +
                              " is damaged and is begun anew: what was learned of paths in "
                              "earlier sessions is learned again.");
  return *std::move(entries);
}

bool has(const std::vector<Rule>& rules, const Rule& wanted) {
  return std::ranges::any_of(rules, [&](const Rule& rule) {
    return rule.local == wanted.local && rule.remote == wanted.remote;
  });
}

}  // namespace

LearnedRules::LearnedRules(std::filesystem::path state, std::string workspace, std::string target)
    : state_(std::move(state)), workspace_(std::move(workspace)), target_(std::move(target)) {}

Result<std::vector<Rule>> LearnedRules::load() {
  auto entries = read_entries(state_ / "learned-rules.json");
  if (!entries) return entries.error();
  for (auto& entry : *entries)
    if (entry.workspace == workspace_ && entry.target == target_) known_ = std::move(entry.rules);
  return known_;
}

Result<void> LearnedRules::save(const std::vector<Rule>& rules, std::int64_t now) {
  if (rules == known_ || !simdjson::validate_utf8(workspace_)) return {};
  if (auto made = io::ensure_private_folder(state_); !made) return made;
  const auto lock = io::FolderLock::take(state_);
  if (!lock) return lock.error();
  const auto file = state_ / "learned-rules.json";
  std::vector<Entry> entries;
  if (auto read = read_entries(file)) entries = *std::move(read);
  const auto ours = std::ranges::find_if(entries, [this](const Entry& entry) {
    return entry.workspace == workspace_ && entry.target == target_;
  });
  Entry entry{workspace_, target_, now, rules};
  if (ours != entries.end()) {
    for (auto& rule : ours->rules)  // of other sessions, which know why
      if (!has(known_, rule) && !has(rules, rule)) entry.rules.push_back(std::move(rule));
    entries.erase(ours);
  }
  if (entry.rules.size() > kMaxLearnedRules) entry.rules.resize(kMaxLearnedRules);
  entries.push_back(std::move(entry));
  std::ranges::stable_sort(entries, std::greater(), &Entry::used);
  if (entries.size() > kMaxLearnedWorkspaces) entries.resize(kMaxLearnedWorkspaces);
  auto text = written(entries);
  while (text.size() > kMaxLearnedFileBytes && entries.size() > 1) {
    entries.resize(entries.size() / 2);
    text = written(entries);
  }
  auto written = io::write_private_file(file, text);
  if (written) known_ = rules;
  return written;
}

Result<bool> LearnedRules::forget(std::string_view rule) {
  auto rules = load();
  if (!rules) return rules.error();
  const auto is_it = [&](const Rule& each) { return each.local + '=' + each.remote == rule; };
  if (std::erase_if(*rules, is_it) == 0) return false;
  if (auto saved = save(*rules, io::unix_seconds()); !saved) return saved.error();
  return true;
}

}  // namespace nearside::near_end
