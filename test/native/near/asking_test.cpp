#include "near/asking.hpp"

#include "core/inspect/span.hpp"
#include "near/agent_client.hpp"
#include "near/client_session.hpp"
#include "near/limits.hpp"
#include "near/logbook.hpp"
#include "world.hpp"

#include <sys/stat.h>

namespace nearside::near_end {
namespace {

class AskingTest : public testing::Test {
 protected:
  ~AskingTest() override {
    answering.stop();
    world.run(answering.join());
  }

  std::filesystem::path socket(unsigned number = 1) const {
    return *io::near_socket_path(world.state(), ::getpid(), number);
  }
  void listen(Links& to, unsigned number = 1) {
    answering.spawn(answer(to));
    ASSERT_TRUE(world.until([&] { return std::filesystem::exists(socket(number)); }));
  }
  Result<session::AgentReply> ask(session::AgentRequest request, unsigned number = 1) {
    return world.run(ask_near_end(world.executor(), socket(number), std::move(request)));
  }

  static asio::awaitable<void> answer(Links& to) {
    return answer_askers(to, [](const Fault& fault) { ADD_FAILURE() << fault.message; });
  }

  World world;
  Links links{world.executor(), world.options()};
  io::TaskGroup answering{world.executor()};
};

TEST_F(AskingTest, ANearEndTellsItsSessions) {
  listen(links);
  auto entry = links.logbook().enter([] { return Json{{"adapter", "dlv"}}; });
  const auto reply = ask({"status"});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body["pid"], ::getpid());
  EXPECT_EQ(reply->body["sessions"], Json::parse(R"([{"adapter":"dlv","number":1}])"));
  entry.reset();
  EXPECT_TRUE(ask({"status"})->body["sessions"].empty());
}

TEST_F(AskingTest, OnlyItsUserReachesTheSocketAndItGoesWithTheNearEnd) {
  listen(links);
  struct stat status {};
  ASSERT_EQ(::lstat(socket().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  answering.stop();
  world.run(answering.join());
  EXPECT_FALSE(std::filesystem::exists(socket()));
  EXPECT_FALSE(std::filesystem::exists(socket().string() + ".lock"));
}

TEST_F(AskingTest, TwoNearEndsOfOneProcessAreAskedEachForItself) {
  Links others(world.executor(), world.options());
  listen(links);
  listen(others, 2);
  const auto entry = others.logbook().enter([] { return Json::object(); });
  EXPECT_EQ(ask({"status"})->body["sessions"].size(), 0u);
  EXPECT_EQ(ask({"status"}, 2)->body["sessions"].size(), 1u);
  EXPECT_EQ(io::near_socket_paths(world.state())->size(), 2u);
}

TEST_F(AskingTest, ATraceComesInPagesAndNamesEndedSessionsToo) {
  listen(links);
  auto entry = links.logbook().enter([] { return Json::object(); });
  Logbook::name(*entry, {{"id", "abc"}});
  inspect::Span span;
  span.command = inspect::command_number("next");
  for (std::uint64_t at = 0; at < kTracePage + 1; ++at) Logbook::add(*entry, span);
  entry.reset();
  const auto first = ask({"trace"});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->body["spans"].size(), kTracePage);
  EXPECT_EQ(first->body["next"], kTracePage);
  EXPECT_EQ(first->body["sessions"], Json::parse(R"([{"id":"abc","number":1}])"));
  const auto second = ask({"trace", {{"from", kTracePage}}});
  EXPECT_EQ(second->body["spans"].size(), 1u);
  EXPECT_EQ(second->body["spans"][0][1][0], "next");
  EXPECT_FALSE(second->body.contains("next"));
}

TEST_F(AskingTest, AQuestionThatItDoesNotKnowGetsAFault) {
  listen(links);
  const auto reply = ask({"stop"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::kUsage);
}

TEST_F(AskingTest, WhoHangsKeepsNobodyElseFromAsking) {
  listen(links);
  const auto connected = world.run(io::connect_local(world.executor(), socket(), kAskerLimit));
  ASSERT_TRUE(connected);
  EXPECT_TRUE(ask({"status"}));
}

TEST_F(AskingTest, WhatAKilledNearEndLeftIsRemovedWhenSeen) {
  std::filesystem::path left;
  {
    const auto listener = io::LocalListener::bind(world.executor(), socket());
    ASSERT_TRUE(listener);
    left = world.file("left");
    std::filesystem::create_hard_link(socket(), left);
  }
  std::filesystem::rename(left, socket());
  ASSERT_EQ(io::near_socket_paths(world.state())->size(), 1u);
  const auto reply = ask({"status"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::kConnectFailed);
  EXPECT_FALSE(std::filesystem::exists(socket()));
  EXPECT_FALSE(std::filesystem::exists(socket().string() + ".lock"));
}

}  // namespace
}  // namespace nearside::near_end
