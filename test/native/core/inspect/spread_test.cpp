#include "core/inspect/spread.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace nearside::inspect {
namespace {

TEST(Spread, OfNothingIsNothing) {
  EXPECT_EQ(Spread().median(), 0u);
  EXPECT_EQ(Spread().count(), 0u);
}

TEST(Spread, TellsAnyTimeToWithinAThirtieth) {
  for (std::uint64_t time = 0; time < 4'000'000'000; time += 1 + time / 50) {
    Spread spread;
    spread.add(time);
    const auto told = static_cast<double>(spread.median());
    const auto real = static_cast<double>(time);
    EXPECT_LE(told, real + real / 30) << time;
    EXPECT_GE(told, real - real / 30) << time;
  }
}

TEST(Spread, TellsTheMiddleAndTheSlowFew) {
  Spread spread;
  for (int i = 0; i < 94; ++i) spread.add(10);
  for (int i = 0; i < 6; ++i) spread.add(9);
  EXPECT_EQ(spread.median(), 10u);
  EXPECT_EQ(spread.quantile(0.05), 9u);
  EXPECT_EQ(spread.quantile(1), 10u);
  for (int i = 0; i < 6; ++i) spread.add(1'000'000);
  EXPECT_EQ(spread.median(), 10u);
  EXPECT_GT(spread.p95(), 900'000u);
}

TEST(Spread, TakesWhatNoClockWillEverShow) {
  Spread spread;
  spread.add(std::numeric_limits<std::uint64_t>::max());
  EXPECT_GT(spread.median(), 4'000'000'000u);
}

}  // namespace
}  // namespace nearside::inspect
