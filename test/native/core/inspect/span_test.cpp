#include "core/inspect/span.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::inspect {
namespace {

using nlohmann::json;

Span asked() {
  Span span;
  span.began = Microseconds(1'000'000);
  span.command = command_number("variables");
  span.is_told = true;
  span.waited = 1;
  span.before = 20;
  span.away = 100'000;
  span.after = 30;
  span.taken = 5;
  span.far_end = 300;
  span.adapter = 4'000;
  return span;
}

std::uint64_t sum_of_legs(const Span& span) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < kLegs; ++at) sum += span.of(static_cast<Leg>(at));
  return sum;
}

TEST(Span, HasLegsThatMakeUpTheWhole) {
  const auto span = asked();
  EXPECT_EQ(span.of(Leg::kClient), 6u);
  EXPECT_EQ(span.of(Leg::kNearEnd), 50u);
  EXPECT_EQ(span.of(Leg::kLink), 95'700u);
  EXPECT_EQ(span.of(Leg::kFarEnd), 300u);
  EXPECT_EQ(span.of(Leg::kAdapter), 4'000u);
  EXPECT_EQ(sum_of_legs(span), span.whole());
}

TEST(Span, WhoseFarEndTellsMoreThanItWasAwayKeepsToThat) {
  auto span = asked();
  span.adapter = 4'000'000'000;
  EXPECT_EQ(span.of(Leg::kAdapter), 99'700u);
  EXPECT_EQ(span.of(Leg::kLink), 0u);
  EXPECT_EQ(sum_of_legs(span), span.whole());
  span.far_end = 4'000'000'000;
  EXPECT_EQ(span.of(Leg::kFarEnd), 100'000u);
  EXPECT_EQ(sum_of_legs(span), span.whole());
}

TEST(Span, KnowsEachCommandByItsNumberAndAllOthersAsOne) {
  for (std::size_t number = 0; number < command_count(); ++number) {
    const auto command = static_cast<CommandNumber>(number);
    EXPECT_EQ(command_number(command_name(command)), command) << command_name(command);
  }
  EXPECT_EQ(command_name(command_number("variables")), "variables");
  EXPECT_EQ(command_name(command_number("my password")), "other");
  EXPECT_EQ(command_name(command_number("")), "other");
  EXPECT_EQ(command_name(255), "other");
}

TEST(Span, IsToldAndUnderstood) {
  auto span = asked();
  for (const auto way : {Way::kHit, Way::kJoined, Way::kAsked, Way::kEvent}) {
    span.way = way;
    Span read;
    ASSERT_TRUE(from_json(json::parse(to_json(span).dump()), read));
    EXPECT_EQ(read, span);
  }
}

TEST(Span, ThatIsMalformedIsNone) {
  const auto good = to_json(asked());
  Span span;
  EXPECT_FALSE(from_json(json(), span));
  EXPECT_FALSE(from_json(json::array(), span));
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const auto& wrong : {json(), json(-1), json(0.5), json::array(), json("x")}) {
      auto bad = good;
      bad[at] = wrong;
      if (at == 0 && wrong.is_string()) continue;  // A command that we do not know.
      EXPECT_FALSE(from_json(bad, span)) << bad;
    }
  }
  auto late = good;
  late[3] = std::uint64_t{1} << 60;
  EXPECT_FALSE(from_json(late, span));
  auto long_one = good;
  long_one[6] = std::uint64_t{1} << 32;
  EXPECT_FALSE(from_json(long_one, span));
}

}  // namespace
}  // namespace nearside::inspect
