// `nearside sessions` and `nearside sessions end`: what the agent of a target holds for us.
#include "cli/ask_target.hpp"
#include "cli/cells.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"

#include <ctime>
#include <iostream>

namespace nearside::cli {
namespace {

using nlohmann::json;

/// "away 12 min, ends in 23 h": with what its client or its link does.
std::string state_of(const json& session) {
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  const auto state = cell(session, "state");
  if (state == "live") return state;
  std::string words = state + " " + duration(now - session.value("stateSince", now));
  const auto ends_at = session.value("endsAt", json());
  if (ends_at.is_number_integer())
    words += ", ends in " + duration(std::max<std::int64_t>(ends_at.get<std::int64_t>() - now, 0));
  return words;
}

int run_sessions(const Arguments& arguments) {
  const auto reply = ask_target(arguments, {"sessions"});
  if (!reply) return complain_about_agent(reply.error(), arguments);
  const auto sessions = reply->body.value("sessions", json::array());
  if (arguments.has("--json")) {
    for (const auto& session : sessions) print_json(session);
    return kExitOk;
  }
  if (sessions.empty()) {
    std::cout << "No sessions.\n";
    return kExitOk;
  }
  std::vector<std::vector<std::string>> rows{
      {"SESSION", "PROGRAM", "ADAPTER", "CLIENT", "PHASE", "STATE", "SINCE"}};
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  for (const auto& session : sessions) {
    rows.push_back({cell(session, "id"), cell(session, "program"), cell(session, "adapter"),
                    cell(session, "client"), cell(session, "phase"), state_of(session),
                    duration(now - session.value("since", now))});
  }
  std::cout << table(rows);
  return kExitOk;
}

int run_sessions_end(const Arguments& arguments) {
  const auto id = arguments.operand(0);
  if (arguments.has("--keep-program") && arguments.has("--terminate"))
    return complain(usage_fault("--keep-program and --terminate exclude each other."));
  session::AgentRequest request{"end-session", {{"session", *id}}};
  if (arguments.has("--keep-program")) request.arguments["terminate"] = false;
  if (arguments.has("--terminate")) request.arguments["terminate"] = true;
  const auto reply = ask_target(arguments, std::move(request));
  if (!reply) return complain_about_agent(reply.error(), arguments);
  std::cout << "Session " << printable(*id) << " is ending.\n";
  return kExitOk;
}

}  // namespace

Command sessions_command() {
  return {
      .name = "sessions",
      .summary = "List the debug sessions that an agent holds.",
      .usage = "[--target TARGET] [OPTIONS]",
      .purpose =
          "Sessions with their client (live), those whose link is down (away) and those whose "
          "client has gone (orphaned). The last two wait for it, and can be taken up with "
          "'nearside connect --session ID'. From another machine you see your own.",
      .options = {kTargetOption,
                  kStateOption,
                  kCaOption,
                  kAllowOption,
                  {"--json", "",
                   "Print one JSON object a line: id, program, adapter, client, phase, state, "
                   "stateSince, endsAt, since (Unix s), and more."}},
      .exits =
          "0  shown, also when there are none\n"
          "1  failed\n"
          "2  the command line is wrong\n"
          "3  no agent is running here",
      .examples =
          "nearside sessions\n"
          "nearside sessions --target tls://build-box:4711",
      .run = run_sessions,
  };
}

Command sessions_end_command() {
  return {
      .name = "sessions end",
      .summary = "End a debug session that an agent holds.",
      .usage = "ID [--target TARGET] [OPTIONS]",
      .purpose =
          "Ends it as Stop in its client would: a program that was launched is terminated, one "
          "that was attached to is let go. A client that is there is told.",
      .operands = {{"ID"}},
      .options = {kTargetOption,
                  {"--keep-program", "", "Leave the program running, however it was started."},
                  {"--terminate", "", "End the program, however it was started."},
                  kStateOption,
                  kCaOption,
                  kAllowOption},
      .exits =
          "0  it is ending\n"
          "1  failed: there is no such session, or it is not yours\n"
          "2  the command line is wrong\n"
          "3  no agent is running here",
      .examples = "nearside sessions end 5f0a9c3e1b2d4c6a",
      .run = run_sessions_end,
  };
}

}  // namespace nearside::cli
