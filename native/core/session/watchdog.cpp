#include "core/session/watchdog.hpp"

#include <algorithm>

namespace nearside::session {

AnswerKind answer_kind(std::string_view command) {
  if (command == "launch" || command == "attach" || command == "restart" ||
      command == "configurationDone")
    return AnswerKind::kStart;
  if (command == "terminate") return AnswerKind::kTerminate;
  if (command == "initialize" || command == "disconnect") return AnswerKind::kUnlimited;
  return AnswerKind::kQuick;
}

std::optional<milliseconds> Watchdog::limit_of(AnswerKind kind) const {
  if (kind == AnswerKind::kTerminate) return kTerminateAnswer;
  if (kind == AnswerKind::kUnlimited || quick_.count() == 0) return std::nullopt;
  return kind == AnswerKind::kQuick ? quick_ : std::max(quick_, kStartAnswer);
}

void Watchdog::handed(std::int64_t seq, const std::string& command, milliseconds now) {
  const auto kind = answer_kind(command);
  const auto limit = limit_of(kind);
  if (!limit) return;
  waiting_[seq] = {command, kind, now, now + *limit};
  next_ = std::min(next_.value_or(now + *limit), now + *limit);
}

std::optional<Overdue> Watchdog::answered(std::int64_t seq, milliseconds now) {
  is_silent_ = false;
  const auto found = waiting_.find(seq);
  if (found == waiting_.end()) return std::nullopt;
  const auto one = std::move(found->second);
  waiting_.erase(found);
  if (waiting_.empty()) next_.reset();
  if (!one.is_told) return std::nullopt;
  return Overdue{one.command, now - one.since};
}

void Watchdog::forgive_start() {
  for (auto& [seq, one] : waiting_)
    if (one.command == "launch" || one.command == "attach") one.due.reset();
}

bool Watchdog::waits_in_turn(const Waiting& one) const {
  if (one.kind == AnswerKind::kTerminate) return false;
  const auto starts = [](const auto& other) {
    return other.second.kind == AnswerKind::kStart && other.second.due;
  };
  return is_silent_ || (one.kind == AnswerKind::kQuick && std::ranges::any_of(waiting_, starts));
}

std::vector<Overdue> Watchdog::handle_time(milliseconds now) {
  std::vector<Overdue> told;
  next_.reset();
  for (auto& [seq, one] : waiting_) {
    if (one.due && now >= *one.due) {
      if (waits_in_turn(one)) {
        one.due = now + *limit_of(one.kind);
      } else {
        one.due.reset();
        one.is_told = true;
        is_silent_ = true;
        told.push_back({one.command, now - one.since});
      }
    }
    if (one.due) next_ = std::min(next_.value_or(*one.due), *one.due);
  }
  return told;
}

}  // namespace nearside::session
