#include "io/link_driver.hpp"

#include "io/cancellation.hpp"
#include "io/limits.hpp"
#include "io/task_group.hpp"
#include "loop.hpp"
#include "tls_pair.hpp"

#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace nearside::io {
namespace {

using link::End;
using link::LinkEvent;

/// One end: its driver, what it said, and what the test wants done when it says something.
struct Side {
  Side(StreamPtr stream, End end, link::Standing standing = link::Standing::kTrusted)
      : driver(std::move(stream), options(end, standing), [this](LinkEvent event) {
          EXPECT_FALSE(returned) << "an event after the end of run()";
          events.push_back(event);
          if (on_event) on_event(std::move(event));
        }) {}

  static link::LinkOptions options(End end, link::Standing standing) {
    link::LinkOptions options;
    options.end = end;
    options.standing = standing;
    options.link_id = "00112233445566778899aabbccddeeff";
    options.product = "test";
    return options;
  }

  asio::awaitable<void> run() {
    co_await driver.run();
    returned = true;
  }

  template <typename Event>
  const Event* find() const {
    for (const auto& event : events)
      if (const auto* found = std::get_if<Event>(&event)) return found;
    return nullptr;
  }
  template <typename Event>
  std::size_t count() const {
    std::size_t number = 0;
    for (const auto& event : events) number += std::holds_alternative<Event>(event) ? 1 : 0;
    return number;
  }

  std::vector<LinkEvent> events;
  std::function<void(LinkEvent)> on_event;
  bool returned = false;
  LinkDriver driver;
};

std::pair<StreamPtr, StreamPtr> local_streams(Loop& loop) {
  using asio::local::stream_protocol;
  stream_protocol::socket one(loop.context()), other(loop.context());
  asio::local::connect_pair(one, other);
  return {make_stream(std::move(one), "near"), make_stream(std::move(other), "far")};
}

std::pair<StreamPtr, StreamPtr> tls_streams(Loop& loop) {
  const TemporaryFolder folder;
  const auto identity = load_or_make_identity(folder / "one").value();
  auto pair = tls_pair(loop, TlsContext::make(TlsSide::kServer, identity).value(),
                       TlsContext::make(TlsSide::kClient, identity).value());
  return {std::move(pair.client.value().stream), std::move(pair.server.value().stream)};
}

class Driver : public ::testing::TestWithParam<std::pair<StreamPtr, StreamPtr> (*)(Loop&)> {
 protected:
  void start() {
    group.spawn(near.run());
    group.spawn(far.run());
  }
  asio::awaitable<void> until(std::function<bool()> condition) {
    const auto limit = std::chrono::steady_clock::now() + kTestLimit;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("it did not happen");
      asio::steady_timer turn(loop_.executor(), std::chrono::milliseconds(1));
      co_await turn.async_wait(asio::use_awaitable);
    }
  }
  /// The far end sends each message back on its channel.
  void echo() {
    far.on_event = [this](LinkEvent event) {
      if (auto* message = std::get_if<link::MessageReceived>(&event)) {
        far.driver.link().consumed(message->channel, message->bytes.size(), now());
        EXPECT_TRUE(far.driver.link().send(message->channel, message->kind,
                                           std::move(message->bytes), now()));
        far.driver.flush();
      }
    };
  }
  link::ChannelId open() {
    const auto channel = near.driver.link().open_channel("{}", now());
    EXPECT_TRUE(channel);
    near.driver.flush();
    return channel.value();
  }
  void send(link::ChannelId channel, std::string bytes) {
    EXPECT_TRUE(near.driver.link().send(channel, link::MessageKind::kDap, std::move(bytes), now()));
    near.driver.flush();
  }

  Loop loop_;
  std::pair<StreamPtr, StreamPtr> streams_ = GetParam()(loop_);
  Side near{std::move(streams_.first), End::kNear};
  Side far{std::move(streams_.second), End::kFar};
  TaskGroup group{loop_.executor()};
};

TEST_P(Driver, BothEndsHearThatTheLinkIsUpAndMessagesPass) {
  echo();
  loop_.run([&]() -> asio::awaitable<void> {
    start();
    co_await until([&] { return near.find<link::LinkEstablished>() != nullptr; });
    const auto channel = open();
    for (int i = 0; i < 100; ++i) {
      send(channel, "message " + std::to_string(i));
      const auto wanted = static_cast<std::size_t>(i) + 1;
      co_await until([&] { return near.count<link::MessageReceived>() == wanted; });
    }
    const auto* last = std::get_if<link::MessageReceived>(&near.events.back());
    EXPECT_TRUE(last != nullptr && last->bytes == "message 99");
    EXPECT_NE(far.find<link::ChannelOpened>(), nullptr);
    near.driver.link().close(std::nullopt, now());
    near.driver.flush();
    co_await group.join();
  }());
  EXPECT_EQ(near.count<link::LinkEnded>(), 1u);
  EXPECT_EQ(far.count<link::LinkEnded>(), 1u);
  EXPECT_TRUE(near.returned && far.returned);
}

TEST_P(Driver, MessagesLargerThanEveryBufferPassBothWaysAtOnce) {
  echo();
  std::string big(20 * 1024 * 1024, '\0');
  std::uint32_t state = 1;
  for (char& byte : big) byte = static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
  loop_.run([&]() -> asio::awaitable<void> {
    start();
    co_await until([&] { return near.find<link::LinkEstablished>() != nullptr; });
    near.on_event = [&](LinkEvent event) {
      if (auto* message = std::get_if<link::MessageReceived>(&event)) {
        EXPECT_TRUE(message->bytes == big);
        near.driver.link().consumed(message->channel, message->bytes.size(), now());
        near.driver.flush();
      }
    };
    const auto one = open();
    const auto other = open();
    send(one, big);
    send(one, big);
    send(other, big);
    co_await until([&] { return near.count<link::MessageReceived>() == 3; });
    group.stop();
    co_await group.join();
  }());
}

TEST_P(Driver, ASmallMessageOvertakesALargeOneOfAnotherChannel) {
  echo();
  loop_.run([&]() -> asio::awaitable<void> {
    start();
    co_await until([&] { return near.find<link::LinkEstablished>() != nullptr; });
    const auto large = open();
    const auto small = open();
    send(large, std::string(30 * 1024 * 1024, 'x'));
    send(small, "quick");
    co_await until([&] { return near.count<link::MessageReceived>() == 1; });
    EXPECT_EQ(near.find<link::MessageReceived>()->channel, small);
    group.stop();
    co_await group.join();
  }());
}

TEST_P(Driver, APeerThatVanishesEndsTheLinkWithAFault) {
  loop_.run([&]() -> asio::awaitable<void> {
    start();
    co_await until([&] { return near.find<link::LinkEstablished>() != nullptr; });
    far.driver.stream().close();
    co_await group.join();
  }());
  ASSERT_EQ(near.count<link::LinkEnded>(), 1u);
  ASSERT_TRUE(near.find<link::LinkEnded>()->fault);
  EXPECT_EQ(near.find<link::LinkEnded>()->fault->condition, Condition::kUnreachable);
  EXPECT_EQ(far.count<link::LinkEnded>(), 1u);
}

TEST_P(Driver, AStopInTheMiddleOfMuchTrafficEndsBothWithOneLastEvent) {
  echo();
  loop_.run([&]() -> asio::awaitable<void> {
    start();
    co_await until([&] { return near.find<link::LinkEstablished>() != nullptr; });
    const auto channel = open();
    for (int i = 0; i < 5; ++i) send(channel, std::string(4 * 1024 * 1024, 'x'));
    co_await until([&] { return near.count<link::MessageReceived>() > 0; });
    group.stop();
    co_await group.join();
  }());
  EXPECT_EQ(near.count<link::LinkEnded>(), 1u);
  EXPECT_EQ(far.count<link::LinkEnded>(), 1u);
  EXPECT_TRUE(std::holds_alternative<link::LinkEnded>(near.events.back()));
}

TEST_P(Driver, AnEventMayStopItsOwnDriver) {
  near.on_event = [&](const LinkEvent& event) {
    if (std::holds_alternative<link::LinkEstablished>(event)) group.stop();
  };
  loop_.run([&]() -> asio::awaitable<void> {
    start();
    co_await group.join();
  }());
  EXPECT_TRUE(near.returned && far.returned);
  EXPECT_EQ(near.count<link::LinkEnded>(), 1u);
}

TEST_P(Driver, AStopBeforeTheFirstTurnEndsItToo) {
  start();
  group.stop();
  loop_.run(group.join());
  EXPECT_EQ(near.count<link::LinkEnded>() + (near.returned ? 0u : 1u), 1u);
}

TEST_P(Driver, ARefusalReachesThePeerBeforeTheConnectionEnds) {
  loop_.run([&]() -> asio::awaitable<void> {
    start();
    co_await until([&] { return near.find<link::LinkEstablished>() != nullptr; });
    far.driver.link().close(Fault{Errc::kPeerRevoked, Condition::kAuthRejected, "you were revoked"},
                            now());
    far.driver.flush();
    co_await group.join();
  }());
  const auto* refused = near.find<link::LinkRefused>();
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->fault.code, Errc::kPeerRevoked);
  EXPECT_EQ(near.count<link::LinkEnded>(), 1u);
}

TEST_P(Driver, RubbishFromThePeerEndsTheLinkAndNothingElse) {
  // The near end's driver is not run: the test itself is the peer.
  loop_.run([&]() -> asio::awaitable<void> {
    group.spawn(far.run());
    const std::string rubbish(5000, '\xEE');
    EXPECT_TRUE(co_await near.driver.stream().write(asio::buffer(rubbish)));
    co_await read_up_to(near.driver.stream());
    near.driver.stream().close();
    co_await group.join();
  }());
  ASSERT_EQ(far.count<link::LinkEnded>(), 1u);
  EXPECT_EQ(far.find<link::LinkEnded>()->fault->condition, Condition::kPeerViolation);
}

INSTANTIATE_TEST_SUITE_P(Streams, Driver, ::testing::Values(&local_streams, &tls_streams));

TEST(LinkDriver, AnUnpinnedPeerIsRefusedInsideTheTransport) {
  Loop loop;
  auto streams = local_streams(loop);
  Side near(std::move(streams.first), End::kNear);
  Side far(std::move(streams.second), End::kFar, link::Standing::kUnpinned);
  TaskGroup group(loop.executor());
  group.spawn(near.run());
  group.spawn(far.run());
  loop.run(group.join());
  EXPECT_NE(near.find<link::LinkRefused>(), nullptr);
  EXPECT_EQ(near.find<link::LinkEstablished>(), nullptr);
  EXPECT_EQ(far.find<link::LinkEstablished>(), nullptr);
}

/// A stream that breaks at its n-th operation, on top of a real one.
class BreaksAt final : public Stream {
 public:
  BreaksAt(StreamPtr real, int operations) : real_(std::move(real)), left_(operations) {}
  Async<std::size_t> read_some(asio::mutable_buffer into) override {
    if (broken()) co_return fault();
    co_return co_await real_->read_some(into);
  }
  Async<void> write(asio::const_buffer bytes) override {
    if (broken()) co_return fault();
    co_return co_await real_->write(bytes);
  }
  std::size_t try_write(asio::const_buffer bytes) override {
    return broken() ? 0 : real_->try_write(bytes);
  }
  Async<void> end_output() override {
    if (broken()) co_return fault();
    co_return co_await real_->end_output();
  }
  void close() noexcept override { real_->close(); }
  const std::string& name() const override { return real_->name(); }
  asio::any_io_executor executor() override { return real_->executor(); }

 private:
  bool broken() { return left_-- <= 0; }
  static Fault fault() {
    return {Errc::kTransportFailed, Condition::kUnreachable, "broken on purpose"};
  }
  StreamPtr real_;
  int left_;
};

TEST(LinkDriver, AStreamThatBreaksAtAnyOperationEndsBothEndsOnce) {
  for (int operations = 0; operations < 60; ++operations) {
    SCOPED_TRACE(operations);
    Loop loop;
    auto streams = local_streams(loop);
    Side near(std::make_unique<BreaksAt>(std::move(streams.first), operations), End::kNear);
    Side far(std::move(streams.second), End::kFar);
    TaskGroup group(loop.executor());
    int sent = 0;
    near.on_event = [&](const LinkEvent& event) {
      auto& link = near.driver.link();
      if (std::holds_alternative<link::LinkEstablished>(event))
        (void)link.open_channel("{}", now());
      if (std::holds_alternative<link::LinkEnded>(event)) return;
      if (!link.ended() && link.established() && ++sent < 100)
        (void)link.send(1, link::MessageKind::kDap, std::string(100'000, 'x'), now());
      near.driver.flush();
    };
    far.on_event = [&](LinkEvent event) {
      if (auto* message = std::get_if<link::MessageReceived>(&event)) {
        far.driver.link().consumed(message->channel, message->bytes.size(), now());
        (void)far.driver.link().send(message->channel, message->kind, "echo", now());
        far.driver.flush();
      }
    };
    group.spawn(near.run());
    group.spawn(far.run());
    loop.run(group.join());
    EXPECT_EQ(near.count<link::LinkEnded>(), 1u);
    EXPECT_EQ(far.count<link::LinkEnded>(), 1u);
  }
}

}  // namespace
}  // namespace nearside::io
