// Where the network cuts the bytes makes no difference: the handshake and three data frames each
// way, cut at every single place, in one-byte pieces, and with the transport dying at every single
// byte.
#include "wire.hpp"

#include <gtest/gtest.h>

namespace nearside::link::testing {
namespace {

using Lines = std::vector<std::string>;

/// Handshake, a channel, a message each way; frames of several kinds.
Lines conversation(Wire& wire) {
  wire.settle();
  const auto channel = wire.near_end.link.open_channel(R"({"kind":"session"})", wire.now);
  if (!channel) return {"no channel"};
  EXPECT_TRUE(wire.near_end.link.send(*channel, MessageKind::kDap, "request", wire.now));
  wire.settle();
  EXPECT_TRUE(
      wire.far_end.link.send(*channel, MessageKind::kDap, std::string(20'000, 'x'), wire.now));
  wire.settle();
  wire.far_end.link.close_channel(*channel, std::nullopt, wire.now);
  wire.settle();
  auto said = wire.near_end.said();
  for (auto& one : wire.far_end.said()) said.push_back("far: " + std::move(one));
  return said;
}

/// Delivers everything at once but for one cut after `place` bytes of one direction.
std::size_t bytes_of_conversation(bool compress) {
  auto options = near_options();
  options.compress = compress;
  Wire wire(options);
  conversation(wire);
  return static_cast<std::size_t>(wire.near_end.link.counters().wire_bytes_sent +
                                  wire.near_end.link.counters().wire_bytes_received);
}

TEST(LinkSplits, MakeNoDifferenceAtAnyPlace) {
  for (const bool compress : {false, true}) {
    auto options = near_options();
    options.compress = compress;
    Wire whole(options);
    const auto expected = conversation(whole);
    ASSERT_EQ(expected.size(), 6u);
    const auto size = bytes_of_conversation(compress);
    for (std::size_t place = 0; place < size; ++place) {
      Wire wire(options);
      std::size_t delivered = 0;
      wire.cut = [&](std::size_t waiting) {
        const auto count =
            delivered < place && place < delivered + waiting ? place - delivered : waiting;
        delivered += count;
        return count;
      };
      ASSERT_EQ(conversation(wire), expected) << "cut after byte " << place;
    }
  }
}

TEST(LinkSplits, MakeNoDifferenceByteByByte) {
  for (const bool compress : {false, true}) {
    auto options = near_options();
    options.compress = compress;
    Wire whole(options);
    const auto expected = conversation(whole);
    Wire wire(options);
    wire.cut = [](std::size_t) { return 1; };
    EXPECT_EQ(conversation(wire), expected);
  }
}

TEST(LinkSplits, EndInOrderWhenTheTransportDiesAtAnyByte) {
  const auto size = bytes_of_conversation(true);
  const Fault reset{Errc::kTransportFailed, Condition::kUnreachable, "reset"};
  for (std::size_t place = 0; place < size; ++place) {
    Wire wire;
    std::size_t delivered = 0;
    wire.cut = [&](std::size_t waiting) {
      const auto count = std::min(waiting, std::max<std::size_t>(place - delivered, 1));
      delivered += count;
      if (delivered >= place) {
        wire.near_end.link.handle_transport_lost(reset, wire.now);
        wire.far_end.link.handle_transport_lost(reset, wire.now);
      }
      return count;
    };
    wire.settle();
    if (const auto channel = wire.near_end.link.open_channel("{}", wire.now)) {
      ASSERT_TRUE(wire.near_end.link.send(*channel, MessageKind::kDap, "request", wire.now));
    }
    wire.settle();
    for (auto* side : {&wire.near_end, &wire.far_end}) {
      if (!side->link.ended()) continue;
      const auto said = side->said();
      ASSERT_FALSE(said.empty());
      EXPECT_EQ(said.back(), "ended 402 reset") << "died at byte " << place;
      EXPECT_EQ(std::count(said.begin(), said.end(), said.back()), 1);
    }
  }
}

}  // namespace
}  // namespace nearside::link::testing
