// One function a member of the arguments. A side that is no path, a variable that nobody has put a
// value for, a null: check_rule says why it cannot be, and the notice tells the user.
#include "core/paths/conventions.hpp"

#include "core/json_members.hpp"
#include "core/paths/path.hpp"
#include "core/paths/shown.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace nearside::paths {
namespace {

using nlohmann::json;

/// What is known beside the arguments, and what has been found in them.
struct Taking {
  LocalFiles* files;
  std::string_view remote_os;
  LaunchRules found;
};

void add_rule(Taking& taking, std::string local, std::string remote, const char* member) {
  Rule rule{std::move(local), std::move(remote), Origin::kLaunch, member};
  if (const auto checked = check_rule(rule); !checked)
    taking.found.notices.push_back(checked.error().message);
  else
    taking.found.rules.push_back(std::move(rule));
}

void tell_unreadable(Taking& taking, const char* member, std::string_view wanted) {
  taking.found.notices.push_back("An entry of " + std::string(member) +
                                 " is not used: it has to be " + std::string(wanted) + ".");
}

/// Takes a member out; null: it is not there.
json taken(json& arguments, const char* member, Taking& taking) {
  const auto found = arguments.find(member);
  if (found == arguments.end()) return nullptr;
  json value = std::move(*found);
  arguments.erase(found);
  taking.found.changed = true;
  return value;
}

bool can_be_on(Style style, std::string_view os) {
  if (os.empty()) return true;
  if (style == Style::kPosix) return os != "windows";
  return style == Style::kImport || os == "windows";
}

/// Both directions are written in the wild. Turned only if that way makes sense and the written one
/// does not.
bool is_turned(const std::string& local, const std::string& remote, const Taking& taking) {
  const auto left = parse_path(local), right = parse_path(remote);
  if (!left || !right) return false;
  if (left->style == Style::kImport || right->style == Style::kImport)
    return right->style != Style::kImport;
  const bool as_written = can_be_on(right->style, taking.remote_os);
  const bool as_turned = can_be_on(left->style, taking.remote_os);
  if (as_written != as_turned) return as_turned;
  // That the root of this machine is there says nothing.
  if (taking.files == nullptr || right->components.empty()) return false;
  return taking.files->presence(local) == LocalFiles::Presence::kMissing &&
         taking.files->presence(remote) != LocalFiles::Presence::kMissing;
}

void add_either_way(Taking& taking, std::string local, std::string remote, const char* member) {
  if (is_turned(local, remote, taking)) {
    taking.found.notices.push_back(std::string(member) + " is read the other way round: " +
                                   shown(remote) + " is taken for the folder on this machine, " +
                                   shown(local) + " for the one at the far end.");
    std::swap(local, remote);
  }
  add_rule(taking, std::move(local), std::move(remote), member);
}

/// [{"from": LOCAL, "to": REMOTE}]: Delve and vscode-go.
void read_substitute_path(const json& list, Taking& taking) {
  constexpr const char* kMember = "substitutePath";
  for (const json& one : list.is_array() ? list : json::array({list})) {
    const auto from = find_text(one, "from"), to = find_text(one, "to");
    if (from && to)
      add_either_way(taking, *from, *to, kMember);
    else
      tell_unreadable(taking, kMember, "an object with the texts \"from\" and \"to\"");
  }
}

/// {REMOTE: LOCAL} or [[REMOTE, LOCAL]]: CodeLLDB and lldb-dap.
void read_source_map(const json& map, Taking& taking) {
  constexpr const char* kMember = "sourceMap";
  const auto read = [&](const json& remote, const json& local) {
    if (!remote.is_string() || !local.is_string())
      tell_unreadable(taking, kMember, "a remote and a local folder, both texts");
    else
      add_either_way(taking, local.get<std::string>(), remote.get<std::string>(), kMember);
  };
  if (map.is_object()) {
    for (const auto& [remote, local] : map.items()) read(json(remote), local);
    return;
  }
  for (const json& one : map.is_array() ? map : json::array({map})) {
    const bool is_pair = one.is_array() && one.size() == 2;
    read(is_pair ? one[0] : json(), is_pair ? one[1] : json());
  }
}

/// [{"localRoot": LOCAL, "remoteRoot": REMOTE}]: debugpy. Named as they are, so never turned.
void read_path_mappings(const json& list, Taking& taking) {
  constexpr const char* kMember = "pathMappings";
  for (const json& one : list.is_array() ? list : json::array({list})) {
    const auto local = find_text(one, "localRoot"), remote = find_text(one, "remoteRoot");
    if (local && remote)
      add_rule(taking, *local, *remote, kMember);
    else
      tell_unreadable(taking, kMember, "an object with the texts \"localRoot\" and \"remoteRoot\"");
  }
}

/// lldb-dap puts it before the relative paths of debug information, and so speaks local paths. It
/// does so only without a `sourceMap`.
void read_source_path(json& arguments, bool had_map, Taking& taking) {
  constexpr const char* kMember = "sourcePath";
  const auto folder = find_text(arguments, kMember);
  if (!folder || folder->empty()) return;
  if (had_map)
    taken(arguments, kMember, taking);
  else
    add_rule(taking, *folder, *folder, kMember);
}

}  // namespace

LaunchRules take_rules(json& arguments, std::string_view adapter, LocalFiles* files,
                       std::string_view remote_os) {
  Taking taking{files, remote_os, {}};
  if (!arguments.is_object()) return {};
  if (const json value = taken(arguments, "substitutePath", taking); !value.is_null())
    read_substitute_path(value, taking);
  taken(arguments, "guessSubstitutePath", taking);
  const json map = taken(arguments, "sourceMap", taking);
  if (!map.is_null()) read_source_map(map, taking);
  if (const json value = taken(arguments, "pathMappings", taking); !value.is_null())
    read_path_mappings(value, taking);
  if (adapter == "lldb-dap") read_source_path(arguments, !map.is_null() && !map.empty(), taking);
  return std::move(taking.found);
}

}  // namespace nearside::paths
