// A near end on its own thread, driven from others: what a host such as Node does to it. These run
// under ThreadSanitizer too, which is half of their point.
#include "near/near_thread.hpp"

#include "near/limits.hpp"
#include "world.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace nearside::near_end {
namespace {

/// A session as its host sees it; counts may be read from any thread.
struct Host {
  std::atomic<int> messages{0}, closed{0}, writable{0};
  std::atomic<bool> takes_at_once{true};
  std::shared_ptr<ThreadedSession> session;
};

class NearThreadTest : public testing::Test {
 protected:
  SessionRequest request_to_far() const {
    SessionRequest request;
    request.target = "local";
    request.adapter = "echo";
    request.state = world.state().string();
    request.executable = "/nonexistent/nearside";
    return request;
  }

  void open(NearThread& thread, Host& host) {
    ThreadedHandlers handlers;
    handlers.on_message = [&host](const std::string& body) {
      ++host.messages;
      if (host.takes_at_once) host.session->delivered(body.size());
    };
    handlers.on_writable = [&host] { ++host.writable; };
    handlers.on_link_state = [](const LinkState&) {};
    handlers.on_closed = [&host](const std::optional<Fault>&) { ++host.closed; };
    auto opened = thread.open(request_to_far(), std::move(handlers));
    ASSERT_TRUE(opened) << opened.error().message;
    host.session = std::move(*opened);
  }

  /// The far end's loop is this thread's; what is waited for happens on another one.
  bool until(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + io::kTestLimit;
    while (!condition() && std::chrono::steady_clock::now() < limit) {
      world.context().restart();
      world.context().run_for(std::chrono::milliseconds(1));
    }
    return condition();
  }

  World world;
};

TEST_F(NearThreadTest, CarriesWhatAnotherThreadSendsAndClosesOnce) {
  FarEnd far(world);
  Host host;
  NearThread thread;
  open(thread, host);
  EXPECT_TRUE(host.session->send(request(1, "initialize")));
  EXPECT_TRUE(host.session->send(request(2, "threads")));
  ASSERT_TRUE(until([&] { return host.messages == 2; }));
  EXPECT_EQ(host.session->counters().messages_to_adapter, 2u);
  host.session->close();
  host.session->close();
  ASSERT_TRUE(until([&] { return host.closed == 1; }));
  EXPECT_TRUE(until([&] { return !host.session->send(request(3, "late")); }));
  EXPECT_EQ(host.closed, 1);
}

TEST_F(NearThreadTest, RefusesWordsThatNameNothingBeforeAThreadIsTroubled) {
  NearThread thread;
  auto request = request_to_far();
  request.target = "carrier-pigeon:home";
  const auto opened = thread.open(request, {});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("carrier-pigeon"), std::string::npos);
}

TEST_F(NearThreadTest, LetsManyThreadsSendAtOnceAndLosesNothing) {
  FarEnd far(world);
  Host host;
  NearThread thread;
  open(thread, host);
  constexpr int kSenders = 4, kEach = 100;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < kSenders; ++sender)
    senders.emplace_back([&host, sender] {
      for (int i = 0; i < kEach; ++i)
        host.session->send(request(1 + sender * kEach + i, "evaluate"));
    });
  EXPECT_TRUE(until([&] { return host.messages == kSenders * kEach; })) << host.messages;
  for (auto& sender : senders) sender.join();
}

TEST_F(NearThreadTest, SharesOneLinkAmongItsSessions) {
  FarEnd far(world);
  Host hosts[5];
  NearThread thread;
  for (auto& host : hosts) {
    open(thread, host);
    host.session->send(request(1, "initialize"));
  }
  for (auto& host : hosts) ASSERT_TRUE(until([&] { return host.messages == 1; }));
  EXPECT_EQ(far.connections.size(), 1u);
}

TEST_F(NearThreadTest, TellsAFloodingHostToWaitAndThenToGoOn) {
  FarEnd far(world);
  Host host;
  NearThread thread;
  open(thread, host);
  const std::string text(512 * 1024, 'x');
  int sent = 1;
  while (host.session->send(request(sent, "evaluate", {{"expression", text}})))
    ASSERT_LT(++sent, 500);
  EXPECT_TRUE(until([&] { return host.writable > 0; }));
  EXPECT_TRUE(until([&] { return host.messages == sent; }));
}

TEST_F(NearThreadTest, EndsWithSessionsRunningAndCallsNobodyAfterwards) {
  FarEnd far(world);
  Host host;
  {
    NearThread thread;
    open(thread, host);
    host.session->send(request(1, "initialize"));
    ASSERT_TRUE(until([&] { return host.messages == 1; }));
  }
  EXPECT_EQ(host.closed, 0);
  EXPECT_FALSE(host.session->send(request(2, "threads")));
  host.session->delivered(1);
  host.session->close();
  EXPECT_TRUE(until([&] { return far.sessions.at(0)->is_closed; }));
}

TEST_F(NearThreadTest, EndsInOrderThoughTheAgentThatItStartedLivesOn) {
  const auto script = world.file("agent.sh"), number = world.file("pid");
  std::ofstream(script) << "#!/bin/sh\necho $$ > " << number.string() << ".new\nmv "
                        << number.string() << ".new " << number.string() << "\nexec sleep 60\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  std::thread ending;
  std::atomic<bool> has_ended{false};
  std::chrono::steady_clock::time_point begin;
  {
    auto thread = std::make_unique<NearThread>();
    auto request = request_to_far();
    request.executable = script.string();
    Host host;
    ThreadedHandlers handlers;
    handlers.on_message = [&host](const std::string&) { ++host.messages; };
    handlers.on_writable = [] {};
    handlers.on_link_state = [](const LinkState&) {};
    handlers.on_closed = [](const std::optional<Fault>&) {};
    const auto opened = thread->open(request, std::move(handlers));
    ASSERT_TRUE(opened);
    ASSERT_TRUE(until([&] { return std::filesystem::exists(number); }));
    FarEnd far(world);
    (*opened)->send(near_end::request(1, "initialize"));
    ASSERT_TRUE(until([&] { return host.messages == 1; }));
    begin = std::chrono::steady_clock::now();
    // The far end's loop goes on, so that the goodbye is heard.
    ending = std::thread([&] {
      thread.reset();
      has_ended = true;
    });
    ASSERT_TRUE(until([&] { return has_ended.load(); }));
  }
  ending.join();
  pid_t agent = 0;
  std::ifstream(number) >> agent;
  EXPECT_EQ(::kill(agent, SIGKILL), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kThreadEndLimit) << "it had to be cut off";
}

TEST_F(NearThreadTest, EndsWhileASessionIsStillConnecting) {
  Host host;
  NearThread thread;
  auto request = request_to_far();
  request.target = "tls://127.0.0.1:9";
  const auto opened = thread.open(request, {.on_message = [](const std::string&) {},
                                            .on_writable = [] {},
                                            .on_link_state = [](const LinkState&) {},
                                            .on_closed = [](const std::optional<Fault>&) {}});
  ASSERT_TRUE(opened);
}

}  // namespace
}  // namespace nearside::near_end
