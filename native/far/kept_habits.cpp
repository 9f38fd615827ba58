// One file, read and written whole: an agent is its only writer.
#include "far/kept_habits.hpp"

#include "far/limits.hpp"
#include "io/files.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nearside::far_end {
namespace {

using nlohmann::json;

/// The entries of the file, the one used last first; none if it is not there or damaged.
json read_sessions(const std::filesystem::path& file) {
  const auto text = io::read_private_file(file, kMaxHabitsFile);
  if (!text) return json::array();
  auto parsed = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  const auto list = parsed.is_object() ? parsed.find("sessions") : parsed.end();
  if (!parsed.is_object() || list == parsed.end() || !list->is_array()) return json::array();
  return std::move(*list);
}

std::string dump(const json& sessions) {
  return json{{"version", 1}, {"sessions", sessions}}.dump(1, ' ', false,
                                                           json::error_handler_t::replace) +
         "\n";
}

bool is_of(const json& session, const KeptHabits::Key& key) {
  return session.is_object() && session.value("workspace", json()) == json(key.workspace) &&
         session.value("adapter", json()) == json(key.adapter) &&
         session.value("configuration", json()) == json(key.configuration);
}

}  // namespace

json KeptHabits::load(const Key& key) const {
  for (const auto& session : read_sessions(file_))
    if (is_of(session, key)) return session.value("habits", json::object());
  return json::object();
}

Result<void> KeptHabits::save(const Key& key, const inspect::Habits& habits,
                              std::int64_t now) const {
  auto sessions = json::array({{{"workspace", key.workspace},
                                {"adapter", key.adapter},
                                {"configuration", key.configuration},
                                {"used", now},
                                {"habits", habits.to_json()}}});
  for (auto& session : read_sessions(file_))
    if (!is_of(session, key) && sessions.size() < kMaxKeptHabits)
      sessions.push_back(std::move(session));
  auto text = dump(sessions);
  while (text.size() > kMaxHabitsFile && sessions.size() > 1) {
    sessions.erase(sessions.size() - 1);
    text = dump(sessions);
  }
  if (text.size() > kMaxHabitsFile) return {};  // One session's own: not worth keeping.
  return io::replace_private_file(file_, text);
}

}  // namespace nearside::far_end
