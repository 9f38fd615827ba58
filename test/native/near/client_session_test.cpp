// Transcripts of one client's session against a scripted far end over a real link.
#include "near/client_session.hpp"

#include "world.hpp"

namespace nearside::near_end {
namespace {

class ClientSessionTest : public testing::Test {
 protected:
  void open(bool takes_at_once = true) {
    ClientSession::Handlers handlers;
    handlers.on_message = [this, takes_at_once](std::string body) {
      const auto size = body.size();
      received.push_back(Json::parse(body));
      if (takes_at_once) session->delivered(size);
    };
    handlers.on_writable = [this] { ++writable; };
    handlers.on_link_state = [this](const LinkState& state) { states.push_back(state); };
    handlers.on_closed = [this](std::optional<Fault> fault) {
      ++closed;
      ended_by = std::move(fault);
    };
    SessionOptions options;
    options.adapter = "echo";
    options.working_directory = "/there";
    options.client = "test";
    session = std::make_unique<ClientSession>(links, options, std::move(handlers));
  }
  bool until_received(std::size_t count) {
    return world.until([&] { return received.size() >= count; });
  }
  bool until_closed() {
    return world.until([&] { return closed > 0; });
  }
  const Json* response_to(int seq) const {
    for (const auto& message : received)
      if (message["type"] == "response" && message["request_seq"] == seq) return &message;
    return nullptr;
  }
  std::size_t events(const std::string& name) const {
    std::size_t count = 0;
    for (const auto& message : received)
      if (message["type"] == "event" && message["event"] == name) ++count;
    return count;
  }

  World world;
  Links links{world.executor(), world.options()};
  std::vector<Json> received;
  std::vector<LinkState> states;
  int writable = 0, closed = 0;
  std::optional<Fault> ended_by;
  std::unique_ptr<ClientSession> session;
};

TEST_F(ClientSessionTest, CarriesRequestsAndAnswersFromTheFirstByteToTheDisconnect) {
  FarEnd far(world);
  open();
  session->handle_client_message(request(1, "initialize"));
  session->handle_client_message(request(2, "threads"));
  ASSERT_TRUE(until_received(2));
  EXPECT_EQ(received[0]["request_seq"], 1);
  EXPECT_EQ(received[1]["request_seq"], 2);
  EXPECT_EQ(received[0]["seq"], 1);
  EXPECT_EQ(received[1]["seq"], 2);
  ASSERT_EQ(far.sessions.size(), 1u);
  EXPECT_EQ(far.sessions[0]->opening.adapter, "echo");
  EXPECT_EQ(far.sessions[0]->opening.working_directory, "/there");
  ASSERT_TRUE(far.sessions[0]->opening.environment);
  EXPECT_TRUE(far.sessions[0]->opening.environment->contains("PATH"));

  session->handle_client_message(request(3, "disconnect"));
  ASSERT_TRUE(until_closed());
  EXPECT_TRUE((*response_to(3))["success"]);
  EXPECT_EQ(received.size(), 3u);
  EXPECT_FALSE(ended_by);
  EXPECT_EQ(closed, 1);
  const auto counters = session->counters();
  EXPECT_EQ(counters.messages_to_adapter, 3u);
  EXPECT_EQ(counters.messages_to_client, 3u);
}

TEST_F(ClientSessionTest, ThatFindsNoAdapterAnswersInitializeWithTheReason) {
  FarEnd far(world);
  far.on_open = [](FarEnd::Session& opened) {
    opened.send(session::SessionFailed{
        {Errc::kAdapterMissing, Condition::kAdapterFailed, "There is no adapter 'echo'."}});
    opened.close();
  };
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(world.until([&] { return response_to(1) != nullptr; }));
  const auto& refusal = *response_to(1);
  EXPECT_FALSE(refusal["success"]);
  EXPECT_EQ(refusal["body"]["error"]["format"], "There is no adapter 'echo'.");
  EXPECT_TRUE(refusal["body"]["error"]["showUser"]);

  // Later requests are answered too, and `disconnect` ends it.
  session->handle_client_message(request(2, "threads"));
  EXPECT_FALSE((*response_to(2))["success"]);
  EXPECT_EQ(closed, 0);
  session->handle_client_message(request(3, "disconnect"));
  EXPECT_TRUE((*response_to(3))["success"]);
  ASSERT_TRUE(until_closed());
  ASSERT_TRUE(ended_by);
  EXPECT_EQ(ended_by->code, Errc::kAdapterMissing);
}

TEST_F(ClientSessionTest, WhoseAgentCannotBeStartedAnswersWithTheReason) {
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(world.until([&] { return response_to(1) != nullptr; }));
  EXPECT_NE(
      (*response_to(1))["body"]["error"]["format"].get<std::string>().find("/nonexistent/nearside"),
      std::string::npos);
  session->handle_client_message(request(2, "disconnect"));
  ASSERT_TRUE(until_closed());
  EXPECT_TRUE(ended_by);
}

TEST_F(ClientSessionTest, WhoseLinkIsLostAnswersEverythingThatWaits) {
  FarEnd far(world);
  far.on_message = [](FarEnd::Session& at, const Json& message) {
    if (message["command"] == "initialize") at.answer(message);
  };
  open();
  session->handle_client_message(request(1, "initialize"));
  session->handle_client_message(request(2, "evaluate"));
  session->handle_client_message(request(3, "variables"));
  ASSERT_TRUE(
      world.until([&] { return !far.sessions.empty() && far.sessions[0]->received.size() == 3; }));
  far.cut(0);
  ASSERT_TRUE(world.until([&] { return events("terminated") == 1; }));
  EXPECT_FALSE((*response_to(2))["success"]);
  EXPECT_FALSE((*response_to(3))["success"]);
  EXPECT_EQ(events("output"), 1u);
  session->handle_client_message(request(4, "disconnect"));
  ASSERT_TRUE(until_closed());
  EXPECT_EQ(ended_by->code, Errc::kLinkLost);
  EXPECT_EQ(states.back().kind, LinkState::Kind::kLost);
}

TEST_F(ClientSessionTest, LetsAClientGoThatNeverSaysDisconnectAfterALoss) {
  FarEnd far(world);
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(until_received(1));
  far.cut(0);
  ASSERT_TRUE(until_closed());
  EXPECT_TRUE(ended_by);
}

TEST_F(ClientSessionTest, ShowsTheFarEndsNoticeAfterTheAnswerToInitialize) {
  FarEnd far(world);
  far.on_open = [](FarEnd::Session& opened) {
    opened.send(session::SessionReady{"0123456789abcdef", "debugpy",
                                      "debugpy opens two ports of its own."});
  };
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(until_received(2));
  EXPECT_EQ(received[0]["command"], "initialize");
  EXPECT_EQ(received[1]["event"], "output");
  EXPECT_EQ(received[1]["body"]["output"], "debugpy opens two ports of its own.\n");
  EXPECT_EQ(received[1]["seq"], 2);
}

TEST_F(ClientSessionTest, GoesOnAfterBodiesThatAreNoMessages) {
  FarEnd far(world);
  open();
  session->handle_client_message("not json");
  session->handle_client_message("[]");
  session->handle_client_message(std::string(100'000, '['));
  session->handle_client_message("{\"type\":\"request\",\"command\":\"\xff\"}");
  session->handle_client_message("");
  EXPECT_EQ(events("output"), 5u);
  session->handle_client_message(request(1, "threads"));
  ASSERT_TRUE(world.until([&] { return response_to(1) != nullptr; }));
  EXPECT_TRUE((*response_to(1))["success"]);
}

TEST_F(ClientSessionTest, TellsTheFarEndWhenTheClientVanishes) {
  FarEnd far(world);
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(until_received(1));
  session->handle_client_gone(std::nullopt);
  EXPECT_EQ(closed, 1);
  EXPECT_FALSE(ended_by);
  ASSERT_TRUE(world.until([&] { return far.sessions[0]->is_closed; }));
  EXPECT_TRUE(far.sessions[0]->close_reason);
}

TEST_F(ClientSessionTest, TellsAClientWhoseFramingBrokeWhyItEnds) {
  FarEnd far(world);
  open();
  session->handle_client_message(request(1, "initialize"));
  session->handle_client_message(request(2, "threads"));
  session->handle_client_gone(Fault{Errc::kHeaderMalformed, Condition::kPeerViolation, "No DAP."});
  EXPECT_FALSE((*response_to(2))["success"]);
  EXPECT_EQ(events("terminated"), 1u);
  EXPECT_EQ(ended_by->code, Errc::kHeaderMalformed);
}

TEST_F(ClientSessionTest, ClosedByItsOwnerSendsNothingMoreAndClosesItsChannel) {
  FarEnd far(world);
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(until_received(1));
  far.on_message = [](FarEnd::Session&, const Json&) {};
  session->handle_client_message(request(2, "threads"));
  session->close();
  session->close();
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(received.size(), 1u);
  ASSERT_TRUE(world.until([&] { return far.sessions[0]->is_closed; }));
  EXPECT_FALSE(far.sessions[0]->close_reason);
  EXPECT_EQ(far.sessions[0]->received.size(), 2u);
}

TEST_F(ClientSessionTest, MayBeDestroyedInAnyOfItsCallbacks) {
  FarEnd far(world);
  ClientSession::Handlers handlers;
  bool gone = false;
  handlers.on_message = [&](std::string) {
    session.reset();
    gone = true;
  };
  SessionOptions options;
  options.adapter = "echo";
  session = std::make_unique<ClientSession>(links, options, std::move(handlers));
  session->handle_client_message(request(1, "initialize"));
  session->handle_client_message(request(2, "threads"));
  ASSERT_TRUE(world.until([&] { return gone; }));
  ASSERT_TRUE(world.until([&] { return far.sessions[0]->is_closed; }));
}

TEST_F(ClientSessionTest, DestroyedWhileConnectingLeavesNothingBehind) {
  FarEnd far(world);
  open();
  session->handle_client_message(request(1, "initialize"));
  session.reset();
  // Another one on the same links works.
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(until_received(1));
  EXPECT_EQ(closed, 0);
}

TEST_F(ClientSessionTest, AsksTheClientToWaitWhileTheFarEndTakesNothing) {
  // A far end that accepts and never reads on: connection made, no welcome.
  auto listener = io::LocalListener::bind(world.executor(), *io::agent_socket_path(world.state()));
  ASSERT_TRUE(listener);
  open();
  const std::string large(1024 * 1024, 'x');
  int sent = 0;
  while (session->may_send() && sent < 100)
    session->handle_client_message(request(++sent, "evaluate", {{"expression", large}}));
  EXPECT_GT(sent, 1);
  EXPECT_LT(sent, 10);
  EXPECT_EQ(writable, 0);
  // One that does not listen to that is let go, and told.
  while (closed == 0 && sent < 300 && events("terminated") == 0)
    session->handle_client_message(request(++sent, "evaluate", {{"expression", large}}));
  EXPECT_EQ(events("terminated"), 1u);
  EXPECT_FALSE((*response_to(1))["success"]);
  session->close();
  EXPECT_EQ(closed, 1);
}

TEST_F(ClientSessionTest, StopsTakingFromTheFarEndWhenTheClientTakesNothing) {
  FarEnd far(world);
  open(/*takes_at_once=*/false);
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(until_received(1));
  session->delivered(received[0].dump().size());
  const std::string large(256 * 1024, 'x');
  for (int i = 0; i < 40; ++i)
    far.sessions[0]->send(Json{{"seq", 0}, {"type", "event"}, {"event", "big"}, {"body", large}});
  session->handle_client_message(request(2, "threads"));
  ASSERT_TRUE(world.until([&] { return far.sessions[0]->received.size() == 2; }));
  const auto held = received.size();
  EXPECT_LT(held, 20u);
  // Once it takes, all comes.
  std::size_t taken = 1;
  ASSERT_TRUE(world.until([&] {
    for (; taken < received.size(); ++taken) session->delivered(received[taken].dump().size());
    return response_to(2) != nullptr;
  }));
  EXPECT_EQ(events("big"), 40u);
}

TEST_F(ClientSessionTest, ClosesOnlyAfterTheClientHasTakenTheLastAnswer) {
  FarEnd far(world);
  open(/*takes_at_once=*/false);
  session->handle_client_message(request(1, "disconnect"));
  ASSERT_TRUE(until_received(1));
  ASSERT_TRUE(world.until([&] { return far.sessions[0]->received.size() == 1; }));
  world.context().restart();
  world.context().poll();
  EXPECT_EQ(closed, 0);
  session->delivered(received[0].dump().size());
  ASSERT_TRUE(until_closed());
  EXPECT_FALSE(ended_by);
}

TEST_F(ClientSessionTest, WhoseAdapterSpeaksNonsenseEndsWithAReason) {
  FarEnd far(world);
  far.on_open = [](FarEnd::Session& opened) { opened.send(link::MessageKind::kDap, "nonsense"); };
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(world.until([&] { return response_to(1) != nullptr; }));
  EXPECT_FALSE((*response_to(1))["success"]);
}

TEST_F(ClientSessionTest, CarriesMessagesLargerThanEveryWindowBothWaysAtOnce) {
  FarEnd far(world);
  far.on_message = [](FarEnd::Session& at, const Json& message) {
    at.answer(message, message["arguments"]);
  };
  open();
  const std::string large(20 * 1024 * 1024, 'x');
  session->handle_client_message(request(1, "evaluate", {{"expression", large}}));
  session->handle_client_message(request(2, "evaluate", {{"expression", large}}));
  ASSERT_TRUE(until_received(2));
  EXPECT_EQ(received[1]["body"]["expression"].get<std::string>().size(), large.size());
}

}  // namespace
}  // namespace nearside::near_end
