// The thread takes all changes that wait at once, so that one piece of work at most is under way
// for them however slow the disk is.
#include "far/breakpoint_desk.hpp"

#include "far/store_limits.hpp"

#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace nearside::far_end {

struct BreakpointDesk::Shared {
  struct Change {
    Key key;
    session::StoredChanges changes;
    std::int64_t now = 0;
  };

  explicit Shared(std::filesystem::path state) : store(std::move(state)) {}

  void complain(const std::string& trouble) {
    const std::lock_guard lock(mutex);
    troubles.push_back(trouble);
  }
  std::optional<Change> take() {
    const std::lock_guard lock(mutex);
    if (unwritten.empty()) {
      is_writing = false;
      return std::nullopt;
    }
    auto first = std::move(unwritten.front());
    unwritten.pop_front();
    return first;
  }

  BreakpointStore store;  ///< The thread's.
  std::mutex mutex;       ///< Of the rest.
  std::deque<Change> unwritten;
  bool is_writing = false;
  std::vector<std::string> troubles;
};

BreakpointDesk::BreakpointDesk(asio::any_io_executor executor, std::filesystem::path state)
    : shared_(std::make_shared<Shared>(std::move(state))),
      thread_(std::move(executor), {.threads = 1, .end_limit = kStoreEndLimit}) {
  shared_->store.set_on_trouble(
      [shared = shared_.get()](const std::string& trouble) { shared->complain(trouble); });
}

BreakpointDesk::~BreakpointDesk() = default;

void BreakpointDesk::set_on_trouble(std::function<void(const std::string&)> on_trouble) {
  on_trouble_ = std::move(on_trouble);
}

void BreakpointDesk::tell_troubles() {
  std::vector<std::string> troubles;
  {
    const std::lock_guard lock(shared_->mutex);
    troubles.swap(shared_->troubles);
  }
  for (const auto& trouble : troubles)
    if (on_trouble_) on_trouble_(trouble);
}

void BreakpointDesk::save(Key key, session::StoredChanges changes, std::int64_t now) {
  if (changes.empty()) return;
  bool is_idle = false;
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->unwritten.size() >= kMaxUnwritten) {
      shared_->unwritten.pop_front();
      if (!std::exchange(told_late_, true))
        shared_->troubles.emplace_back(
            "The disk does not take what is set for breakpoints.db; the oldest of it is lost.");
    }
    shared_->unwritten.push_back({std::move(key), std::move(changes), now});
    is_idle = !std::exchange(shared_->is_writing, true);
  }
  tell_troubles();
  if (!is_idle) return;
  thread_.post(
      [shared = shared_] {
        while (const auto change = shared->take())
          shared->store.save(change->key, change->changes, change->now);
      },
      [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) tell_troubles();
      });
}

/// Nothing: not within the limit.
template <typename Answer>
asio::awaitable<std::optional<Answer>> BreakpointDesk::read(
    std::function<Answer(BreakpointStore&)> what, std::chrono::milliseconds limit) {
  const std::weak_ptr alive(alive_);
  // Shared with the thread, which may be late.
  const auto answer = std::make_shared<std::optional<Answer>>();
  std::function<void()> work = [shared = shared_, answer, what = std::move(what)] {
    answer->emplace(what(shared->store));
  };
  const bool is_there = co_await thread_.run(std::move(work), limit);
  if (!is_there) co_return std::nullopt;
  if (!alive.expired()) tell_troubles();
  co_return std::move(*answer);
}

asio::awaitable<std::optional<BreakpointStore::Loaded>> BreakpointDesk::load(Key key) {
  std::function<BreakpointStore::Loaded(BreakpointStore&)> what =
      [key = std::move(key)](BreakpointStore& store) { return store.load(key); };
  co_return co_await read(std::move(what), kStoreWaitLimit);
}

asio::awaitable<session::AgentAnswer> BreakpointDesk::ask(
    std::function<session::AgentAnswer(BreakpointStore&)> what) {
  auto answer = co_await read(std::move(what), kStoreQuestionLimit);
  if (answer) co_return *std::move(answer);
  Fault late{Errc::kTimedOut, Condition::kMisconfigured,
             "The disk of breakpoints.db, in the agent's state folder, does not answer."};
  co_return late;
}

asio::awaitable<session::AgentAnswer> BreakpointDesk::list(std::optional<std::string> workspace,
                                                           std::optional<std::int64_t> since) {
  std::function<session::AgentAnswer(BreakpointStore&)> what = [workspace = std::move(workspace),
                                                                since](BreakpointStore& store) {
    return store.list(workspace, since);
  };
  co_return co_await ask(std::move(what));
}

asio::awaitable<session::AgentAnswer> BreakpointDesk::forget(std::optional<std::string> workspace,
                                                             std::int64_t now) {
  std::function<session::AgentAnswer(BreakpointStore&)> what = [workspace = std::move(workspace),
                                                                now](BreakpointStore& store) {
    return store.forget(workspace, now);
  };
  co_return co_await ask(std::move(what));
}

}  // namespace nearside::far_end
