// Processes that became the agent's children without being started by it: what a killed keeper had
// below it, and what a user chose to leave running. The former are ended by the variable that they
// inherited; the latter are only waited for when they end, so that no zombie stays.
#pragma once

#include "io/wake.hpp"

#include <sys/types.h>

#include <set>
#include <string>

namespace nearside::far_end {

namespace asio = io::asio;

/// The children that the agent started itself and waits for elsewhere.
class OwnChildren {
 public:
  /// As long as it lives, the process is one of ours.
  class Entry {
   public:
    Entry(OwnChildren& children, pid_t id) : children_(children), id_(id) {
      children_.ids_.insert(id_);
    }
    ~Entry() { children_.ids_.erase(id_); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    OwnChildren& children_;
    pid_t id_;
  };
  bool contains(pid_t id) const { return ids_.contains(id); }

 private:
  std::set<pid_t> ids_;
};

class Orphans {
 public:
  explicit Orphans(const OwnChildren& own) : own_(own) {}

  /// Waits for orphans that have ended, whenever a child has. Runs until it is stopped.
  asio::awaitable<void> reap();
  /// Kills what carries the session's id and what descends from that; for a session whose keeper
  /// was killed. Bounded by kSweepLimit.
  asio::awaitable<void> end_session(std::string session);

 private:
  const OwnChildren& own_;
};

}  // namespace nearside::far_end
