// The audit log as the agent uses it: on a thread of its own, so that a disk that is full or does
// not answer holds up nobody. What always holds: entries are written in the order in which they
// came, and before the agent ends, as far as the disk answers in time; what had to be left out is
// counted in the log itself, and the agent's owner is told. All calls on the executor.
#pragma once

#include "core/audit/entry.hpp"
#include "far/background.hpp"
#include "io/identity.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace nearside::far_end {

class AuditDesk {
 public:
  AuditDesk(asio::any_io_executor executor, std::filesystem::path state);
  /// Waits for what is not written yet, at most kAuditEndLimit.
  ~AuditDesk();
  AuditDesk(const AuditDesk&) = delete;
  AuditDesk& operator=(const AuditDesk&) = delete;

  /// Until then entries are kept.
  void open(const io::Identity& identity);
  /// Who hears that nothing can be written; once, until it could again.
  void set_on_trouble(std::function<void(const std::string&)> on_trouble);

  /// `at` is set here.
  void note(audit::Entry entry);
  /// The same for a refusal: of these only so many a minute are told one by one.
  void note_refusal(audit::Entry entry);
  /// Nothing waits to be written or signed.
  bool is_settled() const;

 private:
  struct Shared;
  void write();
  void handle_written();
  void wait(std::chrono::milliseconds pause);

  std::shared_ptr<Shared> shared_;
  std::function<void(const std::string&)> on_trouble_;
  bool is_open_ = false;
  bool is_busy_ = false;     ///< The thread has, or will have, work of ours.
  bool is_waiting_ = false;  ///< The timer runs.
  bool is_told_ = false;     ///< Of the present trouble.
  asio::steady_timer timer_;
  std::chrono::steady_clock::time_point minute_{};
  int refusals_ = 0;  ///< In that minute.
  std::uint64_t uncounted_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Background thread_;  ///< The last member: its end waits for what uses the others.
};

}  // namespace nearside::far_end
