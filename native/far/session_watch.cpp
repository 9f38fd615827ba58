// A session's watchdog: when an answer is late, the processes are looked at and the client is told
// what was seen; a start that is slow is shown; an adapter that does not even end is given up.
#include "far/diagnosis.hpp"
#include "far/session_host.hpp"
#include "far/watch_limits.hpp"
#include "io/clock.hpp"
#include "io/link_driver.hpp"

#include <algorithm>
#include <utility>

namespace nearside::far_end {
namespace {

using io::Clock;

}  // namespace

/// To be called when something was handed to the adapter. The deadline is not moved when answers
/// come, so it costs next to nothing; what is found then is mostly that nothing is late.
void SessionHost::watch() {
  if (session_.phase() == session::Phase::kDisconnecting && !disconnect_deadline_ && !end_) {
    disconnect_deadline_ = Clock::now() + resources_.times.disconnect;
    changed_.ring();
  }
  const auto next = session_.next_watch();
  if (!next) return;
  const auto deadline = Clock::now() + (*next - io::now()) - kLookPause;
  if (watch_deadline_ && *watch_deadline_ <= deadline) return;
  watch_deadline_ = deadline;
  changed_.ring();
}

/// Once shortly before anything is late, for a first look, and then when it is.
void SessionHost::handle_watch() {
  // Who was late himself (a machine that was paused) has not heard what was said meanwhile.
  const bool is_late = Clock::now() - *std::exchange(watch_deadline_, std::nullopt) > kLookPause;
  const auto now = io::now();
  session_.set_time(now);
  // What cannot be read is not the adapter's silence.
  if (may_read() && !is_late) {
    if (const auto since = session_.slow_start())
      apply(session_.show_progress("Starting the program",
                                   describe_start(look(Search::kOffspring), *since)));
    for (const auto& overdue : session_.overdue()) handle_overdue(overdue);
    flush();
  }
  const auto next = session_.next_watch();
  if (!next) {
    looks_.clear();
    return;
  }
  const auto left = std::max(*next - now, kLeastLookPause);
  if (left <= kLookPause) {
    if (looks_.empty()) look(Search::kOffspring);
    watch_deadline_ = Clock::now() + left;
  } else {
    looks_.clear();
    watch_deadline_ = Clock::now() + left - kLookPause;
  }
}

void SessionHost::handle_overdue(const session::Overdue& overdue) {
  std::string line = describe(look(Search::kTraced), overdue);
  if (overdue.command == "terminate") {
    apply(session_.say(line + " The session is ended without it."));
    return end_debuggee(std::nullopt);
  }
  apply(session_.say(line));
}

/// The adapter was asked to end and does not: who waits is answered, and the keeper ends it.
void SessionHost::handle_disconnect_late() {
  disconnect_deadline_.reset();
  if (end_) return;
  const session::Overdue overdue{"disconnect", resources_.times.disconnect};
  std::string line =
      adapter_ ? describe(look(Search::kTraced), overdue) : "The adapter has not started.";
  apply(session_.say(line + " It is ended by force."));
  lose({Errc::kSessionLost, Condition::kUnreachable,
        "This debug session was ended before this was answered."});
}

/// The adapter and what it started or traces, each with the use of a processor since the last look.
Sighting SessionHost::look(Search search) {
  Sighting seen;
  if (!adapter_) return seen;
  seen.adapter = adapter_->plan().name;
  seen.last_words = last_words_;
  seen.since_last_words = std::chrono::duration_cast<seconds>(Clock::now() - last_words_at_);
  seen.is_ours = adapter_->id() != 0;
  if (!seen.is_ours) return seen;
  std::vector<pid_t> all = offspring_of(adapter_->keeper());
  if (search == Search::kTraced) {
    for (const pid_t traced : traced_by(all))
      if (std::ranges::find(all, traced) == all.end()) all.push_back(traced);
  }
  std::map<pid_t, ProcessFacts> looks;
  for (const pid_t id : all) {
    const auto facts = look_at_process(id);
    if (!facts) continue;
    Seen one{*facts};
    if (const auto before = looks_.find(id); before != looks_.end())
      one.share = processor_share(before->second, *facts);
    looks.emplace(id, *facts);
    if (id == adapter_->id())
      seen.process = std::move(one);
    else
      seen.others.push_back(std::move(one));
  }
  looks_ = std::move(looks);
  return seen;
}

void SessionHost::note_words(const dap::Envelope& envelope) {
  const bool is_event = envelope.type == dap::MessageType::kEvent;
  const bool is_answer = envelope.type == dap::MessageType::kResponse;
  last_words_ = (is_event ? "the event `" : is_answer ? "the answer to `" : "the request `");
  last_words_ += envelope.name;
  last_words_ += '`';
  last_words_at_ = Clock::now();
}

}  // namespace nearside::far_end
