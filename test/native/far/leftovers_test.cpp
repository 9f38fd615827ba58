// Nothing that an adapter started outlives its session, whoever dies first.
#include "agent_place.hpp"
#include "far/descriptor.hpp"
#include "far/keeper_wire.hpp"
#include "io/process.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace nearside::far_end {
namespace {

class LeftoversTest : public testing::Test, public AgentPlace {
 protected:
  /// A session whose adapter has a daemonised descendant.
  void start() {
    link = connect();
    channel = link->open_session("stdio:" + python("adapter.py", kStandIn));
    link->request(channel, "initialize");
    link->request(channel, "launch");
    link->request(channel, "spawn", {{"file", (scratch.path() / "daemon").string()}});
    daemon = number_in("daemon");
    adapter = number_in("daemon.adapter");
    keeper = link->ask({"status"}).value().body.at("sessions").at(0).at("keeper");
    ASSERT_TRUE(runs(daemon));
  }

  std::unique_ptr<NearLink> link;
  link::ChannelId channel = 0;
  pid_t daemon = 0;
  pid_t adapter = 0;
  pid_t keeper = 0;
};

TEST_F(LeftoversTest, EndsADaemonWithTheSession) {
  start();
  link->request(channel, "disconnect", {{"terminateDebuggee", true}});
  EXPECT_TRUE(gone(daemon));
  EXPECT_TRUE(gone(adapter));
  EXPECT_TRUE(gone(keeper));
}

TEST_F(LeftoversTest, LeavesRunningWhatTheUserSaid) {
  start();
  link->request(channel, "disconnect", {{"terminateDebuggee", false}});
  event("session-closed");
  EXPECT_TRUE(gone(adapter));
  EXPECT_TRUE(gone(keeper));
  EXPECT_TRUE(runs(daemon));
  ::kill(daemon, SIGKILL);
  EXPECT_TRUE(gone(daemon));
}

TEST_F(LeftoversTest, EndsEverythingWhenTheAdapterIsKilled) {
  start();
  ::kill(adapter, SIGKILL);
  link->wait_for_event(channel, "terminated");
  EXPECT_TRUE(gone(daemon));
  EXPECT_TRUE(gone(keeper));
}

TEST_F(LeftoversTest, EndsEverythingWhenTheKeeperIsKilled) {
  start();
  ::kill(keeper, SIGKILL);
  link->wait_for_event(channel, "terminated");
  link->wait_for_output(channel, "keeps it was killed");
  EXPECT_TRUE(gone(adapter));
  EXPECT_TRUE(gone(daemon));
  event("session-closed");
  for (const auto& child : list_children()) EXPECT_NE(child.state, 'Z') << child.id;
}

TEST_F(LeftoversTest, EndsEverythingWhenTheClientIsGone) {
  start();
  link->drop();
  EXPECT_TRUE(gone(daemon));
  EXPECT_TRUE(gone(adapter));
  EXPECT_TRUE(gone(keeper));
}

TEST_F(LeftoversTest, EndsEverythingWithTheAgent) {
  start();
  agent->stop();
  EXPECT_TRUE(loop.run_until([&] { return ended.has_value(); }));
  EXPECT_FALSE(runs(daemon));
  EXPECT_FALSE(runs(adapter));
  EXPECT_FALSE(runs(keeper));
}

TEST_F(LeftoversTest, EndsAnAdapterThatIgnoresEverything) {
  link = connect();
  channel = link->open_session("stdio:" + script("stubborn", "trap '' TERM; echo $$ > " +
                                                                 (scratch.path() / "pid").string() +
                                                                 "; while :; do sleep 600; done"));
  const pid_t stubborn = number_in("pid");
  link->drop();
  EXPECT_TRUE(gone(stubborn));
}

/// A keeper without an agent, whose adapter has a daemon.
class KeeperTest : public testing::Test, public AgentPlace {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    socket = Descriptor(ends[0]);
    const Descriptor theirs(ends[1]);
    const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    io::ProcessOptions options;
    options.arguments = {own_program(), "keeper"};
    options.descriptors = {{kKeeperSocket, theirs.get()},
                           {kAdapterInput, null.get()},
                           {kAdapterOutput, null.get()},
                           {kAdapterErrors, null.get()}};
    keeper.emplace(io::Process::start(loop.executor(), options).value());
    const std::string file = (scratch.path() / "daemon").string();
    const std::string program =
        script("adapter", "setsid sh -c 'echo $$ > " + file + "; exec sleep 600' & echo $$ > " +
                              file + ".adapter; exec sleep 600");
    send(encode(StartAdapter{{program, {program}, {{"PATH", "/usr/bin:/bin"}}, ""}, 0}));
    daemon = number_in("daemon");
    adapter = number_in("daemon.adapter");
  }
  void send(const std::string& line) {
    ASSERT_EQ(::write(socket.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }

  Descriptor socket;
  std::optional<io::Process> keeper;
  pid_t daemon = 0;
  pid_t adapter = 0;
};

TEST_F(KeeperTest, EndsEverythingWhenItsSocketEnds) {
  socket = Descriptor();
  EXPECT_TRUE(gone(daemon));
  EXPECT_TRUE(gone(adapter));
  EXPECT_EQ(loop.run(keeper->wait()).value().code, 0);
}

TEST_F(KeeperTest, EndsEverythingWhenItIsToldNonsense) {
  send("dance\n");
  EXPECT_TRUE(gone(daemon));
  EXPECT_TRUE(gone(adapter));
}

TEST_F(KeeperTest, EndsEverythingAtSigterm) {
  keeper->signal(SIGTERM);
  EXPECT_TRUE(gone(daemon));
  EXPECT_TRUE(gone(adapter));
}

TEST_F(KeeperTest, IgnoresWhatATerminalSends) {
  for (const int number : {SIGINT, SIGHUP, SIGQUIT}) keeper->signal(number);
  send(encode(End{true}));
  EXPECT_EQ(loop.run(keeper->wait()).value().code, 0);
  EXPECT_TRUE(runs(daemon));
  ::kill(daemon, SIGKILL);
  EXPECT_TRUE(gone(daemon));
}

/// Agent and keeper killed at once: nobody is left to sweep, but the kernel tells the adapter.
TEST_F(KeeperTest, EndsItsAdapterEvenWhenItIsKilled) {
  keeper->signal(SIGKILL);
  EXPECT_TRUE(gone(adapter));
  ::kill(daemon, SIGKILL);
  EXPECT_TRUE(gone(daemon));
}

}  // namespace
}  // namespace nearside::far_end
