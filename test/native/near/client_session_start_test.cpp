// Sessions that begin with what an earlier one has shown, against a scripted far end.
#include "near/client_session.hpp"
#include "world.hpp"

namespace nearside::near_end {
namespace {

class KnownStartTest : public testing::Test {
 protected:
  struct Client {
    std::vector<Json> received;
    std::unique_ptr<ClientSession> session;
    bool is_closed = false;

    void ask(int seq, const std::string& command, const Json& arguments = Json::object()) const {
      session->handle_client_message(request(seq, command, arguments));
    }
    const Json* find(const std::function<bool(const Json&)>& wanted) const {
      for (const auto& message : received)
        if (wanted(message)) return &message;
      return nullptr;
    }
    const Json* response_to(int seq) const {
      return find([&](const Json& one) { return one.value("request_seq", 0) == seq; });
    }
    const Json* event(const std::string& name) const {
      return find([&](const Json& one) { return one.value("event", "") == name; });
    }
  };

  std::unique_ptr<Client> open(const std::function<void(SessionOptions&)>& choose = [](auto&) {}) {
    auto client = std::make_unique<Client>();
    ClientSession::Handlers handlers;
    handlers.on_message = [client = client.get()](std::string body) {
      client->received.push_back(Json::parse(body));
      client->session->delivered(body.size());
    };
    handlers.on_closed = [client = client.get()](const auto&) { client->is_closed = true; };
    SessionOptions options;
    options.adapter = "slow";
    options.inspect.wish.least_round_trip = std::chrono::milliseconds(0);
    choose(options);
    client->session = std::make_unique<ClientSession>(links, options, std::move(handlers));
    return client;
  }
  static void say(FarEnd::Session& session, const std::string& event) {
    session.send(Json{{"seq", 0}, {"type", "event"}, {"event", event}});
  }
  static session::SessionReady ready(const std::string& os = "linux") {
    session::SessionReady said{"0123456789abcdef", "slow", {}, {}};
    said.host.os = os;
    return said;
  }
  bool until(const std::function<bool()>& condition) { return world.until(condition); }
  /// The session that the next ones know.
  void play_first() {
    far.on_open = [](FarEnd::Session& opened) { opened.send(ready()); };
    far.on_message = [](FarEnd::Session& session, const Json& message) {
      if (message.at("command") == "initialize")
        return session.answer(message, {{"supportsGotoTargetsRequest", true}});
      if (message.at("command") == "launch") say(session, "initialized");
      session.answer(message);
      if (message.at("command") == "disconnect") session.close();
    };
    const auto client = open();
    client->ask(1, "initialize", {{"clientID", "test"}});
    ASSERT_TRUE(until([&] { return client->response_to(1) != nullptr; }));
    client->ask(2, "launch");
    ASSERT_TRUE(until([&] { return client->event("initialized") != nullptr; }));
    client->ask(3, "configurationDone");
    ASSERT_TRUE(until([&] { return client->response_to(3) != nullptr; }));
    client->ask(4, "disconnect");
    ASSERT_TRUE(until([&] { return client->is_closed; }));
    // From here on nothing is answered by itself.
    far.on_open = [](auto&) {};
    far.on_message = [](auto&, const auto&) {};
  }
  const std::vector<Json>& far_received() const { return far.sessions.back()->received; }

  World world;
  FarEnd far{world};
  Links links{world.executor(), world.options()};
};

TEST_F(KnownStartTest, ToldAtOnceWhatItWillBeToldAClientWaitsOnlyForItsBreakpoints) {
  play_first();
  const auto client = open();
  client->ask(1, "initialize", {{"clientID", "test"}});
  ASSERT_NE(client->response_to(1), nullptr);
  EXPECT_EQ((*client->response_to(1))["body"], Json({{"supportsGotoTargetsRequest", true}}));
  client->ask(2, "launch", {{"program", "/p"}});
  EXPECT_NE(client->event("initialized"), nullptr);
  EXPECT_EQ(client->response_to(2), nullptr);
  ASSERT_TRUE(until([&] { return far.sessions.size() == 2 && far_received().size() == 2; }));
  const auto& launch = far_received()[1]["arguments"];
  EXPECT_EQ(launch["program"], "/p");
  EXPECT_EQ(launch["nearside"]["initialized"], true);
  EXPECT_EQ(launch["nearside"]["host"]["os"], "linux");

  // The same again from the far end: it is not told twice.
  auto& session = *far.sessions.back();
  session.send(ready());
  session.answer(far_received()[0], {{"supportsGotoTargetsRequest", true}});
  session.answer(far_received()[1]);
  ASSERT_TRUE(until([&] { return client->response_to(2) != nullptr; }));
  EXPECT_EQ(client->received.size(), 3u);
  EXPECT_EQ(far_received().size(), 2u);
  client->session->close();
}

TEST_F(KnownStartTest, OfAnotherMachineThanBeforeTheLaunchIsSentAgain) {
  play_first();
  const auto client = open();
  client->ask(1, "initialize", {{"clientID", "test"}});
  client->ask(2, "launch", {{"program", "/p"}});
  ASSERT_TRUE(until([&] { return far.sessions.size() == 2 && far_received().size() == 2; }));
  far.sessions.back()->send(ready("macos"));
  ASSERT_TRUE(until([&] { return far_received().size() == 3; }));
  EXPECT_EQ(far_received()[2]["seq"], 2);
  EXPECT_EQ(far_received()[2]["arguments"],
            Json({{"program", "/p"}, {"nearside", {{"initialized", true}}}}));
  client->session->close();
}

TEST_F(KnownStartTest, WhatAnAdapterCanDoTodayIsToldWhenItDiffers) {
  play_first();
  const auto client = open();
  client->ask(1, "initialize", {{"clientID", "test"}});
  ASSERT_TRUE(until([&] { return far.sessions.size() == 2 && !far_received().empty(); }));
  far.sessions.back()->answer(far_received()[0], {{"supportsSetVariable", true}});
  ASSERT_TRUE(until([&] { return client->event("capabilities") != nullptr; }));
  EXPECT_EQ((*client->event("capabilities"))["body"]["capabilities"],
            Json({{"supportsSetVariable", true}, {"supportsGotoTargetsRequest", false}}));
  client->session->close();
}

TEST_F(KnownStartTest, OfAnotherClientOrANearLinkNothingIsAssumed) {
  play_first();
  const auto other = open();
  other->ask(1, "initialize", {{"clientID", "another"}});
  EXPECT_EQ(other->response_to(1), nullptr);
  const auto near = open([](SessionOptions& options) {
    options.inspect.wish.least_round_trip = std::chrono::seconds(5);
  });
  near->ask(1, "initialize", {{"clientID", "test"}});
  EXPECT_EQ(near->response_to(1), nullptr);
  const auto bare = open([](SessionOptions& options) { options.inspect.cache = false; });
  bare->ask(1, "initialize", {{"clientID", "test"}});
  EXPECT_EQ(bare->response_to(1), nullptr);
  for (const auto* client : {&other, &near, &bare}) (*client)->session->close();
}

}  // namespace
}  // namespace nearside::near_end
