// The numbers that clients know breakpoints by, played through a session.
#include "core/session/breakpoint_ids.hpp"

#include "core/session/limits.hpp"
#include "sessions.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

namespace nearside::session {
namespace {

using nlohmann::json;

/// The body of an answer to three breakpoints of one file, as the client gets it.
std::string answered(BreakpointIds& ids, const std::string& body) {
  auto request = message_of_words(
      R"(#1 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":1},{"line":2},{"line":3}]})");
  const auto asked = ids.handle_request(request);
  auto answer =
      dap::Message::parse(
          R"({"type":"response","command":"setBreakpoints","request_seq":1,"success":true,"body":)" +
          body + "}")
          .value();
  ids.handle_answer(asked.value(), answer);
  return std::string(answer.payload());
}

TEST(BreakpointIds, LeaveTheBytesAloneWhereTheNumbersAreRightAlready) {
  BreakpointIds ids;
  const std::string body = R"({"breakpoints":[{ "id":1, "verified":true},{"id" : 2},{"id":3 }]})";
  EXPECT_EQ(answered(ids, body), body);
  const std::string stop =
      R"({"event":"stopped","type":"event","body":{"hitBreakpointIds":[ 2 ]}})";
  auto event = dap::Message::parse(stop).value();
  ids.handle_event(event);
  EXPECT_EQ(event.bytes(), stop);
}

TEST(BreakpointIds, ArePutInWhereTheAdapterGivesNone) {
  BreakpointIds ids;
  EXPECT_EQ(
      answered(ids, R"({"breakpoints":[{"verified":false},{ },{"id":null,"line":3 }]})"),
      R"({"breakpoints":[{"verified":false,"id":1},{ "id":2},{"id":null,"line":3 ,"id":3}]})");
}

TEST(BreakpointIds, OfUnverifiedOnesStayWhileTheyStayInTheList) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":1},{"line":2}]}
    << adapter #1 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":1},{"line":2}]}
    >> adapter #0 response to 1 setBreakpoints {"breakpoints":[{},{}]}
    << client #0 response to 1 setBreakpoints {"breakpoints":[{"id":1},{"id":2}]}
    >> client #2 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":9},{"line":2,"condition":"x"}]}
    << adapter #2 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":9},{"line":2,"condition":"x"}]}
    >> adapter #0 response to 2 setBreakpoints {"breakpoints":[{},{"id":77}]}
    << client #0 response to 2 setBreakpoints {"breakpoints":[{"id":3},{"id":2}]}
    >> adapter #0 event breakpoint {"reason":"changed","breakpoint":{"id":77,"verified":true}}
    << client #0 event breakpoint {"reason":"changed","breakpoint":{"id":2,"verified":true}}
    >> client #3 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[]}
    << adapter #3 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[]}
    << client #0 response to 3 setBreakpoints {"breakpoints":[]}
    >> client #4 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":2},{"line":1}]}
    << adapter #4 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":2},{"line":1}]}
    >> adapter #0 response to 4 setBreakpoints {"breakpoints":[{"id":77},{}]}
    << client #0 response to 4 setBreakpoints {"breakpoints":[{"id":4},{"id":5}]}
  )");
}

TEST(BreakpointIds, FollowTheAdaptersOwnAcrossLists) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request setFunctionBreakpoints {"breakpoints":[{"name":"f"}]}
    << adapter #1 request setFunctionBreakpoints {"breakpoints":[{"name":"f"}]}
    >> adapter #0 response to 1 setFunctionBreakpoints {"breakpoints":[{"id":10}]}
    << client #0 response to 1 setFunctionBreakpoints {"breakpoints":[{"id":1}]}
    >> client #2 request setExceptionBreakpoints {"filters":["raised","uncaught"]}
    << adapter #2 request setExceptionBreakpoints {"filters":["raised","uncaught"]}
    >> adapter #0 response to 2 setExceptionBreakpoints {"breakpoints":[{"verified":true},{"verified":true}]}
    << client #0 response to 2 setExceptionBreakpoints {"breakpoints":[{"verified":true,"id":2},{"verified":true,"id":3}]}
    >> client #3 request setFunctionBreakpoints {"breakpoints":[{"name":"g"},{"name":"f"}]}
    << adapter #3 request setFunctionBreakpoints {"breakpoints":[{"name":"g"},{"name":"f"}]}
    >> adapter #0 response to 3 setFunctionBreakpoints {"breakpoints":[{"id":11},{"id":10}]}
    << client #0 response to 3 setFunctionBreakpoints {"breakpoints":[{"id":4},{"id":1}]}
    >> adapter #0 event stopped {"hitBreakpointIds":[10,11]}
    << client #0 event stopped {"hitBreakpointIds":[1,4]}
  )");
}

TEST(BreakpointIds, AreGivenToWhatNobodyWasToldOf) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event breakpoint {"reason":"new","breakpoint":{"id":5}}
    << client #0 event breakpoint {"reason":"new","breakpoint":{"id":1}}
    >> adapter #0 event stopped {"hitBreakpointIds":[5,-1]}
    << client #0 event stopped {"hitBreakpointIds":[1,2]}
    >> client #1 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":1}]}
    << adapter #1 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":1}]}
    >> adapter #0 response to 1 setBreakpoints {"breakpoints":[{"id":5}]}
    << client #0 response to 1 setBreakpoints {"breakpoints":[{"id":1}]}
    >> adapter #0 event breakpoint {"reason":"new","breakpoint":{"verified":true}}
    << client #0 event breakpoint {"reason":"new","breakpoint":{"verified":true}}
  )");
}

TEST(BreakpointIds, ThatANearEndBindsMoveToTheNewPath) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request setBreakpoints {"source":{"path":"/wrong"},"breakpoints":[{"line":1},{"line":2}]}
    << adapter #1 request setBreakpoints {"source":{"path":"/wrong"},"breakpoints":[{"line":1},{"line":2}]}
    >> adapter #0 response to 1 setBreakpoints {"breakpoints":[{},{"id":8}]}
    << client #0 response to 1 setBreakpoints {"breakpoints":[{"id":1},{"id":2}]}
    >> client #2 request setBreakpoints {"nearside":{"ids":[1,2,null]},"source":{"path":"/right"},"breakpoints":[{"line":1},{"line":2},{"line":3}]}
    << adapter #2 request setBreakpoints {"source":{"path":"/right"},"breakpoints":[{"line":1},{"line":2},{"line":3}]}
    >> adapter #0 response to 2 setBreakpoints {"breakpoints":[{"id":9},{},{"id":11}]}
    << client #0 response to 2 setBreakpoints {"breakpoints":[{"id":1},{"id":2},{"id":3}]}
    >> client #3 request setBreakpoints {"source":{"path":"/wrong"},"breakpoints":[{"line":1}]}
    << adapter #3 request setBreakpoints {"source":{"path":"/wrong"},"breakpoints":[{"line":1}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{}]}
    << client #0 response to 3 setBreakpoints {"breakpoints":[{"id":4}]}
    >> adapter #0 event stopped {"hitBreakpointIds":[9]}
    << client #0 event stopped {"hitBreakpointIds":[1]}
  )");
}

TEST(BreakpointIds, BindNothingThatWasNotGivenOrIsNoList) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request setFunctionBreakpoints {"breakpoints":[{"name":"f"},{"name":"g"}],"nearside":{"ids":[99,"1"]}}
    << adapter #1 request setFunctionBreakpoints {"breakpoints":[{"name":"f"},{"name":"g"}]}
    >> adapter #0 response to 1 setFunctionBreakpoints {"breakpoints":[{},{}]}
    << client #0 response to 1 setFunctionBreakpoints {"breakpoints":[{"id":1},{"id":2}]}
    >> client #2 request setFunctionBreakpoints {"breakpoints":[{"name":"h"},{"name":"i"}],"nearside":{"ids":[1,1]}}
    << adapter #2 request setFunctionBreakpoints {"breakpoints":[{"name":"h"},{"name":"i"}]}
    >> adapter #0 response to 2 setFunctionBreakpoints {"breakpoints":[{},{}]}
    << client #0 response to 2 setFunctionBreakpoints {"breakpoints":[{"id":1},{"id":3}]}
    >> client #3 request setFunctionBreakpoints {"breakpoints":[{"name":"h"}],"nearside":5}
    << adapter #3 request setFunctionBreakpoints {"breakpoints":[{"name":"h"}]}
    >> adapter #0 response to 3 setFunctionBreakpoints {"breakpoints":[{}]}
    << client #0 response to 3 setFunctionBreakpoints {"breakpoints":[{"id":1}]}
  )");
}

TEST(BreakpointIds, AreNotChangedByAnErrorAnswer) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":1}]}
    << adapter #1 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":1}]}
    >> adapter #0 response to 1 setBreakpoints {"breakpoints":[{"id":6}]}
    << client #0 response to 1 setBreakpoints {"breakpoints":[{"id":1}]}
    >> client #2 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[]}
    << adapter #2 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[]}
    >> adapter #0 error to 2 setBreakpoints: running
    << client #0 error to 2 setBreakpoints: running
    >> adapter #0 event breakpoint {"reason":"changed","breakpoint":{"id":6}}
    << client #0 event breakpoint {"reason":"changed","breakpoint":{"id":1}}
    >> client #3 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":1}]}
    << adapter #3 request setBreakpoints {"source":{"path":"/a"},"breakpoints":[{"line":1}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{}]}
    << client #0 response to 3 setBreakpoints {"breakpoints":[{"id":1}]}
  )");
}

TEST(BreakpointIds, TellApartTwoAtOnePlaceAndTakeOldStyleLines) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request setBreakpoints {"source":{"path":"/a"},"lines":[4,4]}
    << adapter #1 request setBreakpoints {"source":{"path":"/a"},"lines":[4,4]}
    >> adapter #0 response to 1 setBreakpoints {"breakpoints":[{},{}]}
    << client #0 response to 1 setBreakpoints {"breakpoints":[{"id":1},{"id":2}]}
    >> client #2 request setBreakpoints {"source":{"path":"/a"},"lines":[5,4,4,4]}
    << adapter #2 request setBreakpoints {"source":{"path":"/a"},"lines":[5,4,4,4]}
    >> adapter #0 response to 2 setBreakpoints {"breakpoints":[{},{},{},{}]}
    << client #0 response to 2 setBreakpoints {"breakpoints":[{"id":3},{"id":1},{"id":2},{"id":4}]}
  )");
}

TEST(BreakpointIds, OfAnyAnswersAreOurOwnAndNeverGoBack) {
  std::mt19937 random(11);
  BreakpointIds ids;
  std::int64_t highest = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto count = random() % 5;
    json asked = json::array();
    json answered = json::array();
    for (std::size_t i = 0; i < count; ++i) {
      asked.push_back({{"line", random() % 4}});
      answered.push_back(json::object());
      if (random() % 2 == 0) answered.back()["id"] = random() % 12;
    }
    const json arguments{{"source", {{"path", std::to_string(random() % 3)}}},
                         {"breakpoints", asked},
                         {"nearside", {{"ids", {random() % 20, nullptr}}}}};
    auto request = message_of_words("#1 request setBreakpoints " + arguments.dump());
    const auto held = ids.handle_request(request);
    ASSERT_TRUE(held);
    EXPECT_EQ(request.bytes().find("nearside"), std::string::npos);
    if (random() % 4 == 0) {
      auto event = message_of_words(R"(#1 event stopped {"hitBreakpointIds":[)" +
                                    std::to_string(random() % 12) + "]}");
      ids.handle_event(event);
      highest = std::max(highest,
                         json::parse(event.payload())["hitBreakpointIds"][0].get<std::int64_t>());
    }
    auto answer = message_of_words("#1 response to 1 setBreakpoints " +
                                   json{{"breakpoints", answered}}.dump());
    ids.handle_answer(*held, answer);
    const auto body = json::parse(answer.payload());
    for (const auto& breakpoint : body.at("breakpoints")) {
      const auto id = breakpoint.at("id").get<std::int64_t>();
      // One that was seen before, or the next ones.
      EXPECT_LE(id, highest + static_cast<std::int64_t>(count)) << answer.bytes();
      highest = std::max(highest, id);
    }
  }
}

TEST(BreakpointIds, ForgetTheOldestThatAreInNoList) {
  BreakpointIds ids;
  std::int64_t last = 0;
  for (std::size_t i = 0; i <= kMaxUnlistedBreakpoints; ++i) {
    auto event = message_of_words(R"(#1 event breakpoint {"breakpoint":{"id":)" +
                                  std::to_string(i + 100) + "}}");
    ids.handle_event(event);
    last = static_cast<std::int64_t>(i) + 1;
  }
  auto late = message_of_words(R"(#1 event stopped {"hitBreakpointIds":[100,101]})");
  ids.handle_event(late);
  const auto translated = json::parse(late.payload())["hitBreakpointIds"];
  EXPECT_EQ(translated[0], last + 1);
  EXPECT_NE(translated[1], 2) << "the next oldest made room for the first";
}

}  // namespace
}  // namespace nearside::session
