// Looking for programs in folders; see adapter_catalog.hpp.
#include "far/adapter_catalog.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

namespace nearside::far_end {

std::vector<std::string> search_folders(std::string_view path,
                                        const std::vector<std::string>& more) {
  std::vector<std::string> folders;
  const auto add = [&](std::string_view folder) {
    // Empty or relative means the current folder, which is no place to look for a debugger.
    if (!folder.starts_with('/')) return;
    if (std::find(folders.begin(), folders.end(), folder) == folders.end())
      folders.emplace_back(folder);
  };
  while (!path.empty()) {
    const auto colon = path.find(':');
    add(path.substr(0, colon));
    if (colon == std::string_view::npos) break;
    path.remove_prefix(colon + 1);
  }
  for (const std::string& folder : more) add(folder);
  return folders;
}

std::vector<std::string> versioned_names(std::string_view stem,
                                         const std::vector<std::string>& folders) {
  std::set<int, std::greater<>> versions;
  const std::string prefix = std::string(stem) + '-';
  for (const std::string& folder : folders) {
    std::error_code error;
    for (std::filesystem::directory_iterator item(folder, error), end; !error && item != end;
         item.increment(error)) {
      const std::string name = item->path().filename().string();
      if (!name.starts_with(prefix)) continue;
      int version = 0;
      const char* last = name.data() + name.size();
      const auto [stopped, failed] = std::from_chars(name.data() + prefix.size(), last, version);
      if (failed == std::errc() && stopped == last) versions.insert(version);
    }
  }
  std::vector<std::string> names{std::string(stem)};
  for (const int version : versions) names.push_back(prefix + std::to_string(version));
  return names;
}

std::optional<std::string> search_program(const std::vector<std::string>& names,
                                          const std::vector<std::string>& folders) {
  for (const std::string& folder : folders)
    for (const std::string& name : names)
      if (auto found = io::find_program(folder + '/' + name, "")) return found;
  return std::nullopt;
}

}  // namespace nearside::far_end
