// The agent over its Unix socket, with adapters that do what real ones will not do on demand.
#include "far/agent.hpp"

#include "agent_place.hpp"
#include "core/version.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace nearside::far_end {
namespace {

using testing::HasSubstr;

class AgentTest : public testing::Test, public AgentPlace {
 protected:
  std::string stand_in() { return "stdio:" + python("adapter.py", kStandIn); }
};

TEST_F(AgentTest, SaysWhereItListensFirst) {
  const auto listening = events.at(0);
  EXPECT_EQ(listening.at("event"), "listening");
  EXPECT_EQ(listening.at("pid"), ::getpid());
  EXPECT_THAT(listening.at("fingerprint").get<std::string>(), HasSubstr("SHA256:"));
  EXPECT_TRUE(listening.at("addresses").empty());
}

TEST_F(AgentTest, CompressesOnItsSocketForANearEndThatOffersIt) {
  const auto link = connect();  // as one that comes by a relay
  ASSERT_TRUE(loop.run_until([&] { return link->established; }));
  EXPECT_TRUE(link->compressed);
}

TEST_F(AgentTest, CarriesADapConversationAndEndsTheAdapterWithIt) {
  const auto link = connect();
  const auto channel = link->open_session(stand_in());
  const auto ready = std::get<session::SessionReady>(link->wait_for_control(channel));
  EXPECT_EQ(ready.session.size(), 16u);
  EXPECT_THAT(ready.adapter, HasSubstr("adapter.py"));
  EXPECT_EQ(link->request(channel, "initialize").at("body").at("supportsX"), true);
  EXPECT_TRUE(link->request(channel, "launch", {{"program", "/bin/x"}}).at("success"));

  const auto status = link->ask({"status"}).value().body;
  ASSERT_EQ(status.at("sessions").size(), 1u);
  const auto session = status.at("sessions").at(0);
  EXPECT_EQ(session.at("id"), ready.session);
  EXPECT_EQ(session.at("program"), "/bin/x");
  EXPECT_EQ(session.at("client"), "a test");
  EXPECT_EQ(status.at("version"), kVersion);
  ASSERT_EQ(status.at("links").size(), 1u);
  EXPECT_EQ(status.at("links").at(0).at("peer"), "local");

  EXPECT_TRUE(link->request(channel, "disconnect").at("success"));
  link->wait_until_closed(channel);
  EXPECT_FALSE(link->channels[channel].reason);
  event("session-closed");
  EXPECT_TRUE(gone(session.at("pid")));
  EXPECT_TRUE(gone(session.at("keeper")));
}

TEST_F(AgentTest, AnswersWhatWasAskedBeforeTheAdapterWasThere) {
  const auto link = connect();
  const auto channel = link->open_session(
      "stdio:" + script("slow", "sleep 0.3; exec " + python("adapter.py", kStandIn)));
  EXPECT_TRUE(link->request(channel, "initialize").at("success"));
}

TEST_F(AgentTest, GivesTheOpenersEnvironmentToTheAdapterOnALocalLink) {
  const auto link = connect();
  const auto channel = link->open_session(stand_in(), {{{"ONLY", "this"}}});
  const auto body = link->request(channel, "environment").at("body");
  EXPECT_EQ(body.at("ONLY"), "this");
  EXPECT_FALSE(body.contains("HOME"));
}

TEST_F(AgentTest, GivesTheLoginShellsEnvironmentWhenTheOpenerHasNone) {
  const auto link = connect();
  const auto channel = link->open_session(stand_in());
  const auto body = link->request(channel, "environment").at("body");
  EXPECT_TRUE(body.contains("HOME"));
  EXPECT_TRUE(body.contains("PATH"));
}

TEST_F(AgentTest, TellsTheClientWhatTheAdapterSaysOnStderr) {
  const auto link = connect();
  const auto channel = link->open_session(stand_in());
  link->request(channel, "initialize");
  link->request(channel, "say", {{"text", "h\xC3\xA9llo\n"}});
  const auto output = link->wait_for_output(channel, "h\xC3\xA9llo");
  EXPECT_EQ(output.at("body").at("category"), "stderr");
}

TEST_F(AgentTest, RefusesAnUnknownAdapterAndClosesTheChannel) {
  const auto link = connect();
  const auto channel = link->open_session("dvl");
  EXPECT_EQ(link->wait_for_failure(channel).code, Errc::kAdapterUnknown);
  link->wait_until_closed(channel);
}

TEST_F(AgentTest, SaysWhyAnAdapterCannotBeExecuted) {
  const auto link = connect();
  const auto plain = scratch.path() / "plain";
  std::ofstream(plain) << "text";
  const auto channel = link->open_session("stdio:" + plain.string());
  const Fault fault = link->wait_for_failure(channel);
  EXPECT_EQ(fault.code, Errc::kAdapterStartFailed);
  EXPECT_THAT(fault.message, HasSubstr("chmod +x"));
}

TEST_F(AgentTest, QuotesAnAdaptersLastWordsAndItsExitCode) {
  const auto link = connect();
  const auto channel = link->open_session(
      "stdio:" + script("dies", "read line; echo 'no license found' >&2; exit 3"));
  const auto answer = link->request(channel, "initialize");
  EXPECT_FALSE(answer.at("success"));
  EXPECT_THAT(answer.at("message").get<std::string>(), HasSubstr("exited with code 3"));
  EXPECT_THAT(answer.at("message").get<std::string>(), HasSubstr("no license found"));
  link->wait_for_event(channel, "terminated");
  link->wait_until_closed(channel);
}

TEST_F(AgentTest, QuotesRubbishBeforeTheFirstFrame) {
  const auto link = connect();
  const auto channel =
      link->open_session("stdio:" + script("prints", "echo 'Usage: prints [-x]'; sleep 600"));
  const auto answer = link->request(channel, "initialize");
  EXPECT_THAT(answer.at("message").get<std::string>(), HasSubstr("Usage: prints"));
  link->wait_until_closed(channel);
}

TEST_F(AgentTest, EndsASessionWhoseAdapterDiesInTheMiddle) {
  for (const char* way : {"exit", "kill", "garbage", "half"}) {
    const auto link = connect();
    const auto channel = link->open_session(stand_in());
    link->request(channel, "initialize");
    const auto answer = link->request(channel, way, {{"code", 7}});
    EXPECT_FALSE(answer.at("success")) << way;
    link->wait_for_event(channel, "terminated");
    link->wait_until_closed(channel);
  }
}

TEST_F(AgentTest, SaysGoodbyeToAnAdapterWhoseClientIsGone) {
  const auto link = connect();
  const auto channel = link->open_session(stand_in());
  link->request(channel, "initialize");
  link->request(channel, "launch");
  link->close_channel(channel);
  EXPECT_EQ(number_in("disconnect"), 1);  // terminateDebuggee
  event("session-closed");
}

TEST_F(AgentTest, LetsAnAttachedProgramGoWhenTheLinkIsLost) {
  auto link = connect();
  const auto channel = link->open_session(stand_in());
  link->request(channel, "initialize");
  link->request(channel, "attach");
  link->drop();
  EXPECT_EQ(number_in("disconnect"), 2);
  event("session-closed");
}

TEST_F(AgentTest, EndsASessionWhoseLinkWasLostBeforeItsAdapterWasThere) {
  auto link = connect(/*may_resume=*/true);
  link->open_session(stand_in());
  event("session-opened");
  link->drop();
  event("session-closed");
}

TEST_F(AgentTest, GoesOnWithOtherSessionsWhenOneBreaks) {
  const auto link = connect();
  const auto first = link->open_session(stand_in());
  const auto second = link->open_session(stand_in());
  link->request(first, "initialize");
  link->request(second, "initialize");
  link->request(first, "kill");
  link->wait_until_closed(first);
  EXPECT_TRUE(link->request(second, "anything").at("success"));
}

TEST_F(AgentTest, PassesAMessageThatIsLargerThanEveryWindow) {
  const auto link = connect();
  const auto channel = link->open_session(stand_in());
  link->request(channel, "initialize");
  constexpr std::size_t kSize = 20 * 1024 * 1024;
  const auto answer = link->request(channel, "big", {{"size", kSize}});
  EXPECT_EQ(answer.at("body").at("text").get<std::string>().size(), kSize);
  EXPECT_TRUE(
      link->request(channel, "anything", {{"text", std::string(kSize, 'y')}}).at("success"));
}

TEST_F(AgentTest, ReadsAnAdapterNoFasterThanItsClientAndHoldsUpNobodyElse) {
  const auto slow = connect();
  const auto channel = slow->open_session(stand_in());
  slow->request(channel, "initialize");
  const std::string file = (scratch.path() / "flooded").string();
  slow->take_messages = false;
  slow->send(channel, nlohmann::json{{"seq", 100},
                                     {"type", "request"},
                                     {"command", "flood"},
                                     {"arguments", {{"count", 1000}, {"file", file}}}}
                          .dump());
  slow->wait_for_event(channel, "flood");

  const auto other = connect();
  const auto second = other->open_session(stand_in());
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(other->request(second, "anything").at("success"));
  EXPECT_FALSE(std::filesystem::exists(file)) << "64 MiB went somewhere, though nobody took them";
  slow->take_all();
  EXPECT_EQ(number_in("flooded"), 1);
}

TEST_F(AgentTest, LeavesNoDescriptorBehindASession) {
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
  };
  const auto link = connect();
  std::ptrdiff_t before = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    const auto channel = link->open_session(stand_in());
    link->request(channel, "initialize");
    link->request(channel, "disconnect");
    link->wait_until_closed(channel);
    event("session-closed", i);
    if (i == 0) before = count();
  }
  // The desks' threads have files open for a moment.
  EXPECT_TRUE(loop.run_until([&] { return count() <= before; }));
}

TEST_F(AgentTest, RunsATerminalsCommandAtTheFarEndAndShowsItsOutput) {
  const auto link = connect();
  const auto channel = link->open_session(stand_in());
  link->request(channel, "initialize");
  link->request(channel, "terminal",
                {{"kind", "integrated"},
                 {"cwd", "/"},
                 {"args", {"sh", "-c", "pwd; echo $MARK; test -t 0 && echo a terminal"}},
                 {"env", {{"MARK", "marked"}}}});
  const auto answered = link->wait_for_event(channel, "answered");
  EXPECT_TRUE(answered.at("body").at("success"));
  EXPECT_GT(answered.at("body").at("body").at("processId"), 0);
  link->wait_for_output(channel, "marked\n");
  link->wait_for_output(channel, "a terminal\n");
}

TEST_F(AgentTest, SaysWhatIsMissingForATerminal) {
  const auto link = connect();
  const auto channel = link->open_session(stand_in());
  link->request(channel, "initialize");
  link->request(channel, "terminal", {{"cwd", ""}, {"args", {"absent-program"}}});
  const auto answered = link->wait_for_event(channel, "answered");
  EXPECT_FALSE(answered.at("body").at("success"));
  EXPECT_THAT(answered.at("body").dump(), HasSubstr("absent-program"));
}

TEST_F(AgentTest, EndsWhenItIsAskedTo) {
  const auto link = connect();
  const auto channel = link->open_session(stand_in());
  link->request(channel, "initialize");
  EXPECT_TRUE(link->ask({"stop"}));
  link->wait_until_closed(channel);
  EXPECT_TRUE(loop.run_until([&] { return ended.has_value(); }));
  EXPECT_TRUE(*ended);
}

TEST_F(AgentTest, IsTheOnlyOneOfItsState) {
  AgentOptions options;
  options.state = scratch.path() / "state";
  options.executable = own_program();
  Agent second(loop.executor(), options, [](const nlohmann::json&) { FAIL(); });
  const auto result = loop.run(second.run());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::kListenFailed);
}

TEST_F(AgentTest, AnswersQuestionsThatItDoesNotKnow) {
  const auto link = connect();
  EXPECT_THAT(link->ask({"dance"}).error().message, HasSubstr("dance"));
  EXPECT_THAT(link->ask({"pair"}).error().message, HasSubstr("--listen"));
  EXPECT_FALSE(link->ask({"revoke", {{"fingerprint", "x"}}}));
  EXPECT_FALSE(link->ask({"authorize", {{"fingerprint", 1}}}));
}

TEST(AgentLimits, GivesAdaptersTheLimitOnOpenFilesThatWasThereBefore) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 512;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  {
    AgentPlace place;
    rlimit raised{};
    ::getrlimit(RLIMIT_NOFILE, &raised);
    EXPECT_GT(raised.rlim_cur, 512u);
    const auto link = place.connect();
    const auto channel = link->open_session("stdio:" + place.python("adapter.py", kStandIn));
    EXPECT_EQ(link->request(channel, "limits").at("body").at("openFiles"), 512);
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(AgentIdleness, EndsAnAgentThatNothingNeedsAnyMore) {
  AgentPlace place([](AgentOptions& options) { options.idle_limit = std::chrono::seconds(1); });
  {
    const auto link = place.connect();
    const auto channel = link->open_session("dvl");
    link->wait_until_closed(channel);
  }
  EXPECT_TRUE(place.loop.run_until([&] { return place.ended.has_value(); }));
}

}  // namespace
}  // namespace nearside::far_end
