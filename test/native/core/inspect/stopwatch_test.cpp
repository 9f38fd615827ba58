#include "core/inspect/stopwatch.hpp"

#include <gtest/gtest.h>

namespace nearside::inspect {
namespace {

Microseconds at(std::int64_t microseconds) {
  return Microseconds(microseconds);
}

TEST(Stopwatch, TakesTheTimeOfEachPartOfTheWay) {
  Stopwatch watch;
  watch.set_time(at(1'010));
  watch.asked(7, "variables", at(10));
  watch.sent(7, at(1'030));
  watch.set_time(at(101'000));
  watch.answered(7, Way::kAsked);
  watch.told(7, {300, 4'000});
  watch.handed(7, at(101'040));
  const auto span = watch.taken(7, at(101'045));
  ASSERT_TRUE(span);
  EXPECT_EQ(span->began, at(1'000));
  EXPECT_EQ(command_name(span->command), "variables");
  EXPECT_EQ(span->way, Way::kAsked);
  EXPECT_TRUE(span->is_told);
  EXPECT_EQ(span->waited, 10u);
  EXPECT_EQ(span->before, 20u);
  EXPECT_EQ(span->away, 99'970u);
  EXPECT_EQ(span->after, 40u);
  EXPECT_EQ(span->taken, 5u);
  EXPECT_EQ(span->whole(), 100'045u);
  EXPECT_FALSE(watch.taken(7, at(101'050)));
}

TEST(Stopwatch, KnowsAnAnswerFromMemoryWasNeverAway) {
  Stopwatch watch;
  watch.set_time(at(1'000));
  watch.asked(7, "scopes", at(0));
  watch.answered(7, Way::kHit);
  watch.handed(7, at(1'005));
  const auto span = watch.taken(7, at(1'006));
  ASSERT_TRUE(span);
  EXPECT_EQ(span->way, Way::kHit);
  EXPECT_EQ(span->before, 5u);
  EXPECT_EQ(span->away, 0u);
  EXPECT_EQ(span->after, 0u);
}

TEST(Stopwatch, KnowsWhatJoinedAnother) {
  Stopwatch watch;
  watch.set_time(at(1'000));
  watch.asked(7, "scopes", at(0));
  watch.set_time(at(51'000));
  watch.answered(7, Way::kJoined);
  watch.handed(7, at(51'002));
  const auto span = watch.taken(7, at(51'002));
  ASSERT_TRUE(span);
  EXPECT_EQ(span->way, Way::kJoined);
  EXPECT_EQ(span->away, 50'000u);
  EXPECT_EQ(span->after, 2u);
}

TEST(Stopwatch, DoesNotCountWhatTheFrontAnswers) {
  Stopwatch watch;
  watch.asked(7, "scopes", at(0));
  watch.handed(7, at(1));
  EXPECT_FALSE(watch.taken(7, at(2)));
}

TEST(Stopwatch, TakesNothingFromWhatWasNeverAsked) {
  Stopwatch watch;
  watch.sent(7, at(1));
  watch.answered(7, Way::kAsked);
  watch.told(7, {1, 1});
  watch.handed(7, at(2));
  EXPECT_FALSE(watch.taken(7, at(3)));
  watch.asked(8, "next", at(0));
  watch.sent(8, at(1));
  EXPECT_FALSE(watch.taken(8, at(3))) << "it was not handed over yet";
}

TEST(Stopwatch, LeavesTheOldestWhenTooManyWait) {
  Stopwatch watch;
  constexpr auto kOver = static_cast<std::int64_t>(kTimedRequests) + 1;
  for (std::int64_t seq = 1; seq <= kOver; ++seq) {
    watch.asked(seq, "next", at(0));
    watch.sent(seq, at(1));
  }
  for (std::int64_t seq = 1; seq <= kOver; ++seq) {
    watch.answered(seq, Way::kAsked);
    watch.handed(seq, at(2));
    EXPECT_EQ(watch.taken(seq, at(3)).has_value(), seq > 1) << seq;
  }
}

TEST(Stopwatch, IsNotUpsetByAClientThatNumbersAsItLikes) {
  Stopwatch watch;
  for (const auto seq : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1} << 53}) {
    watch.asked(seq, "next", at(0));
    watch.sent(seq, at(1));
    watch.asked(seq, "next", at(0));
    watch.answered(seq, Way::kAsked);
    watch.handed(seq, at(2));
    EXPECT_TRUE(watch.taken(seq, at(3)));
  }
}

TEST(Stopwatch, TakesAClockThatStandsStill) {
  Stopwatch watch;
  watch.set_time(at(1'000));
  watch.asked(7, "next", at(0));
  watch.sent(7, at(900));
  watch.answered(7, Way::kAsked);
  watch.handed(7, at(800));
  const auto span = watch.taken(7, at(800));
  ASSERT_TRUE(span);
  EXPECT_EQ(span->whole(), 0u);
}

}  // namespace
}  // namespace nearside::inspect
