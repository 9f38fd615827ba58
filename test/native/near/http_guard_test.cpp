#include "near/http_guard.hpp"

#include <gtest/gtest.h>

namespace nearside::near_end {
namespace {

TEST(HttpGuard, KnowsEveryMethodAtEverySplit) {
  for (const std::string text :
       {"GET / HTTP/1.1", "POST / HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT a:1 HTTP/1.1",
        "PRI * HTTP/2.0", "HEAD /", "PUT /", "DELETE /", "PATCH /", "TRACE /"}) {
    bool decided = false;
    for (std::size_t length = 1; length <= text.size(); ++length) {
      const auto judged = judge_first_bytes(std::string_view(text).substr(0, length));
      EXPECT_NE(judged, FirstBytes::kOther) << text << " at " << length;
      decided = decided || judged == FirstBytes::kHttp;
    }
    EXPECT_TRUE(decided) << text;
  }
}

TEST(HttpGuard, LetsDebugClientsPassAsSoonAsTheyShow) {
  EXPECT_EQ(judge_first_bytes("Content-Length: 10\r\n"), FirstBytes::kOther);
  EXPECT_EQ(judge_first_bytes("Co"), FirstBytes::kOther);
  EXPECT_EQ(judge_first_bytes("content-length"), FirstBytes::kOther);
  EXPECT_EQ(judge_first_bytes("C"), FirstBytes::kUndecided);
  EXPECT_EQ(judge_first_bytes("\x16\x03\x01"), FirstBytes::kOther);
}

TEST(HttpGuard, RefusesWithAWholeResponse) {
  const auto refusal = http_refusal();
  EXPECT_TRUE(refusal.starts_with("HTTP/1.1 403 "));
  const auto body = refusal.substr(refusal.find("\r\n\r\n") + 4);
  EXPECT_NE(refusal.find("Content-Length: " + std::to_string(body.size()) + "\r\n"),
            std::string::npos);
  EXPECT_NE(body.find("Nearside"), std::string::npos);
}

}  // namespace
}  // namespace nearside::near_end
