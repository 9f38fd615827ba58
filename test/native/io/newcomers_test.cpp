#include "io/newcomers.hpp"

#include "io/task_group.hpp"
#include "loop.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace nearside::io {
namespace {

/// A visit that lasts until it is cancelled, and writes down its end.
struct Visits {
  explicit Visits(asio::any_io_executor on) : executor(std::move(on)), tasks(executor) {}

  void begin(int number, bool is_known = false) {
    tasks.spawn([](Visits& all, int which, bool known) -> asio::awaitable<void> {
      const Newcomers::Visit visit = [&all, which, known](Newcomers::OnKnown on_known) {
        return stay(all, which, known, std::move(on_known));
      };
      co_await all.newcomers.receive(visit);
    }(*this, number, is_known));
  }

  asio::any_io_executor executor;
  Newcomers newcomers{3};
  std::vector<int> ended;
  TaskGroup tasks;

 private:
  static asio::awaitable<void> stay(Visits& all, int which, bool known,
                                    Newcomers::OnKnown on_known) {
    struct Note {
      std::vector<int>& ended;
      int number;
      ~Note() { ended.push_back(number); }
    } note{all.ended, which};
    if (known) on_known();
    asio::steady_timer timer(all.executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
  }
};

asio::awaitable<void> settle() {
  for (int turn = 0; turn < 20; ++turn)
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

TEST(Newcomers, MakePlaceForTheNewestByTheOldest) {
  Loop loop;
  Visits visits(loop.executor());
  for (int number = 1; number <= 5; ++number) visits.begin(number);
  loop.run(settle());
  EXPECT_EQ(visits.ended, (std::vector{1, 2}));
  EXPECT_EQ(visits.newcomers.count(), 3u);
  visits.tasks.stop();
  loop.run(visits.tasks.join());
  EXPECT_EQ(visits.newcomers.count(), 0u);
}

TEST(Newcomers, AreNoneAnyMoreOnceTheyAreKnown) {
  Loop loop;
  Visits visits(loop.executor());
  visits.begin(1, true);
  for (int number = 2; number <= 100; ++number) visits.begin(number);
  loop.run(settle());
  EXPECT_EQ(visits.ended.size(), 96u);
  EXPECT_EQ(std::count(visits.ended.begin(), visits.ended.end(), 1), 0);
  visits.tasks.stop();
  loop.run(visits.tasks.join());
}

}  // namespace
}  // namespace nearside::io
