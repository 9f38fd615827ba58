// `nearside sessions clients`, `role` and `drop`: who is in a session, who may do what in it, and
// who has to go.
#include "cli/ask_target.hpp"
#include "cli/cells.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "near/client_session.hpp"

#include <ctime>
#include <iostream>

namespace nearside::cli {
namespace {

using nlohmann::json;

constexpr auto kClientExits =
    "0  done\n"
    "1  failed: there is no such session or client, or it is not yours\n"
    "2  the command line is wrong\n"
    "3  no agent is running here";

int run_clients(const Arguments& arguments) {
  const auto reply = ask_target(arguments, {"sessions"});
  if (!reply) return complain_about_agent(reply.error(), arguments);
  const auto id = *arguments.operand(0);
  for (const auto& session : reply->body.value("sessions", json::array())) {
    if (session.value("id", json()) != json(id)) continue;
    const auto clients = session.value("clients", json::array());
    if (arguments.has("--json")) {
      for (const auto& client : clients) print_json(client);
      return kExitOk;
    }
    std::vector<std::vector<std::string>> rows{
        {"CLIENT", "NAME", "ROLE", "STATE", "LINK", "SINCE"}};
    const auto now = static_cast<std::int64_t>(std::time(nullptr));
    for (const auto& client : clients) {
      rows.push_back({cell(client, "id"), cell(client, "name"), cell(client, "role"),
                      cell(client, "state"), cell(client, "link"),
                      duration(now - client.value("since", now))});
    }
    std::cout << table(rows);
    return kExitOk;
  }
  return complain({Errc::kSessionLost, Condition::kMisconfigured,
                   "The agent has no session \"" + printable(id) +
                       "\" for you. 'nearside sessions' lists those that it has."});
}

Result<long> client_of(const Arguments& arguments) {
  return parse_number("CLIENT", *arguments.operand(1), 1, 1'000'000'000);
}

int run_role(const Arguments& arguments) {
  const auto client = client_of(arguments);
  if (!client) return complain(client.error());
  const auto role = session::role_from(*arguments.operand(2));
  if (!role)
    return complain(usage_fault("ROLE is observer, controller or owner, not \"" +
                                printable(*arguments.operand(2)) + "\"."));
  const auto reply = ask_target(arguments, {"set-role",
                                            {{"session", *arguments.operand(0)},
                                             {"client", *client},
                                             {"role", session::to_string(*role)}}});
  if (!reply) return complain_about_agent(reply.error(), arguments);
  std::cout << "Client " << *client << " is " << (role == session::Role::kController ? "a" : "an")
            << " " << session::to_string(*role) << " now.\n";
  return kExitOk;
}

int run_drop(const Arguments& arguments) {
  const auto client = client_of(arguments);
  if (!client) return complain(client.error());
  const auto reply = ask_target(
      arguments, {"drop-client", {{"session", *arguments.operand(0)}, {"client", *client}}});
  if (!reply) return complain_about_agent(reply.error(), arguments);
  std::cout << "Client " << *client << " has been dropped.\n";
  return kExitOk;
}

}  // namespace

Command sessions_clients_command() {
  return {
      .name = "sessions clients",
      .summary = "List the clients of a debug session.",
      .usage = "ID [--target TARGET] [OPTIONS]",
      .purpose =
          "Who debugs in it, by numbers of their own: the owner, who may end it; controllers, who "
          "may do all but that; observers, who look and change nothing.",
      .operands = {{"ID"}},
      .options = {kTargetOption,
                  kStateOption,
                  kCaOption,
                  kAllowOption,
                  {"--json", "",
                   "Print one JSON object a line: id, name, role, state, link, since (Unix s)."}},
      .exits = kClientExits,
      .examples = "nearside sessions clients 5f0a9c3e1b2d4c6a",
      .run = run_clients,
  };
}

Command sessions_role_command() {
  return {
      .name = "sessions role",
      .summary = "Say what a client of a debug session may do.",
      .usage = "ID CLIENT ROLE [--target TARGET] [OPTIONS]",
      .purpose =
          "ROLE is observer, controller or owner. A session has one owner at most: who was it is a "
          "controller afterwards. So it is handed over, or taken over when its owner has gone. "
          "Both are told.",
      .operands = {{"ID"}, {"CLIENT"}, {"ROLE"}},
      .options = {kTargetOption, kStateOption, kCaOption, kAllowOption},
      .exits = kClientExits,
      .examples = "nearside sessions role 5f0a9c3e1b2d4c6a 2 owner",
      .run = run_role,
  };
}

Command sessions_drop_command() {
  return {
      .name = "sessions drop",
      .summary = "Drop a client from a debug session.",
      .usage = "ID CLIENT [--target TARGET] [OPTIONS]",
      .purpose =
          "That client is told and cut off; the session goes on for the others. Without any it "
          "waits, as it does when its client has gone.",
      .operands = {{"ID"}, {"CLIENT"}},
      .options = {kTargetOption, kStateOption, kCaOption, kAllowOption},
      .exits = kClientExits,
      .examples = "nearside sessions drop 5f0a9c3e1b2d4c6a 3",
      .run = run_drop,
  };
}

}  // namespace nearside::cli
