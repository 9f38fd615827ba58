// `nearside status`: what the running agent holds (links, sessions, adapters), and what the near
// ends of this user are doing.
#include "cli/ask.hpp"
#include "cli/cells.hpp"
#include "cli/commands.hpp"
#include "cli/near_end_tables.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "near/near_ends.hpp"

#include <ctime>
#include <iostream>

namespace nearside::cli {
namespace {

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

/// A command line as an adapter may be long; --json has the whole.
std::string shortened(std::string text) {
  constexpr std::size_t kColumns = 44;
  if (text.size() > kColumns) text = text.substr(0, kColumns - 3) + "...";
  return text;
}

std::int64_t number(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_number() ? found->get<std::int64_t>() : 0;
}

std::string age(const json& object) {
  const auto since = number(object, "since");
  return since == 0 ? "-" : duration(std::time(nullptr) - since);
}

std::string traffic(const json& link) {
  const auto count = [&](const char* member) {
    return byte_count(static_cast<std::uint64_t>(std::max<std::int64_t>(number(link, member), 0)));
  };
  return count("bytesReceived") + " in, " + count("bytesSent") + " out";
}

std::string round_trip(const json& link) {
  const auto found = link.find("roundTripMs");
  if (found == link.end() || !found->is_number() || found->get<double>() <= 0) return "-";
  return found->dump() + " ms";
}

/// Of what the adapter was asked beforehand, what the client then read.
std::string ahead(const json& session) {
  const auto found = session.find("prefetch");
  if (found == session.end() || !found->is_object() || number(*found, "requests") == 0) return "-";
  return std::to_string(number(*found, "used") + number(*found, "joined")) + " of " +
         std::to_string(number(*found, "requests"));
}

json list(const json& body, const char* member) {
  const auto found = body.find(member);
  return found != body.end() && found->is_array() ? *found : json::array();
}

void show(const json& body) {
  std::cout << bold("Agent " + cell(body, "version")) << ", process " << cell(body, "pid")
            << ", up " << duration(number(body, "uptime")) << "\n"
            << "  fingerprint  " << cell(body, "fingerprint") << "\n"
            << "  socket       " << cell(body, "socket") << "\n";
  for (const json& address : list(body, "addresses"))
    if (address.is_string())
      std::cout << "  listening    " << printable(address.get_ref<const std::string&>()) << "\n";

  const json links = list(body, "links");
  std::cout << "\n" << bold("Links: " + std::to_string(links.size())) << "\n";
  Rows rows{{"FROM", "NAME", "UP", "ROUND TRIP", "CHANNELS", "TRAFFIC"}};
  for (const json& link : links)
    rows.push_back({cell(link, "transport"), cell(link, "name"), age(link), round_trip(link),
                    cell(link, "channels"), traffic(link)});
  if (rows.size() > 1) std::cout << table(rows);

  const json sessions = list(body, "sessions");
  std::cout << "\n" << bold("Sessions: " + std::to_string(sessions.size())) << "\n";
  rows = {{"SESSION", "ADAPTER", "PROCESS", "CLIENT", "READ AHEAD", "UP"}};
  for (const json& session : sessions)
    rows.push_back({cell(session, "id"), shortened(cell(session, "adapter")), cell(session, "pid"),
                    cell(session, "client"), ahead(session), age(session)});
  if (rows.size() > 1) std::cout << table(rows);
}

int run_status(const Arguments& arguments) {
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  const auto reply = ask(*state, {"status"});
  if (!reply && !is_no_agent(reply.error())) return complain_about_agent(reply.error(), arguments);
  const auto asked = run_to_end(
      [&](asio::any_io_executor executor) { return near_end::ask_near_ends(executor, *state); });
  if (!asked) return complain(asked.error());
  for (const auto& trouble : asked->troubles) note(trouble.message);
  const auto& near_ends = asked->status;
  if (arguments.has("--json")) {
    json body = reply ? reply->body : json::object();
    body["running"] = reply.has_value();
    body["nearEnds"] = near_ends;
    print_json(body);
    return reply ? kExitOk : kExitNoAgent;
  }
  if (reply) show(reply->body);
  if (reply && !near_ends.empty()) std::cout << "\n";
  if (!near_ends.empty()) std::cout << near_end_tables(near_ends);
  return reply ? kExitOk : complain_about_agent(reply.error(), arguments);
}

}  // namespace

Command status_command() {
  return {
      .name = "status",
      .summary = "Show agent and near ends: sessions, links, times.",
      .usage = "[OPTIONS]",
      .purpose =
          "Asks the agent of this machine and user, which it does not start, and the near ends "
          "('nearside connect', editors). READ AHEAD: of what a session's adapter was asked before "
          "its client asked, how much the client then read. HERE: requests that a near end "
          "answered from memory, JOINED: with what was on its way already, ASKED: by asking.\n"
          "\n"
          "Times: MEDIAN and what 95 of 100 did not exceed, of a whole request; then the median "
          "of each part of the way. LINK and what is beyond are of those passed on. "
          "CLIENT is until the editor took the answer.",
      .options =
          {kStateOption,
           {"--json", "",
            "Print one JSON object: running, pid, version, socket, fingerprint, addresses, "
            "uptime (s), links, sessions; without an agent only running (false). nearEnds in "
            "any case: each one's sessions with target, link, counters and, by command, "
            "times in microseconds."}},
      .exits =
          "0  an agent is running, and was shown\n"
          "1  failed\n"
          "2  the command line is wrong\n"
          "3  no agent is running",
      .examples =
          "nearside status\n"
          "nearside status --json | jq '.sessions[].adapter'",
      .run = run_status,
  };
}

}  // namespace nearside::cli
