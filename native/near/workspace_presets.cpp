// Finds the files, and leaves what they mean to core.
#include "near/workspace_presets.hpp"

#include "io/files.hpp"
#include "near/limits.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace nearside::near_end {
namespace {

namespace fs = std::filesystem;
using paths::Rule;

std::optional<std::string> read(const fs::path& file) {
  auto text = io::read_file(file, kMaxPresetFileBytes);
  if (!text) return std::nullopt;
  return *std::move(text);
}

void append(std::vector<Rule>& rules, std::vector<Rule> more) {
  for (auto& rule : more) rules.push_back(std::move(rule));
}

/// Folders that go.work names: `use ./a`, `use ( ./a \n ./b )`, quoted or not.
std::vector<fs::path> modules_of(const std::string& go_work, const fs::path& folder) {
  std::vector<fs::path> modules;
  std::istringstream lines(go_work);
  bool in_block = false;
  for (std::string line; std::getline(lines, line) && modules.size() < kMaxGoModules;) {
    std::istringstream words(line.substr(0, line.find("//")));
    std::string word;
    if (!(words >> word)) continue;
    if (word == "use" && !in_block) {
      if (!(words >> word)) continue;
      in_block = word == "(";
      if (in_block) continue;
    } else if (!in_block) {
      continue;
    } else if (word == ")") {
      in_block = false;
      continue;
    }
    if (word.size() > 1 && (word.front() == '"' || word.front() == '`'))
      word = word.substr(1, word.size() - 2);
    modules.push_back((folder / word).lexically_normal());
  }
  return modules;
}

/// The next folder, from `from` upwards, that has a file of that name.
std::optional<fs::path> above(const fs::path& from, const char* name) {
  std::error_code error;
  for (auto folder = from;; folder = folder.parent_path()) {
    if (fs::is_regular_file(folder / name, error)) return folder;
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

std::string plain(const fs::path& folder) {
  auto text = folder.string();
  if (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

std::vector<Rule> workspace_presets(const std::string& workspace, const paths::HostFacts& local,
                                    const std::vector<std::string>& go_mods) {
  std::vector<Rule> rules;
  const fs::path folder(workspace);
  for (const char* name : {".devcontainer/devcontainer.json", ".devcontainer.json"})
    if (const auto text = read(folder / name)) {
      append(rules, paths::rules_from_devcontainer(*text, workspace));
      break;
    }
  std::set<std::string> modules;
  if (const auto module = above(folder, "go.mod")) modules.insert(plain(*module));
  if (const auto work = above(folder, "go.work"))
    if (const auto text = read(*work / "go.work"))
      for (const auto& module : modules_of(*text, *work)) modules.insert(plain(module));
  for (const auto& go_mod : go_mods)
    if (modules.size() < kMaxGoModules) modules.insert(plain(fs::path(go_mod).parent_path()));
  for (const auto& module : modules)
    if (const auto text = read(fs::path(module) / "go.mod")) {
      std::error_code error;
      const bool vendored = fs::is_regular_file(fs::path(module) / "vendor/modules.txt", error);
      append(rules, paths::rules_from_go_mod(*text, module, local.go_module_cache, vendored));
    }
  return rules;
}

}  // namespace nearside::near_end
