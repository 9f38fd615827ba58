// The threads begin with the first work.
#include "far/background.hpp"

#include "far/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace nearside::far_end {

struct Background::State {
  explicit State(asio::any_io_executor on) : executor(std::move(on)) {}

  std::mutex mutex;
  std::condition_variable fewer;
  asio::any_io_executor executor;
  std::size_t unfinished = 0;
  std::size_t late = 0;  ///< Of these, those that nobody waits for.
  bool gone = false;     ///< The executor may be gone too.
};

namespace {

/// Between a piece of work and who waits for it.
struct Job {
  asio::steady_timer* timer = nullptr;  ///< The waiter's; touched on the executor only.
  bool ended = false;                   ///< These two belong to the State's mutex.
  bool given_up = false;
};

class Waiter {
 public:
  Waiter(Job& job, asio::steady_timer& timer) : job_(job) { job_.timer = &timer; }
  ~Waiter() { job_.timer = nullptr; }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

 private:
  Job& job_;
};

}  // namespace

Background::Background(asio::any_io_executor executor)
    : Background(std::move(executor), {kBackgroundThreads, kBackgroundEndLimit}) {}

Background::Background(asio::any_io_executor executor, Options options)
    : options_(options), state_(std::make_shared<State>(std::move(executor))) {}

Background::~Background() {
  if (!threads_) return;
  std::unique_lock lock(state_->mutex);
  state_->gone = true;
  const bool ended =
      state_->fewer.wait_for(lock, options_.end_limit, [&] { return state_->unfinished == 0; });
  lock.unlock();
  if (!ended) (void)threads_.release();  // Its destructor would wait for them.
}

asio::thread_pool& Background::threads() {
  if (!threads_) threads_ = std::make_unique<asio::thread_pool>(options_.threads);
  return *threads_;
}

void Background::post(std::function<void()> work, std::function<void()> then) {
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->unfinished;
  }
  asio::post(threads(), [state = state_, work = std::move(work), then = std::move(then)]() mutable {
    work();
    work = nullptr;
    const std::lock_guard lock(state->mutex);
    --state->unfinished;
    state->fewer.notify_all();
    if (!state->gone) asio::post(state->executor, std::move(then));
  });
}

asio::awaitable<bool> Background::run(std::function<void()> work, std::chrono::milliseconds limit) {
  const auto state = state_;
  {
    const std::lock_guard lock(state->mutex);
    if (state->late >= options_.threads) co_return false;
    ++state->unfinished;
  }
  const auto job = std::make_shared<Job>();
  asio::steady_timer timer(state->executor, limit);
  const Waiter waiter(*job, timer);
  asio::post(threads(), [state, job, work = std::move(work)]() mutable {
    work();
    work = nullptr;
    const std::lock_guard lock(state->mutex);
    job->ended = true;
    --state->unfinished;
    if (job->given_up) --state->late;
    state->fewer.notify_all();
    if (state->gone) return;
    asio::post(state->executor, [job = std::move(job)] {
      if (job->timer != nullptr) job->timer->cancel();
    });
  });
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  const std::lock_guard lock(state->mutex);
  job->given_up = !job->ended;
  if (job->given_up) ++state->late;
  co_return job->ended;
}

}  // namespace nearside::far_end
