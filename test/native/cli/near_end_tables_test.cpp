#include "cli/near_end_tables.hpp"

#include <gtest/gtest.h>

namespace nearside::cli {
namespace {

using nlohmann::json;

TEST(NearEndTables, ShowSessionsAndWhereTheTimeOfTheirCommandsWent) {
  const auto near_end = json::parse(R"({
    "pid": 4711,
    "sessions": [{
      "id": "ab12", "target": "tls://box:4711", "link": {"state": "connected", "roundTripMs": 103,
               "costs": {"framing": 1000, "tls": 200, "systemCalls": {"count": 12, "time": 300}}},
      "costs": {"nearEnd": 12000},
      "commands": {
        "next": {"count": 1, "hits": 0, "joined": 0, "asked": 1,
                 "total": {"median": 103000, "p95": 103000},
                 "legs": {"client": {"median": 10}, "nearEnd": {"median": 51},
                          "link": {"median": 101500}, "farEnd": {"median": 200},
                          "adapter": {"median": 1300}}},
        "variables": {"count": 12, "hits": 10, "joined": 2, "asked": 0,
                      "total": {"median": 60, "p95": 1260},
                      "legs": {"client": {"median": 10}, "nearEnd": {"median": 50}}}
      }}]})");
  EXPECT_EQ(
      near_end_tables({near_end}),
      "Near ends: 1\n"
      "PROCESS  SESSION  TARGET          LINK       ROUND TRIP  HERE  JOINED  ASKED\n"
      "4711     ab12     tls://box:4711  connected  103 ms      10    2       1\n"
      "\n"
      "Times of session ab12, in ms\n"
      "COMMAND    HERE  JOINED  ASKED  MEDIAN  95 %  CLIENT  NEAR END  LINK  FAR END  ADAPTER\n"
      "variables  10    2       0      0.06    1.3   0.01    0.05      -     -        -\n"
      "next       0     0       1      103     103   0.01    0.05      102   0.20     1.3\n"
      "Spent at this near end: JSON and routing 12 ms; its link: compression and framing "
      "1.0 ms, TLS 0.20 ms, 12 system calls 0.30 ms\n");
}

TEST(NearEndTables, ShowTheCommandsThatWereAskedMost) {
  auto session = json::object();
  for (unsigned number = 0; number < 20; ++number)
    session["commands"]["command" + std::to_string(number)]["count"] = number;
  json near_end;
  near_end["sessions"] = json::array({session});
  const auto text = near_end_tables({near_end});
  EXPECT_NE(text.find("command19"), std::string::npos);
  EXPECT_EQ(text.find("command5"), std::string::npos);
}

TEST(NearEndTables, ShowNothingThatATerminalWouldObey) {
  json session{{"id", "a\x1b[2J"}, {"target", "b\x1b[2J"}};
  session["commands"]["c\x1b[2J"]["count"] = 1;
  json near_end;
  near_end["sessions"] = json::array({session});
  EXPECT_NE(near_end_tables({near_end}).find("b?[2J"), std::string::npos);
  EXPECT_EQ(near_end_tables({near_end}).find('\x1b'), std::string::npos);
}

TEST(NearEndTables, TakeAnyAnswer) {
  for (const auto* const odd : {"{}", R"({"sessions":7})", R"({"sessions":[7]})",
                                R"({"sessions":[{"link":7,"commands":[1]}]})",
                                R"({"sessions":[{"commands":{"next":{"total":7,"legs":[]}}}]})"})
    EXPECT_FALSE(near_end_tables({json::parse(odd)}).empty()) << odd;
  EXPECT_EQ(near_end_tables({json::parse(R"({"pid":7,"sessions":[]})")}),
            "Near ends: 1\n"
            "PROCESS  SESSION  TARGET  LINK  ROUND TRIP  HERE  JOINED  ASKED\n"
            "7        none     -\n");
}

TEST(Milliseconds, HaveAsManyDigitsAsCanBeToldApart) {
  EXPECT_EQ(milliseconds_text(0), "0.00");
  EXPECT_EQ(milliseconds_text(51), "0.05");
  EXPECT_EQ(milliseconds_text(1'260), "1.3");
  EXPECT_EQ(milliseconds_text(103'400), "103");
}

}  // namespace
}  // namespace nearside::cli
