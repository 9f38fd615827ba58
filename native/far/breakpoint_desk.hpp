// The breakpoint store as sessions and the user's questions use it: on a thread of its own, so that
// a disk that does not answer holds up neither. What always holds: changes are written in the order
// in which they were handed over, and before the agent ends, as far as the disk answers in time;
// who reads waits no longer than a limit. All calls on the executor.
#pragma once

#include "far/background.hpp"
#include "far/breakpoint_store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace nearside::far_end {

class BreakpointDesk {
 public:
  using Key = BreakpointStore::Key;

  BreakpointDesk(asio::any_io_executor executor, std::filesystem::path state);
  /// Waits for what is not written yet, at most kStoreEndLimit.
  ~BreakpointDesk();
  BreakpointDesk(const BreakpointDesk&) = delete;
  BreakpointDesk& operator=(const BreakpointDesk&) = delete;

  /// Who hears of trouble; each kind of it once.
  void set_on_trouble(std::function<void(const std::string&)> on_trouble);

  /// Nothing when it could not be read within kStoreWaitLimit.
  asio::awaitable<std::optional<BreakpointStore::Loaded>> load(Key key);
  /// Written later. Of more than kMaxUnwritten that wait, the oldest is lost, and that is told.
  void save(Key key, session::StoredChanges changes, std::int64_t now);
  /// As the store's; a fault when it has not answered within kStoreQuestionLimit.
  asio::awaitable<session::AgentAnswer> list(std::optional<std::string> workspace,
                                             std::optional<std::int64_t> since);
  asio::awaitable<session::AgentAnswer> forget(std::optional<std::string> workspace,
                                               std::int64_t now);

 private:
  struct Shared;
  void tell_troubles();
  template <typename Answer>
  asio::awaitable<std::optional<Answer>> read(std::function<Answer(BreakpointStore&)> what,
                                              std::chrono::milliseconds limit);
  asio::awaitable<session::AgentAnswer> ask(
      std::function<session::AgentAnswer(BreakpointStore&)> what);

  std::shared_ptr<Shared> shared_;
  std::function<void(const std::string&)> on_trouble_;
  bool told_late_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Background thread_;  ///< The last member: its end waits for what uses the others.
};

}  // namespace nearside::far_end
