// Sessions that keep what they were answered: transcripts over a real link, with a script in the
// place of the far end.
#include "core/inspect/stamp.hpp"
#include "near/client_session.hpp"
#include "near/logbook.hpp"
#include "world.hpp"

namespace nearside::near_end {
namespace {

class ClientSessionInspectTest : public testing::Test {
 protected:
  ClientSessionInspectTest() {
    far.on_message = [this](FarEnd::Session& asked, const Json& message) {
      if (message["type"] != "request") return;
      auto bytes = Json{{"seq", 0},
                        {"type", "response"},
                        {"request_seq", message["seq"]},
                        {"command", message["command"]},
                        {"success", true},
                        {"body", {{"answer", ++answers}}}}
                       .dump();
      if (message["command"] == "threads" || message["command"] == "modules")
        inspect::append_stamp(bytes, stamp);
      asked.send(link::MessageKind::kDap, bytes);
    };
  }

  void open(inspect::InspectOptions inspect = {}) {
    ClientSession::Handlers handlers;
    handlers.on_message = [this](std::string body) {
      const auto size = body.size();
      received.push_back(Json::parse(body));
      session->delivered(size);
    };
    handlers.on_closed = [](const std::optional<Fault>&) {};
    SessionOptions options;
    options.adapter = "dlv";
    options.paths.workspace = world.state();
    options.paths.local.os = "linux";
    options.inspect = std::move(inspect);
    session = std::make_unique<ClientSession>(links, options, std::move(handlers));
  }
  /// The answer's body, or null if none came.
  Json ask(int seq, const std::string& command, Json arguments = Json::object()) {
    const auto before = received.size();
    session->handle_client_message(request(seq, command, std::move(arguments)));
    if (!world.until([&] { return received.size() > before; })) return nullptr;
    const auto& answer = received.back();
    EXPECT_EQ(answer.value("request_seq", 0), seq);
    EXPECT_FALSE(answer.contains("nearside"));
    return answer.value("body", Json());
  }
  /// What the far end was sent: commands, and views as they are.
  std::vector<std::string> sent() const {
    std::vector<std::string> lines;
    for (const auto& message : far.sessions.at(0)->received)
      lines.push_back(message["type"] == "request" ? message["command"].get<std::string>()
                                                   : message.dump());
    return lines;
  }
  void push(std::uint64_t number, const std::string& command, const Json& arguments) {
    auto bytes = Json{{"seq", 0},        {"type", "response"}, {"request_seq", 0},
                      {"success", true}, {"command", command}, {"body", {{"pushed", number}}}}
                     .dump();
    auto pushed = stamp;
    pushed.push = inspect::Push{number, {}, arguments};
    inspect::append_stamp(bytes, pushed);
    far.sessions.at(0)->send(link::MessageKind::kDap, bytes);
  }
  /// Everything that the far end has sent by now has come.
  void settle() {
    far.sessions.at(0)->send(Json{{"seq", 0}, {"type", "event"}, {"event", "settled"}});
    EXPECT_TRUE(world.until([&] { return received.back().value("event", "") == "settled"; }));
  }

  using Lines = std::vector<std::string>;
  World world;
  Links links{world.executor(), world.options()};
  FarEnd far{world};
  inspect::Stamp stamp;
  int answers = 0;
  std::vector<Json> received;
  std::unique_ptr<ClientSession> session;
};

TEST_F(ClientSessionInspectTest, TheFarEndIsToldWhatIsWished) {
  open({.wish = {.limits = {.requests = 7}, .pure_watches = true}});
  ASSERT_TRUE(world.until([&] { return !far.sessions.empty(); }));
  const auto& wish = far.sessions[0]->opening.inspect;
  ASSERT_TRUE(wish);
  EXPECT_EQ(wish->limits.requests, 7u);
  EXPECT_TRUE(wish->pure_watches);
  EXPECT_TRUE(wish->prefetch);
  EXPECT_EQ(far.sessions[0]->opening.workspace, world.state());
}

TEST_F(ClientSessionInspectTest, WithoutACacheNothingIsWishedAndEverythingAsked) {
  open({.cache = false});
  EXPECT_EQ(ask(1, "threads"), (Json{{"answer", 1}}));
  EXPECT_EQ(ask(2, "threads"), (Json{{"answer", 2}}));
  EXPECT_FALSE(far.sessions.at(0)->opening.inspect);
}

TEST_F(ClientSessionInspectTest, WhatWasAnsweredIsServedUntilTheProgramRunsOn) {
  open();
  EXPECT_EQ(ask(1, "threads"), (Json{{"answer", 1}}));
  EXPECT_EQ(ask(2, "threads"), (Json{{"answer", 1}}));
  ++stamp.seen;
  ++stamp.epoch;
  EXPECT_EQ(ask(3, "next"), (Json{{"answer", 2}}));
  EXPECT_EQ(ask(4, "threads"), (Json{{"answer", 3}}));
  EXPECT_EQ(session->inspection().commands.at("threads").hits, 1u);
  EXPECT_EQ(sent(), (Lines{"threads", "next", "threads"}));
}

TEST_F(ClientSessionInspectTest, TheViewGoesRightBeforeTheRequestItIsToldFor) {
  open();
  ask(1, "modules");
  push(4, "threads", Json::object());
  settle();
  EXPECT_EQ(ask(2, "threads"), (Json{{"pushed", 4}}));
  ask(3, "next");
  ask(4, "next");
  EXPECT_EQ(sent(),
            (Lines{"modules", R"({"processed":4,"type":"view","used":[4]})", "next", "next"}));
}

TEST_F(ClientSessionInspectTest, WhenRulesChangeNothingOldIsServed) {
  open();
  EXPECT_EQ(ask(1, "threads"), (Json{{"answer", 1}}));
  EXPECT_EQ(ask(2, "threads"), (Json{{"answer", 1}}));
  session::SessionReady ready{"0123456789abcdef", "dlv", "", {}};
  ready.host.os = "linux";
  far.sessions.at(0)->send(ready);
  settle();
  EXPECT_EQ(ask(3, "threads"), (Json{{"answer", 2}}));
  EXPECT_EQ(ask(4, "threads"), (Json{{"answer", 2}}));
}

TEST_F(ClientSessionInspectTest, PushesReturnTheCreditThatTheyTook) {
  open();
  ask(1, "modules");
  // More than a channel's window, in pushes that nobody reads.
  const Json long_arguments{{"expression", std::string(30'000, 'x')}, {"context", "watch"}};
  for (std::uint64_t number = 1; number <= 200; ++number) push(number, "evaluate", long_arguments);
  settle();
  EXPECT_EQ(session->inspection().pushes, 200u);
}

TEST_F(ClientSessionInspectTest, TakesTheTimeOfEachRequestAndTellsItWhenAsked) {
  far.on_message = [](FarEnd::Session& asked, const Json& message) {
    if (message["type"] != "request") return;
    auto bytes = Json{
        {"seq", 0},
        {"type", "response"},
        {"request_seq", message["seq"]},
        {"command", message["command"]},
        {"success",
         true}}.dump();
    if (message["command"] == "threads")
      inspect::append_stamp(bytes, {}, inspect::Spent{1, 2});
    else
      inspect::append_spent(bytes, {0, 3});
    asked.send(link::MessageKind::kDap, bytes);
  };
  open();
  ask(1, "initialize");
  EXPECT_TRUE(far.sessions[0]->opening.times);
  ask(2, "threads");
  ask(3, "threads");
  far.sessions[0]->send(
      session::SessionReady{.session = "0123456789abcdef", .adapter = "dlv (/d)", .notice = ""});
  far.sessions[0]->send(Json{{"seq", 0}, {"type", "event"}, {"event", "stopped"}});
  ASSERT_TRUE(world.until([&] { return links.logbook().trace(0)["spans"].size() == 4; }));

  const auto sessions = links.logbook().status()["sessions"];
  ASSERT_EQ(sessions.size(), 1u);
  EXPECT_EQ(sessions[0]["id"], "0123456789abcdef");
  EXPECT_EQ(sessions[0]["adapter"], "dlv (/d)");
  EXPECT_EQ(sessions[0]["target"], "local");
  EXPECT_EQ(sessions[0]["link"]["state"], "connected");
  const auto& threads = sessions[0]["commands"]["threads"];
  EXPECT_EQ(threads["hits"], 1);
  EXPECT_EQ(threads["asked"], 1);
  EXPECT_LE(threads["legs"]["adapter"]["median"], 2);
  EXPECT_EQ(sessions[0]["commands"]["initialize"]["count"], 1);
  EXPECT_FALSE(sessions[0]["commands"].contains("stopped"));

  const auto trace = links.logbook().trace(0);
  Lines spans;
  for (const auto& span : trace["spans"])
    spans.push_back(span[1][0].get<std::string>() + " " + span[1][1].get<std::string>());
  EXPECT_EQ(spans, (Lines{"initialize asked", "threads asked", "threads hit", "stopped event"}));
  session->close();
  EXPECT_TRUE(links.logbook().status()["sessions"].empty());
  EXPECT_EQ(links.logbook().trace(0)["sessions"][0]["id"], "0123456789abcdef");
}

}  // namespace
}  // namespace nearside::near_end
