// The relay between two pipes and a stand-in for the agent's socket: bytes, ends, pressure.
#include "near/stdio_relay.hpp"

#include "near/limits.hpp"
#include "near/stdio_command.hpp"
#include "world.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace nearside::near_end {
namespace {

using asio::experimental::awaitable_operators::operator&&;

class StdioRelay : public testing::Test {
 protected:
  StdioRelay()
      : listener(*io::LocalListener::bind(world.executor(), *io::agent_socket_path(world.state()))),
        tasks(world.executor()) {
    std::signal(SIGPIPE, SIG_IGN);
    int to_relay[2], from_relay[2];
    EXPECT_EQ(::pipe2(to_relay, O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(from_relay, O_CLOEXEC), 0);
    near = io::make_descriptor_stream(world.executor(), from_relay[0], to_relay[1], "near end");
    auto options = world.options();
    options.environment = io::Environment{};
    tasks.spawn(run(relay_stdio(world.executor(), options, to_relay[0], from_relay[1])));
    world.run(accept());
  }
  ~StdioRelay() override {
    tasks.stop();
    world.run(tasks.join());
  }

  asio::awaitable<void> run(io::Async<void> relay) { ended = co_await std::move(relay); }
  asio::awaitable<void> accept() {
    auto socket = co_await listener.acceptor().async_accept(asio::use_awaitable);
    agent = io::make_stream(std::move(socket), "agent");
  }
  void skip_greeting() {
    EXPECT_EQ(world.run(io::read_up_to(*near, kStdioGreeting.size())), kStdioGreeting);
  }

  World world;
  io::LocalListener listener;
  io::TaskGroup tasks;
  io::StreamPtr near, agent;
  std::optional<Result<void>> ended;
};

asio::awaitable<void> write_all(io::Stream& to, const std::string& bytes) {
  const auto written = co_await to.write(asio::buffer(bytes));
  EXPECT_TRUE(written);
}
asio::awaitable<void> read_all(io::Stream& from, std::string& into, std::size_t count) {
  into = co_await io::read_up_to(from, count);
}

TEST_F(StdioRelay, GreetsAndCarriesBothWaysAtOnce) {
  skip_greeting();
  std::string there(5'000'000, 'a'), back(5'000'000, 'b'), got_there, got_back;
  for (std::size_t at = 0; at < there.size(); at += 11)
    there[at] = back[at] = static_cast<char>(at);
  world.run(write_all(*near, there) && write_all(*agent, back) &&
            read_all(*agent, got_there, there.size()) && read_all(*near, got_back, back.size()));
  EXPECT_TRUE(got_there == there);
  EXPECT_TRUE(got_back == back);
}

TEST_F(StdioRelay, TellsTheAgentThatTheNearEndHasEndedAndStillCarriesItsAnswer) {
  skip_greeting();
  world.run(write_all(*near, "last words"));
  (void)world.run(near->end_output());
  EXPECT_EQ(world.run(io::read_up_to(*agent)), "last words");
  EXPECT_FALSE(ended);
  world.run(write_all(*agent, "answer"));
  agent->close();
  EXPECT_EQ(world.run(io::read_up_to(*near)), "answer");
  ASSERT_TRUE(world.until([&] { return ended.has_value(); }));
  EXPECT_TRUE(*ended);
}

TEST_F(StdioRelay, EndsWhenTheAgentDoesThoughTheNearEndStays) {
  skip_greeting();
  world.run(write_all(*agent, "goodbye"));
  (void)world.run(agent->end_output());
  EXPECT_EQ(world.run(io::read_up_to(*near)), "goodbye");
  ASSERT_TRUE(world.until([&] { return ended.has_value(); }));
}

TEST_F(StdioRelay, EndsWhenNobodyReadsItAnyMore) {
  skip_greeting();
  near->close();
  ASSERT_TRUE(world.until([&] {
    (void)agent->try_write(asio::buffer("anything", 8));
    return ended.has_value();
  }));
}

TEST_F(StdioRelay, HoldsBackWhoSendsFasterThanTheOtherSideReads) {
  const std::string piece(64 * 1024, 'x');
  std::size_t taken = 0;
  // What it holds is its own buffer and the kernel's two.
  for (int refusals = 0; refusals < 100;) {
    const auto count = agent->try_write(asio::buffer(piece));
    taken += count;
    refusals = count == 0 ? refusals + 1 : 0;
    ASSERT_LT(taken, 100u * 1024 * 1024);
    world.context().restart();
    world.context().run_for(std::chrono::milliseconds(1));
  }
  EXPECT_LT(taken, 2u * 1024 * 1024);
}

}  // namespace
}  // namespace nearside::near_end
