#include "core/inspect/chrome_trace.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <utility>

namespace nearside::inspect {
namespace {

using nlohmann::json;

Span asked(std::int64_t began, std::uint32_t away = 100'000) {
  Span span;
  span.began = Microseconds(began);
  span.command = command_number("variables");
  span.is_told = true;
  span.waited = 1;
  span.before = 20;
  span.away = away;
  span.after = 30;
  span.taken = 5;
  span.far_end = 300;
  span.adapter = 4'000;
  return span;
}

Span hit(std::int64_t began) {
  Span span;
  span.began = Microseconds(began);
  span.command = command_number("scopes");
  span.way = Way::kHit;
  span.before = 40;
  return span;
}

json drawn(std::vector<TracedSession> sessions) {
  return json::parse(chrome_trace(std::move(sessions))).at("traceEvents");
}

std::map<std::int64_t, std::string> track_names(const json& events) {
  std::map<std::int64_t, std::string> names;
  for (const auto& event : events)
    if (event.at("name") == "thread_name")
      names[event.at("tid").get<std::int64_t>()] = event.at("args").at("name");
  return names;
}

/// By track: name and times of its slices, in their order.
std::map<std::string, std::vector<std::string>> slices(const json& events) {
  const auto names = track_names(events);
  std::map<std::string, std::vector<std::string>> found;
  for (const auto& event : events)
    if (event.at("ph") == "X")
      found[names.at(event.at("tid").get<std::int64_t>())].push_back(
          event.at("name").get<std::string>() + " " + event.at("ts").dump() + "+" +
          event.at("dur").dump());
  return found;
}

TEST(ChromeTrace, ShowsARequestAtEachPartOneInsideTheOther) {
  const auto found = slices(drawn({{"a session", {asked(5'000)}}}));
  EXPECT_EQ(found.at("client"), std::vector<std::string>{"variables 0+100056"});
  EXPECT_EQ(found.at("near end"), std::vector<std::string>{"variables 1+100050"});
  EXPECT_EQ(found.at("link"), std::vector<std::string>{"variables 21+100000"});
  EXPECT_EQ(found.at("far end"), std::vector<std::string>{"variables 47871+4300"});
  EXPECT_EQ(found.at("adapter"), std::vector<std::string>{"variables 48171+4000"});
}

TEST(ChromeTrace, ShowsAnAnswerFromMemoryAtTheNearEndOnly) {
  const auto found = slices(drawn({{"a session", {hit(5'000)}}}));
  EXPECT_EQ(found.size(), 2u);
  EXPECT_EQ(found.at("near end"), std::vector<std::string>{"scopes 0+40"});
}

TEST(ChromeTrace, ShowsNoAdapterWhereNothingIsKnownOfIt) {
  auto span = asked(5'000);
  span.is_told = false;
  EXPECT_EQ(slices(drawn({{"a session", {span}}})).size(), 3u);
}

TEST(ChromeTrace, GivesOverlappingRequestsTracksOfTheirOwn) {
  const auto found =
      slices(drawn({{"a session", {asked(200'000), asked(5'000), asked(6'000), hit(7'000)}}}));
  EXPECT_EQ(found.at("link"),
            (std::vector<std::string>{"variables 21+100000", "variables 195021+100000"}));
  EXPECT_EQ(found.at("link 2"), std::vector<std::string>{"variables 1021+100000"});
  EXPECT_EQ(found.at("near end 3"), std::vector<std::string>{"scopes 2000+40"});
}

TEST(ChromeTrace, HasNoOverlapOnAnyTrackAndLegsThatMakeUpTheWhole) {
  std::vector<Span> spans;
  std::uint32_t random = 1;
  for (std::int64_t at = 0; at < 300; ++at) {
    random = random * 1'664'525 + 1'013'904'223;
    spans.push_back(asked(at * 10'000, random >> 12));
    spans.push_back(hit(at * 10'000 + 5));
  }
  std::map<std::pair<std::int64_t, std::int64_t>, std::uint64_t> until;
  const auto events = drawn({{"one", spans}, {"two", spans}});
  for (const auto& event : events) {
    if (event.at("ph") != "X") continue;
    const auto begins = event.at("ts").get<std::uint64_t>();
    auto& end = until[{event.at("pid").get<std::int64_t>(), event.at("tid").get<std::int64_t>()}];
    EXPECT_GE(begins, end) << event;
    end = begins + event.at("dur").get<std::uint64_t>();
    if (!event.at("args").contains("legs")) continue;
    std::uint64_t sum = 0;
    for (const auto& leg : event.at("args").at("legs")) sum += leg.get<std::uint64_t>();
    EXPECT_EQ(sum, event.at("dur").get<std::uint64_t>());
  }
}

TEST(ChromeTrace, MarksWhatTheAdapterTold) {
  Span stop;
  stop.began = Microseconds(4'000);
  stop.command = command_number("stopped");
  stop.way = Way::kEvent;
  const auto events = drawn({{"dlv \xff at tls://box", {asked(5'000), stop}}});
  EXPECT_EQ(slices(events).at("client"), std::vector<std::string>{"variables 1000+100056"});
  std::size_t marks = 0;
  for (const auto& event : events)
    if (event.at("ph") == "i") {
      ++marks;
      EXPECT_EQ(event.at("name"), "stopped");
      EXPECT_EQ(event.at("ts"), 0);
    }
  EXPECT_EQ(marks, 1u);
}

TEST(ChromeTrace, OfNothingIsEmpty) {
  EXPECT_TRUE(drawn({}).empty());
}

}  // namespace
}  // namespace nearside::inspect
