#include "core/link/acknowledgement.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace nearside::link {
namespace {

constexpr Time kNow{1'000};

std::string replay(KeptFrames& kept) {
  std::string out;
  kept.begin_replay();
  while (kept.replaying()) kept.append_replay(out, out.size() + 1);
  return out;
}

TEST(KeptFrames, KeepsTheBytesThatWentOutUntilTheyAreAcknowledged) {
  KeptFrames kept;
  EXPECT_EQ(kept.next_number(), 1u);
  kept.keep("one");
  kept.keep("two");
  kept.keep("three");
  EXPECT_EQ(kept.next_number(), 4u);
  ASSERT_TRUE(kept.acknowledge(2));
  EXPECT_EQ(replay(kept), "three");
  ASSERT_TRUE(kept.acknowledge(1));  // Old news.
  EXPECT_EQ(replay(kept), "three");
  ASSERT_TRUE(kept.acknowledge(3));
  EXPECT_EQ(kept.bytes(), 0u);
}

TEST(KeptFrames, ReplaysWholeFramesAndGoesOnWhereItWasWhenSomeAreAcknowledgedMeanwhile) {
  KeptFrames kept;
  for (const auto* frame : {"one", "two", "three", "four"}) kept.keep(frame);
  kept.begin_replay();
  std::string out;
  kept.append_replay(out, 4);
  EXPECT_EQ(out, "onetwo");
  ASSERT_TRUE(kept.acknowledge(1));
  kept.append_replay(out, 100);
  EXPECT_EQ(out, "onetwothreefour");
  EXPECT_FALSE(kept.replaying());
}

TEST(KeptFrames, RefusesAnAcknowledgementOfWhatWasNeverSent) {
  KeptFrames kept;
  kept.keep("one");
  const auto refused = kept.acknowledge(2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kFrameOutOfOrder);
}

TEST(KeptFrames, HasNoRoomAtItsLimit) {
  KeptFrames kept;
  const std::string frame(kMaxFramePayload, 'x');
  while (kept.has_room()) kept.keep(frame);
  EXPECT_LE(kept.bytes(), kMaxKeptBytes);
  EXPECT_GT(kept.bytes(), kMaxKeptBytes - 2 * kMaxFramePayload);
  ASSERT_TRUE(kept.acknowledge(2));
  EXPECT_TRUE(kept.has_room());
}

TEST(KeptFrames, HoldsExactlyWhatIsUnacknowledgedWhateverTheOrder) {
  std::mt19937_64 random(5);
  KeptFrames kept;
  std::deque<std::string> expected;
  std::uint64_t acknowledged = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 2 && kept.has_room()) {
      expected.emplace_back(random() % 300, static_cast<char>(random()));
      kept.keep(expected.back());
    } else {
      const auto count = random() % (expected.size() + 1);
      expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(count));
      acknowledged += count;
      ASSERT_TRUE(kept.acknowledge(acknowledged));
    }
    std::string all;
    for (const auto& one : expected) all += one;
    ASSERT_TRUE(replay(kept) == all);
  }
}

TEST(ReceivedFrames, TakesConsecutiveNumbersFromOneOnly) {
  ReceivedFrames received;
  EXPECT_FALSE(received.handle_frame(0, 1, kNow));
  EXPECT_FALSE(received.handle_frame(2, 1, kNow));
  ASSERT_TRUE(received.handle_frame(1, 1, kNow));
  const auto again = received.handle_frame(1, 1, kNow);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::kFrameOutOfOrder);
  EXPECT_EQ(again.error().message, "The peer sent data frame 1 where 2 was due.");
}

TEST(ReceivedFrames, AcknowledgesAfterTheDelayOrWithOtherBytesOrAfterMany) {
  ReceivedFrames received;
  EXPECT_FALSE(received.due(true, kNow));
  ASSERT_TRUE(received.handle_frame(1, 100, kNow));
  EXPECT_FALSE(received.due(false, kNow + kAckRidesAfter));
  EXPECT_FALSE(received.due(true, kNow + kAckRidesAfter - Time{1})) << "more may come";
  EXPECT_TRUE(received.due(true, kNow + kAckRidesAfter));
  EXPECT_EQ(received.next_timeout(), kNow + kAckDelay);
  received.handle_time(kNow + kAckDelay);
  EXPECT_TRUE(received.due(false, kNow));
  // Told once: the transport may have no room for a while.
  EXPECT_EQ(received.next_timeout(), std::nullopt);
  EXPECT_EQ(received.take(), 1u);
  EXPECT_FALSE(received.due(true, kNow + kAckDelay));
  ASSERT_TRUE(received.handle_frame(2, kAckEveryBytes, kNow));
  EXPECT_TRUE(received.due(false, kNow));
}

}  // namespace
}  // namespace nearside::link
