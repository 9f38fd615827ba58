// `nearside paths forget`: a rule that was learned and is wrong is learned no more from what was
// kept.
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "near/learned_rules.hpp"

#include <filesystem>
#include <iostream>

namespace nearside::cli {
namespace {

int run_paths_forget(const Arguments& arguments) {
  if (!arguments.has("--target"))
    return complain(
        usage_fault("'nearside paths forget' wants --target: rules are kept for each."));
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  std::error_code error;
  const auto workspace =
      std::filesystem::absolute(arguments.value("--workspace").value_or("."), error);
  auto folder = workspace.lexically_normal().string();
  if (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  near_end::LearnedRules rules(*state, folder, *arguments.value("--target"));
  const auto forgotten = rules.forget(*arguments.operand(0));
  if (!forgotten) return complain(forgotten.error());
  if (!*forgotten) {
    std::cerr << "nearside: no such rule was learned for " << printable(folder) << " at "
              << printable(*arguments.value("--target")) << ".\n";
    return kExitFailed;
  }
  std::cout << "forgotten\n";
  return kExitOk;
}

}  // namespace

Command paths_forget_command() {
  return {
      .name = "paths forget",
      .summary = "Forget a path mapping rule that was learned.",
      .usage = "LOCAL=REMOTE --target TARGET [OPTIONS]",
      .purpose =
          "Takes a rule out of those that were learned in earlier sessions of a workspace and a "
          "target, as 'nearside paths rules' shows it. A session that runs keeps it; the next one "
          "begins without it, and may learn it again where a file says so.",
      .operands = {{"LOCAL=REMOTE"}},
      .options = {{"--target", "TARGET", "As in 'nearside connect'."},
                  {"--workspace", "DIR", "The folder of the workspace. Default: the current one."},
                  kStateOption},
      .exits =
          "0  forgotten\n"
          "1  failed, or there is no such rule\n"
          "2  the command line is wrong",
      .examples =
          "nearside paths forget \"$PWD=/src/app\" --target local\n"
          "nearside paths forget /home/me/app=/build/4711 \\\n"
          "  --target tls://build-box:4711 --workspace /home/me/app",
      .run = run_paths_forget,
  };
}

}  // namespace nearside::cli
