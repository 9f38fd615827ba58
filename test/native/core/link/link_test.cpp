// Link as its users see it: two ends, a wire between them, and what each end was told.
#include "core/link/link.hpp"

#include "wire.hpp"

#include <gtest/gtest.h>

#include <random>

namespace nearside::link::testing {
namespace {

using Lines = std::vector<std::string>;

TEST(Link, IsEstablishedByHelloAndWelcome) {
  Wire wire;
  wire.settle();
  EXPECT_EQ(wire.far_end.said(), Lines{"established 0123 v1 zstd near-product/1"});
  EXPECT_EQ(wire.near_end.said(), Lines{"established 0123 v1 zstd far-product/1"});
}

TEST(Link, IsPlainUnlessBothEndsOfferCompression) {
  for (const bool near_offers : {false, true}) {
    auto near_end = near_options();
    auto far_end = far_options();
    near_end.compress = near_offers;
    far_end.compress = !near_offers;
    Wire wire(near_end, far_end);
    wire.settle();
    EXPECT_EQ(wire.far_end.said(), Lines{"established 0123 v1 plain near-product/1"});
    EXPECT_EQ(wire.near_end.said(), Lines{"established 0123 v1 plain far-product/1"});
  }
}

TEST(Link, CarriesMessagesOfAChannelBothWaysInOrder) {
  Wire wire;
  wire.establish();
  const auto channel = *wire.near_end.link.open_channel(R"({"kind":"session"})", wire.now);
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, "first", wire.now));
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kControl, "second", wire.now));
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, "", wire.now));
  wire.settle();
  EXPECT_EQ(wire.far_end.said(), (Lines{"1 opened {\"kind\":\"session\"}", "1 dap first",
                                        "1 control second", "1 dap "}));
  ASSERT_TRUE(wire.far_end.link.send(channel, MessageKind::kDap, "answer", wire.now));
  wire.settle();
  EXPECT_EQ(wire.near_end.said(), Lines{"1 dap answer"});
}

TEST(Link, GivesNearEndsOddAndFarEndsEvenChannels) {
  Wire wire;
  wire.establish();
  EXPECT_EQ(*wire.near_end.link.open_channel("{}", wire.now), 1u);
  EXPECT_EQ(*wire.near_end.link.open_channel("{}", wire.now), 3u);
  EXPECT_EQ(*wire.far_end.link.open_channel("{}", wire.now), 2u);
  wire.settle();
  EXPECT_EQ(wire.far_end.said(), (Lines{"1 opened {}", "3 opened {}"}));
  EXPECT_EQ(wire.near_end.said(), Lines{"2 opened {}"});
}

TEST(Link, CarriesMessagesLargerThanEveryWindowAndBufferBothWaysAtOnce) {
  for (const bool compress : {false, true}) {
    auto near_end = near_options();
    near_end.compress = compress;
    Wire wire(near_end);
    wire.establish();
    const auto channel = wire.open();
    // Noise, so that compression cannot make it fit; beyond kMaxKeptBytes, kChannelWindow and all.
    const auto size = 3 * kMaxKeptBytes + 12345;
    const auto there = noise(size, 1);
    const auto back = noise(size, 2);
    ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, there, wire.now));
    ASSERT_TRUE(wire.far_end.link.send(channel, MessageKind::kDap, back, wire.now));
    wire.settle();
    wire.pass(kAckDelay);
    ASSERT_EQ(wire.far_end.messages[channel].size(), 1u);
    ASSERT_EQ(wire.near_end.messages[channel].size(), 1u);
    EXPECT_TRUE(wire.far_end.messages[channel][0] == there);
    EXPECT_TRUE(wire.near_end.messages[channel][0] == back);
  }
}

}  // namespace
}  // namespace nearside::link::testing
