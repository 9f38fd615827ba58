#include "core/inspect/times.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::inspect {
namespace {

Span request(const char* command, Way way, bool is_told) {
  Span span;
  span.command = command_number(command);
  span.way = way;
  span.is_told = is_told;
  span.before = 2;
  if (way != Way::kHit) {
    span.away = 15;
    span.after = 1;
  }
  if (is_told) {
    span.far_end = 3;
    span.adapter = 4;
  }
  return span;
}

TEST(TimeTable, CountsByCommandHowRequestsWereAnswered) {
  TimeTable table;
  table.add(request("variables", Way::kHit, false));
  table.add(request("variables", Way::kHit, false));
  table.add(request("variables", Way::kJoined, false));
  table.add(request("variables", Way::kAsked, true));
  table.add(request("threads", Way::kAsked, false));
  table.add(request("stopped", Way::kEvent, false));
  const auto* const variables = table.find(command_number("variables"));
  ASSERT_NE(variables, nullptr);
  EXPECT_EQ(variables->hits, 2u);
  EXPECT_EQ(variables->joined, 1u);
  EXPECT_EQ(variables->asked, 1u);
  EXPECT_EQ(variables->count(), 4u);
  EXPECT_EQ(table.find(command_number("threads"))->asked, 1u);
  EXPECT_EQ(table.find(command_number("stopped")), nullptr);
  EXPECT_EQ(table.find(command_number("scopes")), nullptr);
}

TEST(TimeTable, KeepsWhatLiesBeyondTheNearEndToWhatWasThereAndIsKnown) {
  TimeTable table;
  table.add(request("variables", Way::kHit, false));
  table.add(request("variables", Way::kJoined, false));
  table.add(request("variables", Way::kAsked, false));
  table.add(request("variables", Way::kAsked, true));
  const auto& variables = *table.find(command_number("variables"));
  EXPECT_EQ(variables.leg(Leg::kNearEnd).count(), 4u);
  EXPECT_EQ(variables.leg(Leg::kLink).count(), 1u);
  EXPECT_EQ(variables.leg(Leg::kLink).median(), 8u);
  EXPECT_EQ(variables.leg(Leg::kFarEnd).median(), 3u);
  EXPECT_EQ(variables.leg(Leg::kAdapter).median(), 4u);
}

TEST(TimeTable, IsToldAsJson) {
  TimeTable table;
  table.add(request("threads", Way::kHit, false));
  EXPECT_EQ(to_json(table).dump(),
            R"({"threads":{"asked":0,"count":1,"hits":1,"joined":0,"legs":{)"
            R"("client":{"median":0,"p95":0},"nearEnd":{"median":2,"p95":2}},)"
            R"("total":{"median":2,"p95":2}}})");
}

TEST(SpanRing, KeepsTheLast) {
  SpanRing ring;
  EXPECT_EQ(ring.begin(), ring.end());
  for (std::uint32_t number = 0; number < kMaxSpans + 5; ++number)
    ring.add(number, request("threads", Way::kHit, false));
  EXPECT_EQ(ring.begin(), 5u);
  EXPECT_EQ(ring.end(), kMaxSpans + 5);
  for (auto at = ring.begin(); at < ring.end(); ++at) EXPECT_EQ(ring.at(at).session, at);
}

}  // namespace
}  // namespace nearside::inspect
