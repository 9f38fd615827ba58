// Puts together what a process with one workspace needs.
#include "near/path_options.hpp"

#include "io/host_facts.hpp"

#include <utility>

namespace nearside::near_end {

PathOptions make_path_options(std::vector<paths::Rule> rules, std::string workspace) {
  const auto environment = io::current_environment();
  PathOptions options{.rules = std::move(rules),
                      .workspace = std::move(workspace),
                      .index = nullptr,
                      .local = io::describe_host(environment)};
  if (!options.workspace.empty())
    options.index = std::make_shared<WorkspaceIndex>(
        WorkspaceIndex::Options{options.workspace, options.local.folds_case, environment});
  return options;
}

}  // namespace nearside::near_end
