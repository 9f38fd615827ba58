// The thread takes all that waits at once. The head is signed with the last of it, or kHeadPause
// later: signing waits for the disk, and a stepping user makes some lines a second.
#include "far/audit_desk.hpp"

#include "far/audit_limits.hpp"
#include "far/audit_log.hpp"
#include "io/unix_time.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace nearside::far_end {

using Clock = std::chrono::steady_clock;

struct AuditDesk::Shared {
  explicit Shared(std::filesystem::path folder) : state(std::move(folder)) {}

  std::vector<audit::Entry> take() {
    const std::lock_guard lock(mutex);
    std::vector<audit::Entry> all{std::make_move_iterator(unwritten.begin()),
                                  std::make_move_iterator(unwritten.end())};
    unwritten.clear();
    if (lost > 0 && !all.empty()) {
      audit::Entry gap;
      gap.event = "lost";
      gap.at = all.back().at;
      gap.reason = "The disk took nothing for too long.";
      gap.details = {{"count", std::exchange(lost, 0)}};
      all.push_back(std::move(gap));
    }
    return all;
  }

  /// On the thread.
  void write(bool sign_now) {
    auto entries = take();
    auto done = log->append(entries);
    if (!done) {
      const std::lock_guard lock(mutex);
      unwritten.insert(unwritten.begin(), std::make_move_iterator(entries.begin()),
                       std::make_move_iterator(entries.end()));
    } else if (log->has_unsigned() && (sign_now || Clock::now() >= next_signature)) {
      done = log->sign_head();
      next_signature = Clock::now() + kHeadPause;
    }
    const std::lock_guard lock(mutex);
    trouble = done ? std::nullopt : std::optional(done.error().message);
    is_unsigned = log->has_unsigned();
  }

  std::filesystem::path state;
  std::optional<AuditLog> log;  ///< The thread's, as the next one.
  Clock::time_point next_signature{};
  mutable std::mutex mutex;  ///< Of the rest.
  std::deque<audit::Entry> unwritten;
  std::uint64_t lost = 0;
  std::optional<std::string> trouble;
  bool is_unsigned = false;
};

AuditDesk::AuditDesk(asio::any_io_executor executor, std::filesystem::path state)
    : shared_(std::make_shared<Shared>(std::move(state))),
      timer_(executor),
      thread_(std::move(executor), {.threads = 1, .end_limit = kAuditEndLimit}) {}

AuditDesk::~AuditDesk() {
  if (is_open_) thread_.post([shared = shared_] { shared->write(true); }, [] {});
}

void AuditDesk::open(const io::Identity& identity) {
  if (std::exchange(is_open_, true)) return;
  shared_->log.emplace(shared_->state, identity);
  write();
}

void AuditDesk::set_on_trouble(std::function<void(const std::string&)> on_trouble) {
  on_trouble_ = std::move(on_trouble);
}

bool AuditDesk::is_settled() const {
  const std::lock_guard lock(shared_->mutex);
  return !is_busy_ && shared_->unwritten.empty() && !shared_->is_unsigned;
}

void AuditDesk::note(audit::Entry entry) {
  entry.at = io::unix_milliseconds();
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->unwritten.size() >= kMaxUnwrittenAudit)
      ++shared_->lost;
    else
      shared_->unwritten.push_back(std::move(entry));
  }
  // While the disk refuses, the next try is the timer's.
  if (is_open_ && !is_busy_ && !(is_waiting_ && is_told_)) write();
}

void AuditDesk::note_refusal(audit::Entry entry) {
  if (Clock::now() >= minute_ + std::chrono::minutes(1)) {
    minute_ = Clock::now();
    refusals_ = 0;
    if (uncounted_ > 0) entry.details["moreBefore"] = std::exchange(uncounted_, 0);
  }
  if (++refusals_ > kRefusalsPerMinute)
    ++uncounted_;
  else
    note(std::move(entry));
}

void AuditDesk::write() {
  is_busy_ = true;
  thread_.post([shared = shared_] { shared->write(false); },
               [this, alive = std::weak_ptr(alive_)] {
                 if (!alive.expired()) handle_written();
               });
}

void AuditDesk::handle_written() {
  is_busy_ = false;
  std::optional<std::string> trouble;
  bool has_more = false, is_unsigned = false;
  {
    const std::lock_guard lock(shared_->mutex);
    trouble = shared_->trouble;
    has_more = !shared_->unwritten.empty();
    is_unsigned = shared_->is_unsigned;
  }
  const bool was_told = std::exchange(is_told_, trouble.has_value());
  if (trouble && !was_told && on_trouble_) on_trouble_(*trouble);
  if (trouble) return wait(kAuditRetryPause);
  if (has_more) return write();
  if (is_unsigned) wait(kHeadPause);
}

void AuditDesk::wait(std::chrono::milliseconds pause) {
  if (std::exchange(is_waiting_, true)) return;
  timer_.expires_after(pause);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
    if (alive.expired()) return;
    is_waiting_ = false;
    if (!error && !is_busy_) write();
  });
}

}  // namespace nearside::far_end
