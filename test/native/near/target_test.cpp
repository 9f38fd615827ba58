#include "near/target.hpp"

#include <gtest/gtest.h>

namespace nearside::near_end {
namespace {

TEST(Target, IsReadAndWrittenInTheSameForm) {
  for (const char* text : {"local", "tls://build-box:4711", "tls://[::1]:4711"}) {
    const auto target = parse_target(text);
    ASSERT_TRUE(target) << text;
    EXPECT_EQ(to_string(*target), text);
  }
}

TEST(Target, OfAnUnknownFormIsRefusedWithTheFormsThereAre) {
  for (const char* text : {"", "Local", "ssh:box", "tls:box:1", "tls://box", "tls://box:0",
                           "tls://:4711", "tls://box:99999", "http://box:80", "tls://a b:1"}) {
    const auto target = parse_target(text);
    ASSERT_FALSE(target) << text;
    EXPECT_EQ(target.error().condition, Condition::kMisconfigured);
    EXPECT_NE(target.error().message.find("tls://HOST:PORT"), std::string::npos);
  }
}

}  // namespace
}  // namespace nearside::near_end
