// `nearside paths explain`: what mapping rules make of a path, and why.
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/session_choice.hpp"
#include "cli/settings.hpp"
#include "near/explain_path.hpp"

#include <nlohmann/json.hpp>

#include <iostream>

namespace nearside::cli {
namespace {

void show(const paths::Explanation& explanation) {
  for (const std::string& step : explanation.steps) std::cout << printable(step) << '\n';
  const std::string path = printable(explanation.path), result = printable(explanation.result);
  std::cout << '\n' << path << "  ->  " << bold(result) << '\n';
}

int run_paths_explain(const Arguments& arguments) {
  near_end::PathQuestion question{
      .path = *arguments.operand(0), .rules = arguments.values("--rules"), .session = std::nullopt};
  if (const auto id = arguments.value("--session")) {
    if (arguments.has("--rules") || arguments.has("--folds"))
      return complain(usage_fault(
          "--session has rules of its own: leave out --rules and --folds, or --session."));
    const auto state = state_of(arguments);
    if (!state) return complain(state.error());
    auto session = choose_session(*state, id);
    if (!session) return complain(session.error());
    question.session = *std::move(session);
  }
  for (const std::string& side : arguments.values("--folds")) {
    if (side != "local" && side != "remote")
      return complain(usage_fault("--folds is local or remote, and not '" + side + "'."));
    (side == "local" ? question.local_folds : question.remote_folds) = true;
  }
  const auto answer = near_end::explain_path(question);
  if (!answer) return complain(usage_fault(answer.error().message));
  for (const std::string& doubt : answer->doubts) note(doubt);
  if (arguments.has("--json"))
    print_json(to_json(answer->explanation));
  else
    show(answer->explanation);
  return kExitOk;
}

}  // namespace

Command paths_explain_command() {
  return {
      .name = "paths explain",
      .summary = "Show, step by step, how a path is mapped.",
      .usage =
          "PATH --rules LOCAL=REMOTE...\n"
          "PATH --session ID",
      .purpose =
          "Prints what a path is normalised to, which rules match it, which one wins and why, what "
          "it becomes on the other side and back again, and whether the file is on this machine. "
          "PATH is taken for one of this machine first, and for one of the far end then.",
      .operands = {{"PATH"}},
      .options = {{"--rules", "LOCAL=REMOTE",
                   "A mapping rule: a folder here and the same folder at the far end, both "
                   "absolute. REMOTE may be what Go's -trimpath leaves (example.com/mod). "
                   "Repeatable.",
                   true},
                  {"--folds", "SIDE",
                   "local or remote: a and A are one file there, as on Windows and macOS. "
                   "Repeatable; what this machine is, is known without.",
                   true},
                  {"--session", "ID",
                   "The rules that hold now in a session of this near end, by its id or the "
                   "beginning of it. 'nearside paths rules' lists them."},
                  kStateOption,
                  {"--json", "",
                   "Print one JSON object: path, canonical, result, toRemote and toLocal (each "
                   "rule that matches, the winner first, with its result and verdict), steps."}},
      .notes =
          "Of several rules the longest match wins. Drives, shares and distributions match in "
          "either case, separators either way, and these spellings are the same:\n"
          "  C:\\x  c:/x  \\\\?\\C:\\x  file:///c%3A/x\n"
          "  \\\\wsl.localhost\\D\\x  \\\\wsl$\\D\\x  //wsl$/D/x  vscode-remote://wsl+D/x",
      .exits =
          "0  shown, also when no rule matches\n"
          "1  failed\n"
          "2  the command line, or a rule, is wrong, or names no session or several",
      .examples =
          "nearside paths explain 'c:/Work/app/main.go' --rules 'C:\\Work\\app=/src/app'\n"
          "nearside paths explain example.com/mod/x.go --rules \"$PWD=example.com/mod\"\n"
          "nearside paths explain /src/app/main.go --session 3f",
      .run = run_paths_explain,
  };
}

}  // namespace nearside::cli
