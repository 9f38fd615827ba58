// `nearside paths rules`: the mapping rules of a session that runs.
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/session_choice.hpp"
#include "cli/settings.hpp"

#include <iostream>

namespace nearside::cli {
namespace {

void show(const near_end::SessionRules& session) {
  std::cout << "Session " << session.session << ": " << printable(session.adapter) << " at "
            << printable(session.target);
  if (!session.workspace.empty()) std::cout << ", workspace " << printable(session.workspace);
  std::cout << "\n\n";
  if (session.rules.empty()) {
    std::cout << "No rules: paths are the same on both sides, or nothing has been learned yet.\n";
    return;
  }
  std::vector<std::vector<std::string>> rows{{"ORIGIN", "LOCAL", "REMOTE", "FROM"}};
  for (const auto& rule : session.rules)
    rows.push_back({std::string(paths::to_string(rule.origin)), printable(rule.local),
                    printable(rule.remote), printable(rule.source)});
  std::cout << table(rows);
}

int run_paths_rules(const Arguments& arguments) {
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  const auto session = choose_session(*state, arguments.value("--session"));
  if (!session) return complain(session.error());
  if (!arguments.has("--json")) {
    show(*session);
    return kExitOk;
  }
  for (const auto& rule : session->rules) print_json(near_end::to_json(rule));
  return kExitOk;
}

}  // namespace

Command paths_rules_command() {
  return {
      .name = "paths rules",
      .summary = "List the path mapping rules of a session.",
      .usage = "[OPTIONS]",
      .purpose =
          "Prints the rules that hold in a session of this near end now, and where each comes "
          "from: user (--map, settings), launch (launch arguments), preset (what the machines are) "
          "or learned (files of the workspace). An earlier kind is stronger than a later one.",
      .options = {{"--session", "ID",
                   "The session, by its id or the beginning of it. Default: the only one."},
                  kStateOption,
                  {"--json", "", "Print one JSON object a line: local, remote, origin, source."}},
      .exits =
          "0  shown, also when there are none\n"
          "1  failed\n"
          "2  the command line is wrong, or names no session or several",
      .examples =
          "nearside paths rules\n"
          "nearside paths rules --session 3f --json | jq -r .remote",
      .run = run_paths_rules,
  };
}

}  // namespace nearside::cli
