// What a session keeps for the next one, and has of the one before: what its client reads after a
// stop, and what it has set.
#include "core/session/payload.hpp"
#include "far/session_host.hpp"
#include "io/unix_time.hpp"

#include <nlohmann/json.hpp>

#include <ctime>
#include <utility>

namespace nearside::far_end {
namespace {

/// "12:40" of today, else with the day; in this machine's time zone.
std::string clock_time(std::int64_t seconds) {
  const auto then = static_cast<std::time_t>(seconds),
             now = static_cast<std::time_t>(io::unix_seconds());
  std::tm at{}, today{};
  if (::localtime_r(&then, &at) == nullptr || ::localtime_r(&now, &today) == nullptr)
    return "before";
  const bool is_today = at.tm_year == today.tm_year && at.tm_yday == today.tm_yday;
  char text[32];
  const auto length = std::strftime(text, sizeof text, is_today ? "%H:%M" : "%Y-%m-%d %H:%M", &at);
  return {text, length};
}

}  // namespace

KeptHabits::Key SessionHost::habits_key() const {
  return {opening_.workspace, opening_.adapter, session_.configuration()};
}

/// As soon as it is known which session it is: with its launch or attach.
void SessionHost::load_habits() {
  if (habits_loaded_ || !opening_.inspect || session_.configuration().empty()) return;
  habits_loaded_ = true;
  session_.load_habits(resources_.habits.load(habits_key()));
}

/// Whether the message, and what comes behind it, waits until it is known what is stored of earlier
/// sessions: a launch or attach, which says which those are, does so first.
bool SessionHost::waits_for_stored(link::MessageKind kind, const std::string& bytes) {
  if (stored_ == Stored::kReading) return true;
  if (stored_ == Stored::kRead || kind != link::MessageKind::kDap) return false;
  const auto message = dap::Message::parse(bytes);
  if (!message) return false;
  const auto& name = message->envelope().name;
  if (message->envelope().type != dap::MessageType::kRequest ||
      (name != "launch" && name != "attach"))
    return false;
  auto configuration = session::configuration_of(session::read_payload(*message));
  if (configuration.empty()) return false;
  stored_ = Stored::kReading;
  tasks_.spawn(load_stored(std::move(configuration)));
  return true;
}

asio::awaitable<void> SessionHost::load_stored(std::string configuration) {
  KeptHabits::Key key{opening_.workspace, opening_.adapter, std::move(configuration)};
  auto stored = co_await resources_.breakpoints.load(std::move(key));
  stored_ = Stored::kRead;
  if (stored)
    session_.load_stored(std::move(stored->lists), opening_.restore, clock_time(stored->changed));
  else if (opening_.restore)
    apply(
        session_.say("No breakpoints are restored: the disk over there, with breakpoints.db on "
                     "it, does not answer."));
  while (!held_.empty()) {
    auto held = std::move(held_.front());
    held_.pop_front();
    if (find_seat(held.client) != nullptr)
      take_message(held.client, held.kind, std::move(held.bytes));
  }
}

/// As soon as it is set: nothing may be lost with us.
void SessionHost::save_breakpoints() {
  if (stored_ != Stored::kRead || session_.configuration().empty()) return;
  resources_.breakpoints.save(habits_key(), session_.take_stored_changes(), io::unix_seconds());
}

void SessionHost::save_habits() const {
  if (!habits_loaded_ || session_.habits().empty()) return;
  // What cannot be kept costs the next session the first stop's round trips, nothing else.
  (void)resources_.habits.save(habits_key(), session_.habits(), io::unix_seconds());
}

}  // namespace nearside::far_end
