// An adapter that stops answering, through a whole agent.
#include "agent_place.hpp"

#include <gtest/gtest.h>

namespace nearside::far_end {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class WatchdogTest : public testing::Test, public AgentPlace {
 protected:
  explicit WatchdogTest(milliseconds limit = seconds(1))
      : AgentPlace([&](AgentOptions& options) { options.watchdog = limit; }) {}

  void open() {
    link = connect();
    channel = link->open_session(
        "stdio:" + python("adapter.py", kStandIn),
        std::map<std::string, std::string>{{"PATH", "/usr/bin:/bin"}, {"LINGER", "1"}});
    link->request(channel, "initialize");
  }
  pid_t adapter() { return link->ask({"status"}).value().body.at("sessions").at(0).at("pid"); }
  void send(int seq, const std::string& command) {
    link->send(channel, nlohmann::json{{"seq", seq},
                                       {"type", "request"},
                                       {"command", command},
                                       {"arguments", nlohmann::json::object()}}
                            .dump());
  }
  nlohmann::json answer(int seq) {
    return link->wait_for(channel, [&](const nlohmann::json& message) {
      return message.value("type", "") == "response" && message.value("request_seq", 0) == seq;
    });
  }
  std::unique_ptr<NearLink> link;
  link::ChannelId channel = 0;
};

TEST_F(WatchdogTest, NamesARequestThatIsNotAnsweredAndWhatWasSaidBefore) {
  open();
  send(50, "silence");
  const auto line = link->wait_for_output(channel, "has not answered `silence` for 1 s");
  EXPECT_EQ(line.at("body").at("category"), "important");
  EXPECT_NE(line.at("body").at("output").get<std::string>().find(
                "The last it said was the answer to `initialize`, 1 s ago."),
            std::string::npos)
      << line;
}

TEST_F(WatchdogTest, KnowsAnAdapterThatIsStoppedAndTellsTheAnswerThatComesLate) {
  open();
  const pid_t process = adapter();
  ::kill(process, SIGSTOP);
  send(50, "threads");
  link->wait_for_output(channel, "It is stopped by a signal (SIGSTOP): `kill -CONT " +
                                     std::to_string(process) + "` lets it go on.");
  ::kill(process, SIGCONT);
  EXPECT_TRUE(answer(50).at("success"));
  link->wait_for_output(channel, "`threads` was answered after ");
}

TEST_F(WatchdogTest, KnowsAnAdapterThatIsBusyFromOneThatWaits) {
  open();
  send(50, "silence");
  const auto waits = link->wait_for_output(channel, "has not answered `silence`");
  EXPECT_NE(waits.at("body").at("output").get<std::string>().find(" It waits"), std::string::npos)
      << waits;
  send(51, "threads");
  EXPECT_TRUE(answer(51).at("success"));
  send(52, "spin");
  // On a machine that has no time for it, that is said.
  const auto spins = link->wait_for_output(channel, "has not answered `spin`");
  EXPECT_NE(spins.at("body").at("output").get<std::string>().find(" % of a processor"),
            std::string::npos)
      << spins;
}

TEST_F(WatchdogTest, AnswersDisconnectForAnAdapterThatIsStoppedAndLeavesNothing) {
  open();
  const pid_t process = adapter();
  ::kill(process, SIGSTOP);
  send(50, "threads");
  send(51, "disconnect");
  EXPECT_TRUE(answer(51).at("success"));
  EXPECT_FALSE(answer(50).at("success"));
  link->wait_for_event(channel, "terminated");
  link->wait_until_closed(channel);
  EXPECT_TRUE(gone(process));
}

TEST_F(WatchdogTest, EndsASessionWhoseTerminateIsNotAnswered) {
  open();
  const pid_t process = adapter();
  ::kill(process, SIGSTOP);
  send(50, "terminate");
  link->wait_for_output(channel, "The session is ended without it.");
  EXPECT_TRUE(answer(50).at("success"));
  link->wait_for_event(channel, "terminated");
  EXPECT_TRUE(gone(process));
}

TEST_F(WatchdogTest, AnswersDisconnectWhileTheAdapterIsStillBeingStarted) {
  std::ofstream(scratch.path() / "state" / "adapters.json")
      << nlohmann::json{{"mute", {{"command", {"/bin/sleep", "600"}}, {"speaks", "dial-back"}}}};
  std::filesystem::permissions(scratch.path() / "state" / "adapters.json",
                               std::filesystem::perms::owner_read);
  link = connect();
  channel = link->open_session("mute", std::map<std::string, std::string>{{"PATH", "/usr/bin"}});
  send(50, "initialize");
  send(51, "disconnect");
  EXPECT_TRUE(answer(51).at("success"));
  EXPECT_FALSE(answer(50).at("success"));
  link->wait_until_closed(channel);
}

class NoWatchdogTest : public WatchdogTest {
 protected:
  NoWatchdogTest() : WatchdogTest(seconds(0)) {}
};

TEST_F(NoWatchdogTest, SaysNothingWhenItIsTurnedOff) {
  open();
  send(50, "silence");
  const auto until = std::chrono::steady_clock::now() + seconds(2);
  loop.run_until([&] { return std::chrono::steady_clock::now() > until; });
  for (const auto& message : link->channels[channel].messages)
    EXPECT_NE(message.value("event", ""), "output") << message;
}

}  // namespace
}  // namespace nearside::far_end
