#include "io/process.hpp"

#include "io/files.hpp"
#include "loop.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <sstream>

namespace nearside::io {
namespace {

struct Outcome {
  std::string output;
  ExitStatus status;
};

/// Runs `sh -c script`; its output comes through a pipe.
class ProcessTest : public ::testing::Test {
 protected:
  ProcessOptions shell(const std::string& script) {
    ProcessOptions options;
    options.arguments = {"sh", "-c", script};
    options.environment = {{"PATH", "/usr/bin:/bin"}};
    return options;
  }

  Outcome run(ProcessOptions options) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    options.descriptors[1] = ends[1];
    auto process = Process::start(loop.executor(), options);
    ::close(ends[1]);
    if (!process) {
      ADD_FAILURE() << process.error().message;
      ::close(ends[0]);
      return {};
    }
    const auto output =
        make_descriptor_stream(loop.executor(), ends[0], ::open("/dev/null", O_WRONLY), "a pipe");
    Outcome outcome;
    outcome.output = loop.run(read_up_to(*output));
    outcome.status = loop.run(process->wait()).value();
    return outcome;
  }

  Loop loop;
};

TEST_F(ProcessTest, OutputAndExitCodeArrive) {
  const auto outcome = run(shell("echo hello; exit 7"));
  EXPECT_EQ(outcome.output, "hello\n");
  EXPECT_EQ(outcome.status.code, 7);
  EXPECT_EQ(outcome.status.text(), "exited with code 7");
}

TEST_F(ProcessTest, ASignalIsNamed) {
  const auto outcome = run(shell("kill -KILL $$"));
  EXPECT_EQ(outcome.status.signal, SIGKILL);
  EXPECT_EQ(outcome.status.text(), "was killed by signal 9 (SIGKILL)");
}

TEST_F(ProcessTest, WaitMayBeAskedAgainAfterTheEnd) {
  auto process = Process::start(loop.executor(), shell("exit 3")).value();
  EXPECT_EQ(loop.run(process.wait()).value().code, 3);
  EXPECT_EQ(loop.run(process.wait()).value().code, 3);
  EXPECT_FALSE(process.signal(SIGTERM));
}

TEST_F(ProcessTest, ASignalReachesARunningProcess) {
  auto process = Process::start(loop.executor(), shell("exec sleep 1000")).value();
  EXPECT_TRUE(process.signal(SIGTERM));
  EXPECT_EQ(loop.run(process.wait()).value().signal, SIGTERM);
}

TEST_F(ProcessTest, AMissingProgramNamesThePlacesThatWereLookedAt) {
  ProcessOptions options;
  options.arguments = {"no-such-debugger"};
  options.environment = {{"PATH", "/opt/here:/opt/there"}};
  const auto process = Process::start(loop.executor(), options);
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().code, Errc::kProcessFailed);
  for (const char* word : {"no-such-debugger", "/opt/here", "/opt/there"})
    EXPECT_NE(process.error().message.find(word), std::string::npos) << process.error().message;
}

TEST_F(ProcessTest, OurOwnPathIsNotLookedAt) {
  ProcessOptions options;
  options.arguments = {"sh"};
  options.environment = {};
  EXPECT_FALSE(Process::start(loop.executor(), options));
}

TEST_F(ProcessTest, WhatIsNotExecutableSaysSo) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_private_file(folder / "tool", "#!/bin/sh\nexit 0\n"));
  ProcessOptions options;
  options.arguments = {"tool"};
  options.environment = {{"PATH", folder.path().string()}};
  for (const std::string& name : {std::string("tool"), (folder / "tool").string()}) {
    options.arguments = {name};
    const auto process = Process::start(loop.executor(), options);
    ASSERT_FALSE(process);
    EXPECT_NE(process.error().message.find("chmod +x"), std::string::npos)
        << process.error().message;
  }
}

TEST_F(ProcessTest, AProgramOfAnotherMachineSaysSo) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_private_file(folder / "tool",
                                 "\x7f"
                                 "ELF nothing that runs here"));
  ::chmod((folder / "tool").c_str(), 0700);
  ProcessOptions options;
  options.arguments = {(folder / "tool").string()};
  const auto process = Process::start(loop.executor(), options);
  ASSERT_FALSE(process);
  EXPECT_NE(process.error().message.find("no program for this machine"), std::string::npos);
}

TEST_F(ProcessTest, AMissingInterpreterSaysSo) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_private_file(folder / "tool", "#!/no/such/interpreter\n"));
  ::chmod((folder / "tool").c_str(), 0700);
  ProcessOptions options;
  options.arguments = {(folder / "tool").string()};
  const auto process = Process::start(loop.executor(), options);
  ASSERT_FALSE(process);
  EXPECT_NE(process.error().message.find("interpreter"), std::string::npos);
}

TEST_F(ProcessTest, AFailedStartLeavesNoChildAndNoDescriptor) {
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = descriptors();
  ProcessOptions options;
  options.arguments = {"/no/such/program"};
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(Process::start(loop.executor(), options));
  EXPECT_EQ(descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(ProcessTest, TheEnvironmentIsExactlyTheGivenOne) {
  ProcessOptions options;
  options.arguments = {"/usr/bin/env"};
  options.environment = {{"A", "1"}, {"B", "two words = \xC3\xA4"}, {"EMPTY", ""}};
  EXPECT_EQ(run(options).output, "A=1\nB=two words = \xC3\xA4\nEMPTY=\n");
}

TEST_F(ProcessTest, TheWorkingDirectoryIsEnteredOrNamed) {
  const TemporaryFolder folder;
  auto options = shell("pwd -P");
  options.working_directory = folder.path().string();
  EXPECT_EQ(run(options).output, std::filesystem::canonical(folder.path()).string() + "\n");
  options.working_directory = "/no/such/folder";
  const auto process = Process::start(loop.executor(), options);
  ASSERT_FALSE(process);
  EXPECT_NE(process.error().message.find("/no/such/folder"), std::string::npos);
}

TEST_F(ProcessTest, OnlyTheGivenDescriptorsReachTheChild) {
  // Not close-on-exec, and spread: what a careless library in our process would leave open.
  const int leaked = ::open("/dev/null", O_RDONLY);
  const int far_up = ::fcntl(leaked, F_DUPFD, 200);
  auto options = shell("ls -l /proc/self/fd | sed -n 's/.* \\([0-9]*\\) -> .*/\\1/p'");
  options.descriptors[5] = leaked;
  const auto outcome = run(options);
  std::istringstream lines(outcome.output);
  std::set<int> open;
  for (int number; lines >> number;) open.insert(number);
  // ls itself opens the folder (3).
  EXPECT_EQ(open, (std::set<int>{0, 1, 2, 3, 5})) << outcome.output;
  ::close(leaked);
  ::close(far_up);
}

TEST_F(ProcessTest, DescriptorsMayBeExchanged) {
  int first[2], second[2];
  ASSERT_EQ(::pipe2(first, O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(second, O_CLOEXEC), 0);
  auto options = shell("echo to-first >&" + std::to_string(second[1]) + "; echo to-second >&" +
                       std::to_string(first[1]));
  options.descriptors = {{first[1], second[1]}, {second[1], first[1]}};
  auto process = Process::start(loop.executor(), options).value();
  ::close(first[1]);
  ::close(second[1]);
  const auto read = [&](int end) {
    const auto stream =
        make_descriptor_stream(loop.executor(), end, ::open("/dev/null", O_WRONLY), "a pipe");
    return loop.run(read_up_to(*stream));
  };
  EXPECT_EQ(read(first[0]), "to-first\n");
  EXPECT_EQ(read(second[0]), "to-second\n");
  EXPECT_EQ(loop.run(process.wait()).value().code, 0);
}

TEST_F(ProcessTest, SignalsStartWithTheirDefaultsAndUnblocked) {
  struct sigaction ignore {
  }, before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);
  sigset_t blocked, mask_before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &mask_before);
  const auto outcome = run(shell("grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f2"));
  ::pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);
  ::sigaction(SIGPIPE, &before, nullptr);
  EXPECT_EQ(outcome.output, "0000000000000000\n0000000000000000\n");
}

TEST_F(ProcessTest, ANewSessionHasItsOwnGroup) {
  auto options = shell("echo $$; ps -o pgid=,sid= -p $$");
  options.new_session = true;
  std::istringstream fields(run(options).output);
  int process = 0, group = 0, session = 0;
  fields >> process >> group >> session;
  EXPECT_GT(process, 0);
  EXPECT_EQ(group, process);
  EXPECT_EQ(session, process);
}

TEST_F(ProcessTest, ATerminalBecomesTheControllingOneAndTheStandardDescriptors) {
  int master = -1, slave = -1;
  char path[100];
  ASSERT_EQ(::openpty(&master, &slave, path, nullptr, nullptr), 0);
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  auto options = shell("test -t 0 && test -t 1 && test -t 2 && echo said-to-tty > /dev/tty");
  options.terminal = path;
  auto process = Process::start(loop.executor(), options).value();
  EXPECT_EQ(loop.run(process.wait()).value().code, 0);
  ::close(slave);
  const auto stream = make_descriptor_stream(loop.executor(), master, master, "a terminal");
  EXPECT_EQ(loop.run(read_up_to(*stream)), "said-to-tty\r\n");  // EIO of a pty is its end
}

TEST_F(ProcessTest, TheLimitOnOpenFilesIsSet) {
  auto options = shell("ulimit -Sn");
  options.open_files = 123;
  EXPECT_EQ(run(options).output, "123\n");
}

TEST_F(ProcessTest, WaitingEndsWhenItIsStopped) {
  auto process = Process::start(loop.executor(), shell("exec sleep 1000")).value();
  const Fault late{Errc::kTimedOut, Condition::kUnreachable, "late"};
  loop.run([&]() -> asio::awaitable<void> {
    asio::cancellation_signal signal;
    std::optional<Result<ExitStatus>> status;
    asio::co_spawn(loop.executor(), process.wait(),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](const std::exception_ptr&, Result<ExitStatus> result) {
                         status = std::move(result);
                       }));
    co_await asio::post(loop.executor(), asio::use_awaitable);
    signal.emit(asio::cancellation_type::terminal);
    while (!status) co_await asio::post(loop.executor(), asio::use_awaitable);
    EXPECT_EQ(status->error().code, Errc::kStopped);
  }());
  EXPECT_TRUE(process.signal(SIGKILL));
  EXPECT_EQ(loop.run(process.wait()).value().signal, SIGKILL);
}

TEST(FindProgram, TakesTheFirstExecutableInThePath) {
  const TemporaryFolder folder;
  ASSERT_TRUE(ensure_private_folder(folder / "one"));
  ASSERT_TRUE(ensure_private_folder(folder / "two"));
  ASSERT_TRUE(write_private_file(folder / "one/tool", ""));
  ASSERT_TRUE(write_private_file(folder / "two/tool", ""));
  ::chmod((folder / "two/tool").c_str(), 0700);
  const std::string path = (folder / "one").string() + ":" + (folder / "two").string();
  EXPECT_EQ(find_program("tool", path), (folder / "two/tool").string());
  EXPECT_EQ(find_program("two", folder.path().string()), std::nullopt);  // a folder is no program
  EXPECT_EQ(find_program("tool", ""), std::nullopt);
  EXPECT_EQ(find_program((folder / "two/tool").string(), ""), (folder / "two/tool").string());
}

TEST_F(ProcessTest, WhoseGroupEndsWithItLeavesNobodyBehind) {
  for (const char* end : {"exit 3", "kill -9 $$"}) {
    auto options = shell(std::string("(trap '' TERM HUP; exec sleep 1000) & echo $!; ") + end);
    options.new_session = true;
    options.group_ends_with_it = true;
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    options.descriptors[1] = ends[1];
    auto process = Process::start(loop.executor(), options);
    ::close(ends[1]);
    ASSERT_TRUE(process);
    const auto output =
        make_descriptor_stream(loop.executor(), ends[0], ::open("/dev/null", O_WRONLY), "a pipe");
    loop.run(process->wait()).value();
    // The pipe's other end is the child's child's too: it ends when that has gone.
    EXPECT_FALSE(loop.run(read_up_to(*output)).empty());
    EXPECT_FALSE(process->signal_group(SIGTERM));
  }
}

TEST_F(ProcessTest, SignalsItsWholeGroup) {
  auto options = shell("sleep 1000 & sleep 1000; echo no");
  options.new_session = true;
  options.group_ends_with_it = true;
  auto process = Process::start(loop.executor(), options);
  ASSERT_TRUE(process);
  EXPECT_TRUE(process->signal_group(SIGTERM));
  EXPECT_EQ(loop.run(process->wait()).value().signal, SIGTERM);
}

}  // namespace
}  // namespace nearside::io
