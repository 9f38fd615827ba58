// Requests, answers and events as they pass. What is asked of our own is in prefetcher_walk.cpp.
#include "core/inspect/prefetcher.hpp"

#include "core/inspect/limits.hpp"

#include <algorithm>
#include <utility>

namespace nearside::inspect {

// --- From the client ---

void Prefetcher::handle_other_client() {
  seen_ = processed_ = 0;
  pushed_.clear();
  pushes_.clear();
  guessed_.clear();
  clients_scopes_.reset();
}

void Prefetcher::handle_others_request(RequestKind kind, std::string_view command,
                                       std::optional<std::int64_t> frame) {
  if (kind == RequestKind::kResume) state_.handle_resume_handed();
  if (kind == RequestKind::kWrite) state_.handle_write();
  if (command == "scopes") adapters_scopes_ = frame;
  sync();
}

void Prefetcher::handle_others_answer(RequestKind kind, bool success) {
  if (kind == RequestKind::kResume) state_.handle_resume_answered(success);
  if (kind == RequestKind::kWrite) state_.handle_write();
  sync();
}

Request Prefetcher::hear(const dap::Message& message) {
  if (!wish_) return {};
  auto request = read_request(message, wish_->pure_watches);
  if (request.kind == RequestKind::kResume || request.kind == RequestKind::kWrite) {
    ++seen_;
    // One that is refused ends no moment, but the near end takes no push from before it any more.
    pushed_.clear();
  }
  return request;
}

Prefetcher::Verdict Prefetcher::handle_request(Request request, std::string_view command) {
  Verdict verdict;
  unhanded_.reset();
  if (!wish_) return verdict;
  if (request.kind == RequestKind::kResume) state_.handle_resume_handed();
  if (request.kind == RequestKind::kWrite) state_.handle_write();
  sync();
  Asked asked{.request = std::move(request),
              .command = std::string(command),
              .moment = state_.moment(),
              .at = now_};
  if (asked.command == "scopes" && asked.request.frame) clients_scopes_ = asked.request.frame;
  if (asked.request.reference &&
      references_.variable(*asked.request.reference, clients_scopes_) != nullptr)
    asked.scopes_frame = clients_scopes_;
  if (asked.request.kind == RequestKind::kRead) {
    note_hover(asked);
    if (const auto habit = habit_of(asked)) {
      asked.habit = habits_.note_read(*habit, now_);
      expect_indexed(asked, *habit);
    }
    verdict = look_for_answer(asked);
    if (verdict.is_pushed || verdict.joins) return verdict;
    asked_.emplace(asked.request.key, asked.scopes_frame);
  }
  verdict.scopes_of = note_scopes(asked, clients_scopes_);
  if (asked.request.kind != RequestKind::kNeutral) unhanded_ = std::move(asked);
  return verdict;
}

/// Is it on its way to the client, or asked of the adapter, already?
Prefetcher::Verdict Prefetcher::look_for_answer(const Asked& asked) {
  Verdict verdict;
  const Key key{asked.request.key, asked.scopes_frame};
  if (const auto pushed = pushed_.find(key);
      pushed != pushed_.end() && pushed->second > processed_) {
    verdict.is_pushed = true;
    return verdict;
  }
  for (auto& [seq, other] : in_flight_) {
    const bool is_same = other.is_ours && !other.is_stale && other.moment == asked.moment &&
                         Key{other.request.key, other.scopes_frame} == key;
    if (!is_same) continue;
    other.is_ours = false;
    ++counters_.joined;
    verdict.joins = seq;
    break;
  }
  return verdict;
}

void Prefetcher::handed(std::int64_t adapter_seq) {
  if (unhanded_) in_flight_.emplace(adapter_seq, *std::exchange(unhanded_, std::nullopt));
}

void Prefetcher::handle_view(const ClientView& view) {
  processed_ = view.processed;
  if (view.scopes_frame) clients_scopes_ = view.scopes_frame;
  for (const auto number : view.used) {
    const auto pushed = pushes_.find(number);
    if (pushed == pushes_.end()) continue;
    ++counters_.used;
    if (auto guess = guessed_.extract(number); !guess.empty()) {
      stops_without_hover_ = 0;
      habits_.note_read(guess.mapped(), now_);
    } else {
      habits_.note_read_again(pushed->second, now_);
    }
    pushes_.erase(pushed);
  }
}

/// A stateful adapter's references of scopes mean the frame whose scopes it was asked for last.
/// Gives the frame whose it has to be asked for once more, so that they mean those of `frame`.
std::optional<std::int64_t> Prefetcher::note_scopes(const Asked& asked,
                                                    std::optional<std::int64_t> frame) {
  if (asked.command == "scopes") {
    adapters_scopes_ = asked.request.frame;
    return std::nullopt;
  }
  const bool may_be_scope =
      frame && asked.request.reference && references_.may_be_any_frames(*asked.request.reference);
  if (!may_be_scope || adapters_scopes_ == frame) return std::nullopt;
  adapters_scopes_ = frame;
  return frame;
}

// --- From the adapter ---

std::optional<Stamp> Prefetcher::handle_answer(std::int64_t adapter_seq,
                                               const dap::Message& answer) {
  const auto found = in_flight_.find(adapter_seq);
  if (found == in_flight_.end()) return std::nullopt;
  const auto asked = std::move(found->second);
  in_flight_.erase(found);
  const bool success = answer.envelope().success;
  if (asked.request.kind == RequestKind::kResume) {
    state_.handle_resume_answered(success);
    sync();
    return std::nullopt;
  }
  if (asked.request.kind == RequestKind::kWrite) {
    state_.handle_write();
    sync();
    return std::nullopt;
  }
  if (asked.command == "scopes" && !success && adapters_scopes_ == asked.request.frame)
    adapters_scopes_.reset();
  habits_.note_answer(asked.habit, now_ - asked.at, success);
  if (!success || !may_be_kept(asked, answer)) return std::nullopt;
  if (asked.request.kind == RequestKind::kRead) {
    references_.handle_answer(asked.habit, asked.request, asked.scopes_frame, answer);
    if (asked.command == "scopes") expect_first_scope(asked.habit);
  }
  const Stamp stamp{state_.moment().epoch, state_.moment().writes, seen_, {}};
  return asked.is_ours ? push(asked, answer.bytes().size(), stamp) : stamp;
}

bool Prefetcher::may_be_kept(const Asked& asked, const dap::Message& answer) const {
  // What stands behind the message could not be given back once it has been stamped.
  if (asked.is_stale || !answer.bytes().ends_with('}')) return false;
  if (asked.request.kind == RequestKind::kSessionRead) return true;
  return asked.moment == state_.moment() && state_.stands_still(thread_of(asked));
}

std::optional<std::int64_t> Prefetcher::thread_of(const Asked& asked) const {
  const auto& request = asked.request;
  if (request.thread) return request.thread;
  const Reference* reference = nullptr;
  if (request.frame) reference = references_.frame(*request.frame);
  if (request.reference) reference = references_.variable(*request.reference, asked.scopes_frame);
  return reference != nullptr ? reference->thread : std::nullopt;
}

Stamp Prefetcher::push(const Asked& asked, std::size_t bytes, Stamp stamp) {
  const auto number = ++counters_.pushes;
  counters_.bytes += bytes;
  stop_bytes_ += bytes;
  pushed_[{asked.request.key, asked.scopes_frame}] = number;
  pushes_.emplace(number, asked.habit);
  if (const auto habit = asked.habit == kTheStop ? habit_of(asked) : std::nullopt)
    guessed_.emplace(number, *habit);
  if (pushes_.size() > kMaxReportedHits) {
    guessed_.erase(pushes_.begin()->first);
    pushes_.erase(pushes_.begin());
  }
  stamp.push = Push{number, asked.scopes_frame, asked.request.arguments};
  return stamp;
}

void Prefetcher::handle_event(const dap::Message& event) {
  if (!wish_) return;
  const auto& name = event.envelope().name;
  if (name == "thread") {
    const Key threads{read_request("threads", "", false).key, std::nullopt};
    asked_.erase(threads);
    pushed_.erase(threads);
    for (auto& [seq, asked] : in_flight_)
      if (asked.command == "threads") asked.is_stale = true;
  } else if (name == "module" || name == "loadedSource") {
    for (auto& [seq, asked] : in_flight_)
      if (is_of_modules(asked.command)) asked.is_stale = true;
  }
  state_.handle_event(event);
  sync();
}

/// Another moment: what was asked, pushed and answered was of the one before.
void Prefetcher::sync() {
  if (state_.moment() == synced_) return;
  const bool is_other_epoch = state_.moment().epoch != synced_.epoch;
  synced_ = state_.moment();
  moment_began_ = now_;
  asked_.clear();
  pushed_.clear();
  guesses_.clear();
  references_.forget_answers();
  if (!is_other_epoch) return;
  habits_.end_stop(now_);
  references_.forget_all();
  adapters_scopes_.reset();
  begin_stop();
}

}  // namespace nearside::inspect
