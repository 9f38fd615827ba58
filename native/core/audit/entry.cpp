// Entries as JSON, in one order of members.
#include "core/audit/entry.hpp"

#include "core/audit/limits.hpp"

#include <chrono>

namespace nearside::audit {
namespace {

std::string quoted(std::string_view text) {
  std::string cut(text.substr(0, kMaxText));
  if (cut.size() < text.size()) cut += "…";
  return nlohmann::json(std::move(cut))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

void add(std::string& line, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  line += ",\"";
  line += name;
  line += "\":";
  line += quoted(text);
}

}  // namespace

std::string utc_text(std::int64_t unix_milliseconds) {
  using namespace std::chrono;
  const sys_time<milliseconds> when{milliseconds(unix_milliseconds)};
  const auto day = floor<days>(when);
  const year_month_day date{day};
  const hh_mm_ss time{when - day};
  return padded(static_cast<int>(date.year()), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(time.hours().count(), 2) +
         ":" + padded(time.minutes().count(), 2) + ":" + padded(time.seconds().count(), 2) + "." +
         padded(time.subseconds().count(), 3) + "Z";
}

std::string open_json(const Entry& entry, std::uint64_t number) {
  std::string line = "{\"n\":" + std::to_string(number);
  add(line, "time", utc_text(entry.at));
  add(line, "event", entry.event);
  add(line, "who", entry.who);
  add(line, "name", entry.name);
  add(line, "token", entry.token);
  add(line, "from", entry.from);
  add(line, "session", entry.session);
  add(line, "role", entry.role);
  add(line, "request", entry.request);
  add(line, "outcome", entry.outcome);
  add(line, "reason", entry.reason);
  if (!entry.details.empty())
    line += ",\"details\":" +
            entry.details.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return line;
}

}  // namespace nearside::audit
