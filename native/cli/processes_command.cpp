// `nearside processes`: what can be attached to at a target.
#include "cli/ask_target.hpp"
#include "cli/cells.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"

#include <algorithm>
#include <ctime>
#include <iostream>

namespace nearside::cli {
namespace {

using nlohmann::json;

int run_processes(const Arguments& arguments) {
  const auto reply = ask_target(arguments, {"processes"});
  if (!reply) return complain_about_agent(reply.error(), arguments);
  const auto processes = reply->body.value("processes", json::array());
  if (arguments.has("--json")) {
    for (const auto& process : processes) print_json(process);
    return kExitOk;
  }
  std::vector<std::vector<std::string>> rows{{"PID", "USER", "SINCE", "COMMAND"}};
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  for (const auto& process : processes) {
    const auto since = std::max<std::int64_t>(now - process.value("since", now), 0);
    rows.push_back(
        {cell(process, "pid"), cell(process, "user"), duration(since), cell(process, "command")});
  }
  std::cout << table(rows);
  return kExitOk;
}

}  // namespace

Command processes_command() {
  return {
      .name = "processes",
      .summary = "List the processes of a target, to attach to.",
      .usage = "[--target TARGET] [OPTIONS]",
      .purpose =
          "Those that the agent's user could attach to: its own, root's all. Whether it may, a "
          "debugger finds out when it tries.",
      .options = {kTargetOption,
                  kStateOption,
                  kCaOption,
                  kAllowOption,
                  {"--json", "",
                   "Print one JSON object a line: pid, name, command, user, since "
                   "(Unix s)."}},
      .exits =
          "0  shown\n"
          "1  failed\n"
          "2  the command line is wrong\n"
          "3  no agent is running here",
      .examples =
          "nearside processes --target tls://build-box:4711\n"
          "nearside processes --json | jq 'select(.name == \"api\") | .pid'",
      .run = run_processes,
  };
}

}  // namespace nearside::cli
