// Puts together what a process with one workspace needs.
#include "near/path_options.hpp"

#include "io/host_facts.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace nearside::near_end {

paths::HostFacts describe_machine(const io::Environment& environment) {
  auto facts = io::describe_host(environment);
  const auto path = environment.find("PATH");
  if (!facts.go_root.empty() || path == environment.end()) return facts;
  const auto go = io::find_program("go", path->second);
  if (!go) return facts;
  // As `go` itself does it: the folder above the one that it lies in, links followed.
  std::error_code error;
  const auto root = std::filesystem::canonical(*go, error).parent_path().parent_path();
  if (!error && std::filesystem::is_directory(root / "src/runtime", error))
    facts.go_root = root.string();
  return facts;
}

PathOptions make_path_options(std::vector<paths::Rule> rules, std::string workspace) {
  const auto environment = io::current_environment();
  PathOptions options{.rules = std::move(rules),
                      .workspace = std::move(workspace),
                      .index = nullptr,
                      .local = describe_machine(environment)};
  if (!options.workspace.empty())
    options.index = std::make_shared<WorkspaceIndex>(
        WorkspaceIndex::Options{options.workspace, options.local.folds_case, environment});
  return options;
}

}  // namespace nearside::near_end
