#include "near/agent_client.hpp"

#include "world.hpp"

namespace nearside::near_end {
namespace {

TEST(AgentClient, GetsTheAnswerOfTheRunningAgent) {
  World world;
  FarEnd far(world);
  const auto reply =
      world.run(ask_agent(world.executor(), world.state(), {"status", Json::object()}));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body["asked"], "status");
  ASSERT_TRUE(world.until([&] { return far.connections[0]->is_over; }));
}

TEST(AgentClient, PassesOnTheAgentsFault) {
  World world;
  FarEnd far(world);
  const Fault fault{Errc::kPeerUnknown, Condition::kMisconfigured, "Nobody has this key."};
  far.on_question = [&](const session::AgentRequest&) { return fault; };
  const auto reply =
      world.run(ask_agent(world.executor(), world.state(), {"revoke", Json::object()}));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error(), fault);
}

TEST(AgentClient, SaysThatNoneRunsAndStartsNone) {
  World world;
  const auto reply =
      world.run(ask_agent(world.executor(), world.state(), {"status", Json::object()}));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::kConnectFailed);
}

}  // namespace
}  // namespace nearside::near_end
