#include "far/login_environment.hpp"

#include "far/limits.hpp"
#include "io/task_group.hpp"
#include "loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

namespace nearside::far_end {
namespace {

using testing::HasSubstr;

class LoginShellTest : public testing::Test {
 protected:
  LoginEnvironment environment_of(const std::string& shell_text, std::chrono::milliseconds limit) {
    const auto shell = scratch.path() / "shell";
    std::ofstream(shell) << "#!/bin/sh\n" << shell_text;
    std::filesystem::permissions(shell, std::filesystem::perms::owner_all);
    LoginShell login(own, {"someone", scratch.path().string(), shell.string()}, limit);
    return loop.run(login.environment());
  }
  /// What a shell does with `-l -c COMMAND`, after `profile`.
  static std::string with_profile(const std::string& profile) {
    return profile + "\nexec /bin/sh -c \"$3\"\n";
  }

  Loop loop;
  Scratch scratch;
  OwnChildren own;
};

TEST_F(LoginShellTest, TellsWhatAProfileSets) {
  const auto login = environment_of(
      with_profile("echo Welcome; export PATH=/opt/x:$PATH TWO='a\nb'; echo noise >&2"),
      seconds(30));
  EXPECT_EQ(login.notice, "");
  EXPECT_THAT(login.variables.at("PATH"), HasSubstr("/opt/x:"));
  EXPECT_EQ(login.variables.at("TWO"), "a\nb");
  EXPECT_EQ(login.variables.at("HOME"), scratch.path().string());
  EXPECT_EQ(login.variables.at("USER"), "someone");
}

TEST_F(LoginShellTest, DoesNotWaitForWhatAProfileLeavesBehind) {
  const auto login =
      environment_of(with_profile("sleep 600 & echo $! > pid; export A=1"), seconds(30));
  EXPECT_EQ(login.variables.at("A"), "1");
  std::ifstream file(scratch.path() / "pid");
  pid_t left = 0;
  file >> left;
  EXPECT_EQ(::kill(left, SIGKILL), 0);
}

TEST_F(LoginShellTest, FallsBackAndSaysSoWhenTheShellHangs) {
  const auto login = environment_of("sleep 600", std::chrono::milliseconds(50));
  EXPECT_THAT(login.notice, HasSubstr("longer than 50 ms"));
  EXPECT_EQ(login.variables, io::current_environment());
}

TEST_F(LoginShellTest, LetsAProfileThatIsLateCleanUp) {
  const auto lock = scratch.path() / "lock";
  const auto login =
      environment_of("(trap 'rm lock; exit' TERM; touch lock; sleep 600 & wait) & wait",
                     std::chrono::milliseconds(300));
  EXPECT_THAT(login.notice, HasSubstr("longer than 300 ms"));
  EXPECT_FALSE(std::filesystem::exists(lock));
}

TEST_F(LoginShellTest, LetsAProfileCleanUpThatNobodyWaitsForAnyMore) {
  const auto lock = scratch.path() / "lock";
  const auto shell = scratch.path() / "shell";
  std::ofstream(shell)
      << "#!/bin/sh\n(trap 'rm lock; exit' TERM; touch lock; sleep 600 & wait) & wait";
  std::filesystem::permissions(shell, std::filesystem::perms::owner_all);
  LoginShell login(own, {"someone", scratch.path().string(), shell.string()}, seconds(30));
  io::TaskGroup tasks(loop.executor());
  tasks.spawn([](LoginShell& asked) -> asio::awaitable<void> {
    (void)co_await asked.environment();
  }(login));
  EXPECT_TRUE(loop.run_until([&] { return std::filesystem::exists(lock); }));
  tasks.stop();
  EXPECT_TRUE(loop.run_until([&] { return !std::filesystem::exists(lock); }));
  loop.run(tasks.join());
}

TEST_F(LoginShellTest, KillsAProfileThatDoesNotEndWhenItIsAsked) {
  const auto login = environment_of("trap '' TERM; echo $$ > pid; while :; do sleep 0.05; done",
                                    std::chrono::milliseconds(300));
  EXPECT_THAT(login.notice, HasSubstr("longer than 300 ms"));
  std::ifstream file(scratch.path() / "pid");
  pid_t shell = 0;
  file >> shell;
  ASSERT_GT(shell, 0);
  loop.run([](pid_t process) -> asio::awaitable<void> {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    while (::kill(process, 0) == 0) {
      pause.expires_after(std::chrono::milliseconds(5));
      co_await pause.async_wait(asio::use_awaitable);
    }
  }(shell));
}

TEST_F(LoginShellTest, FallsBackWhenThereIsNoShellOrItSaysNothing) {
  EXPECT_THAT(environment_of("exit 1", seconds(30)).notice, HasSubstr("no environment"));
  LoginShell absent(own, {"someone", "/", "/absent/shell"}, seconds(1));
  EXPECT_THAT(loop.run(absent.environment()).notice, HasSubstr("/absent/shell"));
}

TEST_F(LoginShellTest, FallsBackWhenTheShellNeverStopsPrinting) {
  const auto login = environment_of("exec yes", seconds(30));
  EXPECT_THAT(login.notice, HasSubstr("printed too much"));
}

}  // namespace
}  // namespace nearside::far_end
