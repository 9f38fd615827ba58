// How channels and links end, by whom and when: closing, goodbyes, silence, refused pairings.
#include "core/link/frame.hpp"
#include "core/link/link.hpp"
#include "wire.hpp"

#include <gtest/gtest.h>

namespace nearside::link::testing {
namespace {

using Lines = std::vector<std::string>;

// --- Closing ---

TEST(Link, ClosesAChannelAfterWhatIsQueued) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, noise(3'000'000, 1), wire.now));
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, "last words", wire.now));
  wire.near_end.link.close_channel(
      channel, Fault{Errc::kAdapterExited, Condition::kAdapterFailed, "dlv has died."}, wire.now);
  wire.settle();
  const auto said = wire.far_end.said();
  ASSERT_EQ(said.size(), 3u);
  EXPECT_EQ(said[1], "1 dap last words");
  EXPECT_EQ(said[2], "1 closed 503 dlv has died.");
  EXPECT_EQ(wire.near_end.said(), Lines{}) << "its owner has closed it";
}

TEST(Link, LetsBothEndsCloseAtOnce) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, "crossing", wire.now));
  ASSERT_TRUE(wire.far_end.link.send(channel, MessageKind::kDap, "crossing", wire.now));
  wire.near_end.link.close_channel(channel, std::nullopt, wire.now);
  wire.far_end.link.close_channel(channel, std::nullopt, wire.now);
  wire.settle();
  EXPECT_EQ(wire.near_end.said(), Lines{});
  EXPECT_EQ(wire.far_end.said(), Lines{});
  EXPECT_EQ(wire.open(), 3u) << "ids are not used again";
  EXPECT_TRUE(wire.near_end.link.established());
}

TEST(Link, DropsWhatIsStillOnItsWayToAClosedChannel) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  // More than every window: it can only pass if dropped bytes return their credit.
  ASSERT_TRUE(wire.far_end.link.send(channel, MessageKind::kDap, noise(5'000'000, 1), wire.now));
  wire.far_end.link.close_channel(channel, std::nullopt, wire.now);
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, noise(5'000'000, 2), wire.now));
  wire.near_end.link.close_channel(channel, std::nullopt, wire.now);
  wire.settle();
  wire.pass(kAckDelay);
  EXPECT_EQ(wire.near_end.said(), Lines{});
  EXPECT_EQ(wire.far_end.said(), Lines{});
  EXPECT_EQ(wire.near_end.link.counters().kept_bytes, 0u);
  EXPECT_FALSE(wire.near_end.link.ended() || wire.far_end.link.ended());
}

TEST(Link, FreesAChannelWhenBothHaveClosedIt) {
  Wire wire;
  wire.establish();
  for (int i = 0; i < 1'000; ++i) {
    const auto channel = wire.open();
    (i % 2 ? wire.near_end : wire.far_end).link.close_channel(channel, std::nullopt, wire.now);
    wire.settle();
  }
  EXPECT_TRUE(wire.near_end.link.established());
}

TEST(Link, SaysThatAChannelIsClosed) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  wire.far_end.link.close_channel(channel, std::nullopt, wire.now);
  wire.settle();
  EXPECT_EQ(wire.near_end.said(), Lines{"1 closed"});
  const auto refused = wire.near_end.link.send(channel, MessageKind::kDap, "x", wire.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kChannelClosed);
  EXPECT_FALSE(wire.near_end.link.may_send(channel));
  wire.near_end.link.consumed(channel, 5, wire.now);
  wire.near_end.link.close_channel(channel, std::nullopt, wire.now);
  wire.near_end.link.close_channel(99, std::nullopt, wire.now);
}

// --- Ending ---

TEST(Link, SaysGoodbyeAfterWhatIsQueued) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, noise(2'000'000, 1), wire.now));
  wire.near_end.link.close(std::nullopt, wire.now);
  EXPECT_FALSE(wire.near_end.link.ended());
  EXPECT_FALSE(wire.near_end.link.open_channel("{}", wire.now));
  wire.settle();
  const auto said = wire.far_end.said();
  ASSERT_EQ(said.size(), 3u);
  EXPECT_EQ(said[1], "1 closed 211 The other end has closed the link.");
  EXPECT_EQ(said[2], "ended");
  EXPECT_EQ(wire.near_end.said().back(), "ended");
}

TEST(Link, DoesNotWaitForEverToSayGoodbye) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  wire.far_end.consume = false;
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, noise(900'000, 1), wire.now));
  wire.near_end.link.close(std::nullopt, wire.now);
  wire.settle();
  EXPECT_FALSE(wire.near_end.link.ended());
  wire.pass(kGoodbyeLimit);
  EXPECT_EQ(wire.near_end.said().back(), "ended");
  EXPECT_EQ(wire.far_end.said().back(), "ended");
}

TEST(Link, CutsALiveLinkWithARefusalOfTheFarEnd) {
  Wire wire;
  wire.establish();
  wire.open();
  wire.far_end.link.close(
      Fault{Errc::kPeerRevoked, Condition::kAuthRejected, "Access was revoked."}, wire.now);
  EXPECT_TRUE(wire.far_end.link.ended()) << "at once";
  wire.settle();
  EXPECT_EQ(wire.near_end.said(), (Lines{"refused 301 Access was revoked.",
                                         "1 closed 211 The link has ended: Access was revoked.",
                                         "ended 301 Access was revoked."}));
}

TEST(Link, ClosesEveryChannelWhenTheTransportIsLost) {
  Wire wire;
  wire.establish();
  wire.open();
  wire.open();
  const Fault reset{Errc::kTransportFailed, Condition::kUnreachable, "Connection reset."};
  wire.near_end.link.handle_transport_lost(reset, wire.now);
  EXPECT_EQ(wire.near_end.said(), (Lines{"1 closed 211 The link has ended: Connection reset.",
                                         "3 closed 211 The link has ended: Connection reset.",
                                         "ended 402 Connection reset."}));
  EXPECT_EQ(wire.near_end.output(1'000, wire.now), "");
  EXPECT_FALSE(wire.near_end.link.open_channel("{}", wire.now));
  wire.near_end.link.handle_transport_lost(reset, wire.now);
  wire.near_end.link.close(std::nullopt, wire.now);
  wire.near_end.link.handle_bytes("GET /", wire.now);
  EXPECT_EQ(wire.near_end.said(), Lines{}) << "it ends once";
  EXPECT_EQ(wire.near_end.link.next_timeout(), std::nullopt);
}

// --- Time ---

TEST(Link, LivesThroughAnIdleDay) {
  Wire wire;
  wire.establish();
  wire.open();
  wire.pass(Time{24 * 3'600'000});
  EXPECT_TRUE(wire.near_end.link.established());
  EXPECT_TRUE(wire.far_end.link.established());
  EXPECT_EQ(wire.near_end.said(), Lines{});
}

TEST(Link, FindsADeadTransport) {
  Wire wire;
  wire.establish();
  wire.pass(Time{100});
  const auto cut_at = wire.now;
  while (!wire.near_end.link.ended()) {
    wire.now = *wire.near_end.link.next_timeout();
    wire.near_end.link.handle_time(wire.now);
    wire.near_end.output(1'000, wire.now);
    ASSERT_LE(wire.now, cut_at + kDeadAfterSilence);
  }
  EXPECT_EQ(wire.near_end.said(),
            Lines{"ended 210 The other end has been silent for 4000 ms although it was asked; the "
                  "connection is taken for dead."});
}

TEST(Link, GivesUpAHandshakeThatIsNotFinished) {
  for (const auto& [side, words] : std::vector<std::pair<LinkOptions, std::string>>{
           {near_options(), "ended 209 The agent has not answered within 10 seconds."},
           {far_options(), "ended 209 The near end has not said its part within 10 seconds."}}) {
    Side one(side);
    one.output(1'000, Time{0});
    EXPECT_EQ(one.link.next_timeout(), kHandshakeLimit);
    one.link.handle_time(kHandshakeLimit - Time{1});
    EXPECT_FALSE(one.link.ended());
    one.link.handle_time(kHandshakeLimit);
    EXPECT_EQ(one.said(), Lines{words});
    EXPECT_NE(one.output(1'000, kHandshakeLimit), "") << "the peer hears why";
  }
}

TEST(Link, DoesNotLetABytePerSecondProlongTheHandshake) {
  Side far_end(far_options());
  for (Time now{0}; now < kHandshakeLimit; now += Time{1'000}) {
    far_end.link.handle_bytes(now == Time{0}       ? "\xA0"
                              : now == Time{2'000} ? "\x10"
                                                   : std::string_view("\0", 1),
                              now);
    far_end.link.handle_time(now);
    ASSERT_FALSE(far_end.link.ended());
  }
  far_end.link.handle_time(kHandshakeLimit);
  EXPECT_TRUE(far_end.link.ended());
}

TEST(Link, AcknowledgesWithinTheDelay) {
  Wire wire;
  wire.establish();
  wire.pass(kMeasureEvery / 2);  // An answer to a ping would carry it.
  const auto channel = wire.open();
  EXPECT_GT(wire.near_end.link.counters().kept_bytes, 0u);
  wire.pass(kAckDelay);
  EXPECT_EQ(wire.near_end.link.counters().kept_bytes, 0u);
  ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, "asked", wire.now));
  wire.settle();
  wire.now += kAckRidesAfter;
  ASSERT_TRUE(wire.far_end.link.send(channel, MessageKind::kDap, "answered", wire.now));
  wire.settle();
  EXPECT_EQ(wire.near_end.link.counters().kept_bytes, 0u) << "the answer carried it";
}

TEST(Link, CountsWhatPasses) {
  Wire wire;
  wire.establish();
  const auto channel = wire.open();
  ASSERT_TRUE(
      wire.near_end.link.send(channel, MessageKind::kDap, std::string(100'000, 'x'), wire.now));
  wire.settle();
  const auto near_end = wire.near_end.link.counters();
  const auto far_end = wire.far_end.link.counters();
  EXPECT_EQ(near_end.message_bytes_sent, 100'000u);
  EXPECT_EQ(far_end.message_bytes_received, 100'000u);
  EXPECT_EQ(near_end.wire_bytes_sent, far_end.wire_bytes_received);
  EXPECT_EQ(near_end.frames_sent, far_end.frames_received);
  EXPECT_LT(near_end.wire_bytes_sent, 2'000u) << "it was compressed";
}

// --- Pairing ---

TEST(Link, PairsAndEnds) {
  auto stranger = far_options();
  stranger.standing = Standing::kUnpinned;
  Wire wire(near_options(), stranger);
  wire.near_end.link.request_pairing(std::string(64, 'a'), "laptop");
  wire.settle();
  EXPECT_EQ(wire.far_end.said(), Lines{"pairing requested aaaa by laptop"});
  wire.far_end.link.answer_pairing(std::string(64, 'b'), wire.now);
  wire.settle();
  EXPECT_EQ(wire.far_end.said(), Lines{"ended"});
  EXPECT_EQ(wire.near_end.said(), (Lines{"pairing accepted bbbb", "ended"}));
}

TEST(Link, TellsTheNearEndWhyItMayNotPair) {
  auto stranger = far_options();
  stranger.standing = Standing::kUnpinned;
  Wire wire(near_options(), stranger);
  wire.near_end.link.request_pairing(std::string(64, 'a'), "laptop");
  wire.settle();
  wire.far_end.link.answer_pairing(
      Fault{Errc::kPairingRefused, Condition::kAuthRejected, "No such code."}, wire.now);
  wire.settle();
  EXPECT_EQ(wire.near_end.said(), (Lines{"refused 303 No such code.", "ended 303 No such code."}));
}

TEST(Link, OpensNothingForAStranger) {
  for (const auto standing : {Standing::kUnpinned, Standing::kRevoked}) {
    auto options = far_options();
    options.standing = standing;
    Wire wire(near_options(), options);
    wire.settle();
    EXPECT_EQ(wire.far_end.said().size(), 1u) << "only that it has ended";
    EXPECT_EQ(wire.near_end.said().size(), 2u) << "refused, ended";
    EXPECT_FALSE(wire.far_end.link.established());
  }
}

}  // namespace
}  // namespace nearside::link::testing
