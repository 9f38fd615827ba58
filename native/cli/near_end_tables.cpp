// Two kinds of table: what the sessions are, and where the time of their requests went.
#include "cli/near_end_tables.hpp"

#include "cli/cells.hpp"
#include "cli/output.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace nearside::cli {
namespace {

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

/// So many of a session's commands are shown, those that were asked most; --json has all.
constexpr std::size_t kShownCommands = 6;

const json& member(const json& object, const char* name) {
  static const json kNone;
  const auto found = object.find(name);
  return found != object.end() ? *found : kNone;
}

std::uint64_t number(const json& value) {
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

std::string count(const json& value) {
  return value.is_number_unsigned() ? std::to_string(number(value)) : "-";
}

std::string round_trip(const json& link) {
  const auto milliseconds = number(member(link, "roundTripMs"));
  if (!member(link, "roundTripMs").is_number_unsigned()) return "-";
  return milliseconds == 0 ? "< 1 ms" : std::to_string(milliseconds) + " ms";
}

/// Over all commands.
std::string sum(const json& session, const char* what) {
  std::uint64_t all = 0;
  for (const auto& times : member(session, "commands")) all += number(member(times, what));
  return std::to_string(all);
}

std::string name_of(const json& session) {
  const auto id = cell(session, "id");
  return id == "-" ? "not begun" : id;
}

std::string median(const json& spread) {
  return spread.is_object() ? milliseconds_text(number(member(spread, "median"))) : "-";
}

/// What this machine did for it, in all.
std::string costs_of(const json& session) {
  const auto time = [](const json& value) { return milliseconds_text(number(value)) + " ms"; };
  auto line = "Spent at this near end: JSON and routing " +
              time(member(member(session, "costs"), "nearEnd"));
  if (const auto& link = member(member(session, "link"), "costs"); link.is_object()) {
    const auto& calls = member(link, "systemCalls");
    line += "; its link: compression and framing " + time(member(link, "framing"));
    if (number(member(calls, "count")) > 0)
      line += ", TLS " + time(member(link, "tls")) + ", " + count(member(calls, "count")) +
              " system calls " + time(member(calls, "time"));
  }
  return line + "\n";
}

std::string times_of(const json& session) {
  std::vector<std::pair<std::string, json>> commands;
  for (const auto& [name, times] : member(session, "commands").items())
    if (times.is_object()) commands.emplace_back(printable(name), times);
  if (commands.empty()) return {};
  std::ranges::stable_sort(commands, std::greater(), [](const auto& command) {
    return number(member(command.second, "count"));
  });
  if (commands.size() > kShownCommands) commands.resize(kShownCommands);

  Rows rows{{"COMMAND", "HERE", "JOINED", "ASKED", "MEDIAN", "95 %", "CLIENT", "NEAR END", "LINK",
             "FAR END", "ADAPTER"}};
  for (const auto& [name, times] : commands) {
    const auto& whole = member(times, "total");
    const auto& legs = member(times, "legs");
    rows.push_back({name, count(member(times, "hits")), count(member(times, "joined")),
                    count(member(times, "asked")), median(whole),
                    milliseconds_text(number(member(whole, "p95"))), median(member(legs, "client")),
                    median(member(legs, "nearEnd")), median(member(legs, "link")),
                    median(member(legs, "farEnd")), median(member(legs, "adapter"))});
  }
  return "\n" + bold("Times of session " + name_of(session) + ", in ms") + "\n" + table(rows) +
         costs_of(session);
}

}  // namespace

std::string milliseconds_text(std::uint64_t microseconds) {
  const auto milliseconds = static_cast<double>(microseconds) / 1'000;
  std::array<char, 32> digits{};
  const int decimals = milliseconds < 1 ? 2 : milliseconds < 10 ? 1 : 0;
  std::snprintf(digits.data(), digits.size(), "%.*f", decimals, milliseconds);
  return digits.data();
}

std::string near_end_tables(const std::vector<json>& near_ends) {
  auto text_of = bold("Near ends: " + std::to_string(near_ends.size())) + "\n";
  Rows rows{{"PROCESS", "SESSION", "TARGET", "LINK", "ROUND TRIP", "HERE", "JOINED", "ASKED"}};
  std::string times;
  for (const auto& near_end : near_ends) {
    const auto pid = count(member(near_end, "pid"));
    const auto& sessions = member(near_end, "sessions");
    if (!sessions.is_array() || sessions.empty()) rows.push_back({pid, "none", "-"});
    for (const auto& session : sessions) {
      const auto& link = member(session, "link");
      rows.push_back({pid, name_of(session), cell(session, "target"), cell(link, "state"),
                      round_trip(link), sum(session, "hits"), sum(session, "joined"),
                      sum(session, "asked")});
      times += times_of(session);
    }
  }
  if (rows.size() > 1) text_of += table(rows);
  return text_of + times;
}

}  // namespace nearside::cli
