// A machine's facts as JSON. What comes in is from a peer, perhaps of another version: what is not
// as it should be counts as unknown. A text that is too long is dropped, not cut: half a path is
// another path.
#include "core/paths/host.hpp"

#include "core/json_members.hpp"
#include "core/paths/limits.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nearside::paths {
namespace {

using nlohmann::json;

std::string read_text(const json& value) {
  if (!value.is_string()) return {};
  const auto& text = value.get_ref<const std::string&>();
  const bool is_sound = text.size() <= kMaxPathBytes && text.find('\0') == std::string::npos;
  return is_sound ? text : std::string();
}

std::string text_member(const json& object, const char* name) {
  return read_text(member_of(object, name));
}

std::vector<std::string> texts_member(const json& object, const char* name) {
  std::vector<std::string> texts;
  const json& list = member_of(object, name);
  if (!list.is_array()) return texts;
  for (const auto& one : list) {
    if (texts.size() == kMaxFacts) break;
    if (auto text = read_text(one); !text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<Mount> mounts_member(const json& object) {
  std::vector<Mount> mounts;
  const json& list = member_of(object, "mounts");
  if (!list.is_array()) return mounts;
  for (const auto& one : list) {
    if (mounts.size() == kMaxFacts) break;
    Mount mount{text_member(one, "source"), text_member(one, "target")};
    if (!mount.source.empty() && !mount.target.empty()) mounts.push_back(std::move(mount));
  }
  return mounts;
}

int wsl_version_member(const json& object) {
  const json& value = member_of(object, "wslVersion");
  return value == 1 ? 1 : value == 2 ? 2 : 0;
}

}  // namespace

json to_json(const HostFacts& facts) {
  auto mounts = json::array();
  for (const auto& mount : facts.mounts)
    mounts.push_back({{"source", mount.source}, {"target", mount.target}});
  return {{"os", facts.os},
          {"architecture", facts.architecture},
          {"translation", facts.translation},
          {"home", facts.home},
          {"wslDistribution", facts.wsl_distribution},
          {"wslVersion", facts.wsl_version},
          {"container", facts.container},
          {"mounts", std::move(mounts)},
          {"goRoot", facts.go_root},
          {"goModuleCache", facts.go_module_cache},
          {"goPath", facts.go_path},
          {"sysroot", facts.sysroot},
          {"foldsCase", facts.folds_case},
          {"caseExceptions", facts.case_exceptions}};
}

HostFacts host_facts_from_json(const json& object) {
  HostFacts facts;
  facts.os = text_member(object, "os");
  facts.architecture = text_member(object, "architecture");
  facts.translation = text_member(object, "translation");
  facts.home = text_member(object, "home");
  facts.wsl_distribution = text_member(object, "wslDistribution");
  facts.wsl_version = wsl_version_member(object);
  facts.container = text_member(object, "container");
  facts.mounts = mounts_member(object);
  facts.go_root = text_member(object, "goRoot");
  facts.go_module_cache = text_member(object, "goModuleCache");
  facts.go_path = texts_member(object, "goPath");
  facts.sysroot = text_member(object, "sysroot");
  facts.folds_case = member_of(object, "foldsCase") == true;
  facts.case_exceptions = texts_member(object, "caseExceptions");
  return facts;
}

}  // namespace nearside::paths
