#include "io/task_group.hpp"

#include "io/deadline.hpp"
#include "loop.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

namespace nearside::io {
namespace {

asio::awaitable<void> wait_for_ever(int& ended) {
  struct Count {
    int& count;
    ~Count() { ++count; }
  } counted{ended};
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
  co_await timer.async_wait(asio::use_awaitable);
}

TEST(TaskGroup, StopEndsEveryTaskAndJoinWaitsForThem) {
  Loop loop;
  int ended = 0;
  loop.run([&]() -> asio::awaitable<void> {
    TaskGroup group(loop.executor());
    for (int i = 0; i < 3; ++i) group.spawn(wait_for_ever(ended));
    EXPECT_EQ(group.running(), 3u);
    group.stop();
    group.stop();
    co_await group.join();
    EXPECT_EQ(ended, 3);
    EXPECT_EQ(group.running(), 0u);
    EXPECT_TRUE(group.stopped());
  }());
}

TEST(TaskGroup, JoinOfAnEmptyGroupReturnsAtOnce) {
  Loop loop;
  TaskGroup group(loop.executor());
  loop.run(group.join());
}

TEST(TaskGroup, AfterStopNoTaskIsStarted) {
  Loop loop;
  bool ran = false;
  TaskGroup group(loop.executor());
  group.stop();
  group.spawn([](bool& flag) -> asio::awaitable<void> {
    flag = true;
    co_return;
  }(ran));
  EXPECT_EQ(group.running(), 0u);
  loop.context().run();
  EXPECT_FALSE(ran);
}

TEST(TaskGroup, ATaskMayStopItsGroup) {
  Loop loop;
  int ended = 0;
  loop.run([&]() -> asio::awaitable<void> {
    TaskGroup group(loop.executor());
    group.spawn(wait_for_ever(ended));
    group.spawn([](TaskGroup& own) -> asio::awaitable<void> {
      own.stop();
      co_return;
    }(group));
    co_await group.join();
    EXPECT_EQ(ended, 1);
  }());
}

TEST(TaskGroup, TasksOfADestroyedGroupEnd) {
  Loop loop;
  int ended = 0;
  {
    TaskGroup group(loop.executor());
    group.spawn(wait_for_ever(ended));
    loop.context().poll();
    EXPECT_EQ(ended, 0);
  }
  loop.context().restart();
  loop.context().run_for(kTestLimit);
  EXPECT_EQ(ended, 1);
}

TEST(TaskGroup, WhoIsStoppedStillWaitsForWhatItHasStarted) {
  Loop loop;
  int ended = 0;
  bool joined = false;
  loop.run([&]() -> asio::awaitable<void> {
    TaskGroup outer(loop.executor());
    TaskGroup inner(loop.executor());
    inner.spawn(wait_for_ever(ended));
    outer.spawn([](TaskGroup& inside, int& count, bool& flag) -> asio::awaitable<void> {
      co_await inside.join();
      EXPECT_EQ(count, 1);
      flag = true;
    }(inner, ended, joined));
    outer.stop();
    inner.stop();
    co_await outer.join();
  }());
  EXPECT_TRUE(joined);
}

TEST(TaskGroupDeathTest, AnExceptionThatLeavesATaskEndsTheProcessAndIsNamed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        asio::io_context context;
        TaskGroup group(context.get_executor());
        group.spawn([]() -> asio::awaitable<void> {
          throw std::runtime_error("a broken promise");
          co_return;
        }());
        context.run();
      },
      "a broken promise");
}

Async<int> slow_answer() {
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
  co_await timer.async_wait(asio::use_awaitable);
  co_return 1;
}

Async<int> quick_answer() {
  co_return 2;
}

TEST(Within, GivesTheAnswerOrTheFaultWhenTheTimeIsOver) {
  Loop loop;
  const Fault late{Errc::kTimedOut, Condition::kUnreachable, "too late"};
  EXPECT_EQ(loop.run(within(kTestLimit, quick_answer(), late)).value(), 2);
  EXPECT_EQ(loop.run(within(std::chrono::milliseconds(1), slow_answer(), late)).error(), late);
}

}  // namespace
}  // namespace nearside::io
