// Presets from a workspace's files: go.mod (go.dev/ref/mod) and devcontainer.json (containers.dev).
// Both are read for what concerns paths; what is not understood is passed over.
#include "core/json_members.hpp"
#include "core/paths/limits.hpp"
#include "core/paths/presets.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <utility>

namespace nearside::paths {
namespace {

using nlohmann::json;

bool is_windows(std::string_view folder) {
  return folder.starts_with('\\') || (folder.size() > 1 && folder[1] == ':');
}

/// `folder` and below it `tail`, which is written with slashes; "." and ".." are taken away.
std::string join(std::string_view folder, std::string_view tail) {
  const char separator = is_windows(folder) ? '\\' : '/';
  std::string path(folder);
  while (!path.empty() && (path.back() == '/' || path.back() == separator)) path.pop_back();
  while (!tail.empty()) {
    const auto end = std::min(tail.find_first_of(separator == '\\' ? "/\\" : "/"), tail.size());
    const auto name = tail.substr(0, end);
    tail.remove_prefix(std::min(end + 1, tail.size()));
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      const auto cut = path.find_last_of(separator == '\\' ? "/\\" : "/");
      if (cut != path.npos) path.resize(cut);
    } else {
      path += separator;
      path += name;
    }
  }
  return path.empty() ? std::string(1, separator) : path;
}

// ---- go.mod

/// Words of a line, without its comment; quoted ones without their quotes.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < line.size()) {
    const char c = line[at];
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at;
    } else if (line.substr(at).starts_with("//")) {
      break;
    } else if (c == '"' || c == '`') {
      const auto end = std::min(line.find(c, at + 1), line.size());
      words.emplace_back(line.substr(at + 1, end - at - 1));
      at = end + 1;
    } else {
      const auto end = std::min(line.find_first_of(" \t\r", at), line.size());
      words.emplace_back(line.substr(at, end - at));
      at = end;
    }
  }
  return words;
}

struct GoModule {
  std::string version;
  std::vector<std::string> replacement;  ///< A folder, or a module and a version.
};
struct GoMod {
  std::string module;
  std::map<std::string, GoModule> required;
};

void read_directive(const std::vector<std::string>& words, GoMod& mod) {
  const auto& what = words[0];
  if (what == "module" && words.size() == 2) {
    mod.module = words[1];
  } else if (what == "require" && words.size() == 3) {
    if (mod.required.size() < kMaxPresets) mod.required[words[1]].version = words[2];
  } else if (what == "replace") {
    // replace old [v] => new [v]
    const std::size_t arrow = words.size() > 2 && words[2] == "=>" ? 2 : 3;
    if (words.size() < arrow + 2 || words[arrow] != "=>") return;
    const auto replaced = mod.required.find(words[1]);
    if (replaced == mod.required.end()) return;
    if (arrow == 3 && words[2] != replaced->second.version) return;
    replaced->second.replacement.assign(words.begin() + static_cast<std::ptrdiff_t>(arrow) + 1,
                                        words.end());
  }
}

GoMod read_go_mod(std::string_view text) {
  GoMod mod;
  // Replacements are understood from the requirements, wherever these stand.
  for (const bool replacements : {false, true}) {
    std::string block;
    auto rest = text;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      auto words = words_of(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (words.empty()) continue;
      if (words[0] == ")") {
        block.clear();
        continue;
      }
      if (words.size() == 2 && words[1] == "(") {
        block = words[0];
        continue;
      }
      if (!block.empty()) words.insert(words.begin(), block);
      if ((words[0] == "replace") == replacements) read_directive(words, mod);
    }
  }
  return mod;
}

/// Upper case as the module cache writes it, so that file systems that fold case keep modules
/// apart.
std::string in_module_cache(std::string_view module, std::string_view version) {
  std::string path;
  for (const char c : std::string(module) + "@" + std::string(version)) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper) path += '!';
    path += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return path;
}

bool is_folder(const std::string& replacement) {
  return replacement.starts_with("./") || replacement.starts_with("../") || replacement == "." ||
         replacement == ".." || replacement.starts_with('/') || is_windows(replacement);
}

std::string folder_of(const std::string& name, const GoModule& module, const std::string& folder,
                      const std::string& module_cache, bool vendored) {
  if (vendored) return join(join(folder, "vendor"), name);
  const auto& replacement = module.replacement;
  if (!replacement.empty() && is_folder(replacement[0])) {
    const bool is_absolute = replacement[0].starts_with('/') || is_windows(replacement[0]);
    return is_absolute ? replacement[0] : join(folder, replacement[0]);
  }
  if (module_cache.empty()) return {};
  const bool is_replaced = replacement.size() == 2;
  return join(module_cache, is_replaced ? in_module_cache(replacement[0], replacement[1])
                                        : in_module_cache(name, module.version));
}

// ---- devcontainer.json

/// Commas before a closing bracket, which VS Code allows, become spaces.
std::string without_trailing_commas(std::string_view text) {
  std::string json_text(text);
  std::optional<std::size_t> comma;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rest = text.substr(i);
    if (rest.starts_with("//")) {
      i += std::min(rest.find('\n'), rest.size() - 1);
    } else if (rest.starts_with("/*")) {
      i += std::min(rest.find("*/", 2), rest.size() - 2) + 1;
    } else if (text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i)
        if (text[i] == '\\') ++i;
      comma.reset();
    } else if (text[i] == ',') {
      comma = i;
    } else if (text[i] == '}' || text[i] == ']') {
      if (comma) json_text[*comma] = ' ';
      comma.reset();
    } else if (std::string_view(" \t\r\n").find(text[i]) == std::string_view::npos) {
      comma.reset();
    }
  }
  return json_text;
}

std::string last_component(const std::string& path) {
  const auto end = path.find_last_not_of("/\\");
  if (end == path.npos) return {};
  const auto begin = path.find_last_of("/\\", end);
  return path.substr(begin == path.npos ? 0 : begin + 1,
                     begin == path.npos ? end + 1 : end - begin);
}

using Variables = std::map<std::string, std::string, std::less<>>;

/// Nothing when a variable remains that only the running tool knows.
std::optional<std::string> expand(std::string_view text, const Variables& variables) {
  std::string expanded;
  while (true) {
    const auto begin = text.find("${");
    if (begin == text.npos) return expanded + std::string(text);
    const auto end = text.find('}', begin);
    if (end == text.npos) return std::nullopt;
    const auto value = variables.find(text.substr(begin + 2, end - begin - 2));
    if (value == variables.end()) return std::nullopt;
    expanded += std::string(text.substr(0, begin)) + value->second;
    text.remove_prefix(end + 1);
  }
}

/// A mount as an object, or as docker's "source=…,target=…,type=bind".
Variables read_mount(const json& mount) {
  Variables members;
  const auto keep = [&](std::string key, std::string value) {
    if (key == "src") key = "source";
    if (key == "dst" || key == "destination") key = "target";
    members[std::move(key)] = std::move(value);
  };
  if (mount.is_object()) {
    for (const auto& [key, value] : mount.items())
      if (value.is_string()) keep(key, value.get<std::string>());
  } else if (mount.is_string()) {
    std::string_view rest = mount.get_ref<const std::string&>();
    while (!rest.empty()) {
      const auto end = std::min(rest.find(','), rest.size());
      const auto part = rest.substr(0, end);
      if (const auto equals = part.find('='); equals != part.npos)
        keep(std::string(part.substr(0, equals)), std::string(part.substr(equals + 1)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return members;
}

}  // namespace

std::vector<Rule> rules_from_go_mod(std::string_view text, const std::string& folder,
                                    const std::string& module_cache, bool vendored) {
  std::vector<Rule> rules;
  const auto mod = read_go_mod(text);
  if (!mod.module.empty())
    rules.push_back({folder, mod.module, Origin::kPreset, "go.mod, -trimpath"});
  for (const auto& [name, module] : mod.required) {
    auto local = folder_of(name, module, folder, module_cache, vendored);
    if (local.empty()) continue;
    rules.push_back({std::move(local), name + "@" + module.version, Origin::kPreset,
                     vendored ? "go.mod, vendor, -trimpath" : "go.mod, -trimpath"});
  }
  return rules;
}

std::vector<Rule> rules_from_devcontainer(std::string_view text, const std::string& workspace) {
  std::vector<Rule> rules;
  const auto file = json::parse(without_trailing_commas(text), nullptr,
                                /*allow_exceptions=*/false, /*ignore_comments=*/true);
  if (!file.is_object()) return rules;
  const auto base = last_component(workspace);
  Variables variables{{"localWorkspaceFolder", workspace}, {"localWorkspaceFolderBasename", base}};
  const bool is_compose = file.contains("dockerComposeFile");
  auto folder = expand(text_of(file, "workspaceFolder"), variables);
  if (folder && folder->empty() && !is_compose) folder = "/workspaces/" + base;
  if (folder && !folder->empty()) {
    variables["containerWorkspaceFolder"] = *folder;
    variables["containerWorkspaceFolderBasename"] = last_component(*folder);
  }

  const auto add = [&](const Variables& mount) {
    const auto member = [&](const char* key) {
      const auto found = mount.find(key);
      return found == mount.end() ? std::optional<std::string>() : expand(found->second, variables);
    };
    const auto source = member("source");
    const auto target = member("target");
    if (member("type").value_or("") != "bind" || !source || !target || rules.size() >= kMaxPresets)
      return;
    rules.push_back({*source, *target, Origin::kPreset, "devcontainer.json"});
  };
  if (const auto mount = text_of(file, "workspaceMount"); !mount.empty()) {
    add(read_mount(mount));
  } else if (folder && !folder->empty() && *folder != "/") {
    rules.push_back({workspace, *folder, Origin::kPreset, "devcontainer.json"});
  }
  const auto mounts = file.find("mounts");
  if (mounts != file.end() && mounts->is_array())
    for (const auto& mount : *mounts) add(read_mount(mount));
  return rules;
}

}  // namespace nearside::paths
