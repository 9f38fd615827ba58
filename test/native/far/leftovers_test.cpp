// Nothing that an adapter started outlives its session, whoever dies first.
#include "agent_place.hpp"
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

/// Keeper and agent's side of its socket, without an agent: what a killed agent leaves.
TEST(Keeper, EndsEverythingWhenItsSocketEnds) {
  AgentPlace place;
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  io::ProcessOptions options;
  options.arguments = {own_program(), "keeper"};
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  options.descriptors = {{kKeeperSocket, ends[1]},
                         {kAdapterInput, null},
                         {kAdapterOutput, null},
                         {kAdapterErrors, null}};
  auto keeper = io::Process::start(place.loop.executor(), options).value();
  ::close(ends[1]);
  ::close(null);
  const std::string file = (place.scratch.path() / "daemon").string();
  const std::string script =
      place.script("adapter", "setsid sh -c 'echo $$ > " + file + "; exec sleep 600' & sleep 600");
  const std::string order =
      encode(StartAdapter{{script, {script}, {{"PATH", "/usr/bin:/bin"}}, ""}});
  ASSERT_EQ(::write(ends[0], order.data(), order.size()), static_cast<ssize_t>(order.size()));
  const pid_t daemon = place.number_in("daemon");
  ::close(ends[0]);
  EXPECT_TRUE(place.gone(daemon));
  EXPECT_EQ(place.loop.run(keeper.wait()).value().code, 0);
}

}  // namespace
}  // namespace nearside::far_end
