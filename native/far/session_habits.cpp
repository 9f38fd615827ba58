// What a session's client reads after a stop, from the session before and for the next one.
#include "far/session_host.hpp"
#include "far/unix_time.hpp"

#include <nlohmann/json.hpp>

namespace nearside::far_end {

KeptHabits::Key SessionHost::habits_key() const {
  return {opening_.inspect ? opening_.inspect->workspace : std::string(), opening_.adapter,
          session_.configuration()};
}

/// As soon as it is known which session it is: with its launch or attach.
void SessionHost::load_habits() {
  if (habits_loaded_ || !opening_.inspect || session_.configuration().empty()) return;
  habits_loaded_ = true;
  session_.load_habits(resources_.habits.load(habits_key()));
}

void SessionHost::save_habits() const {
  if (!habits_loaded_ || session_.habits().empty()) return;
  // What cannot be kept costs the next session the first stop's round trips, nothing else.
  (void)resources_.habits.save(habits_key(), session_.habits(), unix_seconds());
}

}  // namespace nearside::far_end
