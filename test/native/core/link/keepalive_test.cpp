#include "core/link/keepalive.hpp"

#include <gtest/gtest.h>

namespace nearside::link {
namespace {

constexpr Time kStart{5'000};

/// Started and measured: the first ping was answered after `round_trip`.
Keepalive measured(Time round_trip) {
  Keepalive keepalive;
  keepalive.start(kStart - round_trip);
  const auto token = keepalive.take_ping(kStart - round_trip);
  keepalive.handle_heard(kStart);
  keepalive.handle_pong(*token, kStart);
  return keepalive;
}

TEST(Keepalive, MeasuresTheRoundTripAtOnce) {
  EXPECT_EQ(measured(Time{40}).round_trip(), Time{40});
  EXPECT_EQ(measured(Time{0}).round_trip(), Time{1}) << "0 means not measured";
}

TEST(Keepalive, AsksAfterASilenceAndWaitsForTheLimit) {
  auto keepalive = measured(Time{40});
  EXPECT_EQ(keepalive.next_timeout(), kStart + kPingAfterSilence);
  EXPECT_TRUE(keepalive.handle_time(kStart + kPingAfterSilence - Time{1}));
  EXPECT_FALSE(keepalive.take_ping(kStart));
  EXPECT_TRUE(keepalive.handle_time(kStart + kPingAfterSilence));
  EXPECT_TRUE(keepalive.take_ping(kStart + kPingAfterSilence));
  EXPECT_EQ(keepalive.next_timeout(), kStart + kDeadAfterSilence);
  EXPECT_TRUE(keepalive.handle_time(kStart + kDeadAfterSilence - Time{1}));
  EXPECT_FALSE(keepalive.handle_time(kStart + kDeadAfterSilence));
}

TEST(Keepalive, TakesAnyByteForLife) {
  auto keepalive = measured(Time{40});
  ASSERT_TRUE(keepalive.handle_time(kStart + kPingAfterSilence));
  const auto heard = kStart + kDeadAfterSilence - Time{1};
  keepalive.handle_heard(heard);
  EXPECT_TRUE(keepalive.handle_time(kStart + kDeadAfterSilence));
  EXPECT_EQ(keepalive.next_timeout(), heard + kPingAfterSilence);
}

TEST(Keepalive, IsMorePatientWithASlowLink) {
  auto keepalive = measured(kSlowRoundTrip + Time{1});
  ASSERT_TRUE(keepalive.handle_time(kStart + kPingAfterSilence));
  EXPECT_TRUE(keepalive.handle_time(kStart + kDeadAfterSilence));
  EXPECT_FALSE(keepalive.handle_time(kStart + kSlowDeadAfterSilence));
}

TEST(Keepalive, TakesTheLimitThatWasChosenWhateverTheRoundTripIs) {
  for (const Time chosen : {kLeastSilenceLimit, Time{7'000}, kMostSilenceLimit}) {
    for (const Time round_trip : {Time{40}, kSlowRoundTrip + Time{1}}) {
      Keepalive keepalive(chosen);
      keepalive.start(kStart - round_trip);
      const auto token = keepalive.take_ping(kStart - round_trip);
      keepalive.handle_heard(kStart);
      keepalive.handle_pong(*token, kStart);
      ASSERT_TRUE(keepalive.handle_time(kStart + kPingAfterSilence));
      EXPECT_EQ(keepalive.next_timeout(), kStart + chosen);
      EXPECT_TRUE(keepalive.handle_time(kStart + chosen - Time{1}));
      EXPECT_FALSE(keepalive.handle_time(kStart + chosen));
    }
  }
}

TEST(Keepalive, DoesNotTakeItsOwnSleepForThePeersSilence) {
  auto keepalive = measured(Time{40});
  const auto woken = kStart + Time{8 * 3'600'000};
  EXPECT_TRUE(keepalive.handle_time(woken));
  EXPECT_TRUE(keepalive.take_ping(woken)) << "asks at once";
  const auto limit = woken + kPingAfterSilence + Time{40};
  EXPECT_EQ(keepalive.next_timeout(), limit);
  EXPECT_TRUE(keepalive.handle_time(limit - Time{1}));
  EXPECT_FALSE(keepalive.handle_time(limit)) << "but not for ever";
}

TEST(Keepalive, DoesNotTakeItsOwnSleepForSilenceAfterItHasAsked) {
  auto keepalive = measured(Time{40});
  ASSERT_TRUE(keepalive.handle_time(kStart + kPingAfterSilence));
  ASSERT_TRUE(keepalive.take_ping(kStart + kPingAfterSilence));
  const auto woken = kStart + Time{60'000};
  EXPECT_TRUE(keepalive.handle_time(woken));
  keepalive.handle_heard(woken + Time{1});
  EXPECT_TRUE(keepalive.handle_time(woken + kPingAfterSilence + Time{40}));
}

TEST(Keepalive, MeasuresALinkThatIsNeverSilentOnceInAWhile) {
  auto keepalive = measured(Time{40});
  auto now = kStart - Time{40} + kMeasureEvery;
  keepalive.handle_traffic(now - Time{1});
  EXPECT_FALSE(keepalive.take_ping(now - Time{1}));
  keepalive.handle_traffic(now);
  ASSERT_TRUE(keepalive.take_ping(now));
  keepalive.handle_traffic(now + kMeasureEvery);
  EXPECT_FALSE(keepalive.take_ping(now + kMeasureEvery)) << "the last one is not answered yet";
}

TEST(Keepalive, NoticesThatTheNetworkHasBecomeLonger) {
  auto keepalive = measured(Time{1});
  auto now = kStart;
  for (int ping = 0; ping < 30; ++ping) {
    now += kMeasureEvery;
    keepalive.handle_traffic(now);
    const auto token = keepalive.take_ping(now);
    ASSERT_TRUE(token);
    keepalive.handle_pong(*token, now + Time{20});
    if (ping == 0) {
      EXPECT_GE(keepalive.round_trip(), Time{5});
    }
  }
  EXPECT_GE(keepalive.round_trip(), Time{19}) << "not stuck below by rounding";
}

TEST(Keepalive, IgnoresAnswersToWhatItNeverAsked) {
  auto keepalive = measured(Time{40});
  keepalive.handle_pong(1, kStart + Time{900});
  keepalive.handle_pong(77, kStart + Time{900});
  EXPECT_EQ(keepalive.round_trip(), Time{40});
}

TEST(Keepalive, MeasuresFromTheFirstAskingWhenTheAnswerIsLate) {
  Keepalive keepalive;
  keepalive.start(kStart);
  const auto first = keepalive.take_ping(kStart);
  ASSERT_TRUE(keepalive.handle_time(kStart + kPingAfterSilence));
  EXPECT_EQ(keepalive.take_ping(kStart + kPingAfterSilence), first);
  keepalive.handle_pong(*first, kStart + Time{3'000});
  EXPECT_EQ(keepalive.round_trip(), Time{3'000});
}

TEST(Keepalive, NeverNamesATimeThatHasPassed) {
  for (const Time step : {Time{1}, Time{499}, Time{700}, Time{1'500}, Time{1'999}, Time{2'600}}) {
    auto keepalive = measured(Time{250});
    for (auto now = kStart; keepalive.handle_time(now); now += step) {
      ASSERT_GT(*keepalive.next_timeout(), now) << step.count();
      if (now > kStart + Time{60'000}) break;
    }
  }
}

}  // namespace
}  // namespace nearside::link
