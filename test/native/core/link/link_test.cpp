// Link as its users see it: two ends, a wire between them, and what each end was told.
#include "core/link/link.hpp"

#include "core/link/frame.hpp"
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

TEST(Link, CarriesOpeningsAsLongAsAnEnvironment) {
  Wire wire;
  wire.establish();
  const auto opening = noise(kMaxOpeningBytes, 4);
  ASSERT_TRUE(wire.near_end.link.open_channel(opening, wire.now));
  ASSERT_TRUE(wire.near_end.link.open_channel("{}", wire.now));
  const auto too_long = wire.near_end.link.open_channel(opening + "x", wire.now);
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().code, Errc::kMessageTooLarge);
  wire.settle();
  const auto said = wire.far_end.said();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0], line(ChannelOpened{1, opening}));
  EXPECT_EQ(said[1], "3 opened {}");
}

TEST(Link, SendsASmallMessageAsOneFrameAtOnce) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  wire.pass(Time{100});
  const auto before = wire.near_end.link.counters();
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap,
                                      std::string(kMaxChunkBytes - 1, 'x'), wire.now));
  ASSERT_FALSE(wire.near_end.output(64 * 1024, wire.now).empty());
  const auto after = wire.near_end.link.counters();
  EXPECT_EQ(after.frames_sent - before.frames_sent, 1u);
  EXPECT_EQ(wire.near_end.output(64 * 1024, wire.now), "");
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

// --- Turns ---

TEST(Link, LetsASmallMessagePassALargeOneAfterOneChunk) {
  auto plain = near_options();
  plain.compress = false;
  Wire wire(plain);
  wire.establish();
  const auto large = wire.open();
  const auto small = wire.open();
  ASSERT_TRUE(wire.far_end.link.send(large, MessageKind::kDap, noise(20'000'000, 1), wire.now));
  // The large answer is under way; what stands in the transport cannot be overtaken.
  wire.to_near += wire.far_end.output(100'000, wire.now);
  const auto before = wire.to_near.size();
  ASSERT_TRUE(wire.far_end.link.send(small, MessageKind::kDap, "stopped", wire.now));
  wire.to_near += wire.far_end.output(3 * kMaxChunkBytes, wire.now);
  EXPECT_LT(wire.to_near.find("stopped", before), before + 2 * kMaxFramePayload);
}

TEST(Link, GivesEveryChannelItsTurn) {
  auto plain = near_options();
  plain.compress = false;
  Wire wire(plain);
  wire.establish();
  std::vector<ChannelId> channels;
  for (int i = 0; i < 5; ++i) channels.push_back(wire.open());
  for (const auto channel : channels)
    ASSERT_TRUE(
        wire.near_end.link.send(channel, MessageKind::kDap, std::string(200'000, 'x'), wire.now));
  // The order in which the chunks' headers go out: kind (part), channel.
  std::vector<ChannelId> order;
  const auto out = wire.near_end.output(20 * kMaxChunkBytes, wire.now);
  constexpr std::size_t kChannelAt = kFrameHeaderBytes + kDataHeaderBytes + kChunkHeaderBytes - 4;
  for (std::string_view rest = out; !rest.empty();) {
    if (static_cast<FrameType>(rest[0]) == FrameType::kData)
      order.push_back(read_u32(rest.substr(kChannelAt)));
    rest.remove_prefix(kFrameHeaderBytes + (read_u32(rest) & 0xFFFFFF));
  }
  ASSERT_GE(order.size(), 15u);
  for (std::size_t i = 0; i + 5 < order.size(); ++i) EXPECT_EQ(order[i], order[i + 5]);
  EXPECT_EQ((std::vector<ChannelId>(order.begin(), order.begin() + 5)), channels);
}

// --- Windows and limits ---

TEST(Link, HoldsUnreadMessagesToTheWindowAndGoesOnWhenTheyAreConsumed) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  wire.far_end.consume = false;
  const std::string message(100'000, 'x');
  for (int i = 0; i < 30; ++i)
    ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, message, wire.now));
  wire.settle();
  const auto arrived = wire.far_end.messages[channel].size();
  EXPECT_EQ(arrived, kChannelWindow / message.size());
  while (wire.far_end.messages[channel].size() < 30) {
    const auto before = wire.far_end.messages[channel].size();
    // A little over the window may be held (the message that was unfinished), and credit comes in
    // quarters: this is enough for the next.
    for (int i = 0; i < 4; ++i) wire.far_end.link.consumed(channel, message.size(), wire.now);
    wire.settle();
    ASSERT_GT(wire.far_end.messages[channel].size(), before);
  }
}

TEST(Link, DoesNotLetOneChannelsUnreadMessagesHoldBackAnother) {
  Wire wire;
  wire.establish();
  const auto stuck = wire.open();
  const auto lively = wire.open();
  wire.far_end.consume = false;
  ASSERT_TRUE(wire.near_end.link.send(stuck, MessageKind::kDap, noise(700'000, 1), wire.now));
  ASSERT_TRUE(wire.near_end.link.send(stuck, MessageKind::kDap, noise(700'000, 2), wire.now));
  ASSERT_TRUE(wire.near_end.link.send(stuck, MessageKind::kDap, noise(700'000, 3), wire.now));
  wire.settle();
  EXPECT_EQ(wire.far_end.messages[stuck].size(), 2u);
  ASSERT_TRUE(wire.near_end.link.send(lively, MessageKind::kDap, "step", wire.now));
  wire.settle();
  EXPECT_EQ(wire.far_end.messages[lively], Lines{"step"});
}

TEST(Link, StopsSendingDataAtTheLimitOfKeptFramesButNotControlFrames) {
  auto plain = near_options();
  plain.compress = false;
  Wire wire(plain);
  wire.establish();
  std::vector<ChannelId> channels;
  for (int i = 0; i < 12; ++i) channels.push_back(wire.open());
  for (const auto channel : channels)
    ASSERT_TRUE(
        wire.near_end.link.send(channel, MessageKind::kDap, std::string(1'000'000, 'x'), wire.now));
  // The far end says nothing any more.
  std::string out;
  while (wire.near_end.link.poll_output(out, 1 << 20, wire.now)) {
  }
  EXPECT_LE(wire.near_end.link.counters().kept_bytes, kMaxKeptBytes);
  EXPECT_GT(wire.near_end.link.counters().kept_bytes, kMaxKeptBytes - 2 * kMaxFramePayload);
  wire.far_end.link.handle_bytes(out.substr(0, 100'000), wire.now);
  wire.near_end.link.handle_bytes(wire.far_end.output(1 << 20, wire.now), wire.now);
  EXPECT_NE(wire.near_end.output(1 << 20, wire.now), "") << "acknowledged: there is room";
  wire.near_end.link.handle_time(wire.now + kPingAfterSilence);
  EXPECT_NE(wire.near_end.output(1 << 20, wire.now), "") << "the ping goes out";
}

TEST(Link, AsksItsOwnerToPauseAboveHighWaterAndSaysWhenToGoOn) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  EXPECT_TRUE(wire.near_end.link.may_send(channel));
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap,
                                      std::string(kChannelHighWater + 1, 'x'), wire.now));
  EXPECT_FALSE(wire.near_end.link.may_send(channel));
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, "all the same", wire.now));
  wire.settle();
  EXPECT_TRUE(wire.near_end.link.may_send(channel));
  EXPECT_EQ(wire.near_end.said(), Lines{"1 writable"});
}

TEST(Link, RefusesToSendAMessageOverTheLimitAndTheChannelLives) {
  auto options = near_options();
  options.max_message_bytes = 1'000;
  Wire wire(options);
  wire.establish();
  const auto channel = wire.open();
  const auto refused =
      wire.near_end.link.send(channel, MessageKind::kDap, std::string(1'001, 'x'), wire.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kMessageTooLarge);
  EXPECT_EQ(refused.error().message,
            "A message of 1001 bytes is larger than the limit of 1000; ask for less at once.");
  ASSERT_TRUE(
      wire.near_end.link.send(channel, MessageKind::kDap, std::string(1'000, 'x'), wire.now));
  wire.settle();
  EXPECT_EQ(wire.far_end.messages[channel].size(), 1u);
}

TEST(Link, EndsAtAnIncomingMessageOverTheLimit) {
  auto options = far_options();
  options.max_message_bytes = 100'000;
  Wire wire(near_options(), options);
  wire.establish();
  const auto channel = wire.open();
  ASSERT_TRUE(
      wire.near_end.link.send(channel, MessageKind::kDap, std::string(100'001, 'x'), wire.now));
  wire.settle();
  ASSERT_TRUE(wire.far_end.end && wire.far_end.end->fault);
  EXPECT_EQ(wire.far_end.end->fault->code, Errc::kMessageTooLarge);
  ASSERT_TRUE(wire.near_end.end && wire.near_end.end->fault) << "the sender hears why";
  EXPECT_EQ(wire.near_end.end->fault->code, Errc::kMessageTooLarge);
}

TEST(Link, OpensNoMoreChannelsThanAllowed) {
  Wire wire;
  wire.establish();
  for (std::size_t i = 0; i < kMaxChannels; ++i)
    ASSERT_TRUE(wire.near_end.link.open_channel("{}", wire.now));
  const auto refused = wire.near_end.link.open_channel("{}", wire.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kTooManyChannels);
  wire.settle();
  wire.near_end.link.close_channel(1, std::nullopt, wire.now);
  wire.settle();
  EXPECT_TRUE(wire.near_end.link.open_channel("{}", wire.now)) << "one was closed";
}

TEST(Link, ClosesAChannelTooManyAndLives) {
  auto small = far_options();
  small.max_channels = 1;
  Wire wire(near_options(), small);
  wire.establish();
  const auto first = wire.open();
  const auto second = wire.open();
  ASSERT_TRUE(wire.near_end.link.send(first, MessageKind::kDap, "still here", wire.now));
  wire.settle();
  EXPECT_EQ(wire.near_end.said(),
            Lines{"3 closed 204 This link has all of its 1 channels open; end a debug session "
                  "before starting another."});
  EXPECT_EQ(wire.far_end.said(), Lines{"1 dap still here"});
  EXPECT_FALSE(wire.near_end.link.send(second, MessageKind::kDap, "gone", wire.now));
}

}  // namespace
}  // namespace nearside::link::testing
