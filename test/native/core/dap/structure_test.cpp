#include "core/dap/structure.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace nearside::dap {
namespace {

TEST(FindMember, GivesTheValueOfATopLevelMember) {
  const std::string_view text = R"({"a":{"b":1}, "b" : [1, 2] ,"c":"x"})";
  const auto value = [&](std::string_view key) {
    const auto range = find_member(text, key);
    return range ? text.substr(range->begin, range->length) : std::string_view("(none)");
  };
  EXPECT_EQ(value("a"), R"({"b":1})");
  EXPECT_EQ(value("b"), "[1, 2]");
  EXPECT_EQ(value("c"), R"("x")");
  EXPECT_EQ(value("d"), "(none)");
}

TEST(FindMember, FindsNothingInWhatIsNoObject) {
  for (const std::string_view text : {"", "[]", "1", "{\"a\":1", "{\"a\":1}}", "{\"a\":[}}"}) {
    EXPECT_FALSE(find_member(text, "a")) << text;
  }
}

TEST(ObjectWalk, MayBeWalkedWhileAnotherIs) {
  const std::string_view outer = R"({"a":{"x":1},"b":{"y":2}})";
  auto walk = ObjectWalk::open(outer);
  ASSERT_TRUE(walk);
  const auto first = walk->next();
  ASSERT_TRUE(first && *first);
  EXPECT_TRUE(find_member(outer.substr((*first)->value.begin, (*first)->value.length), "x"));
  const auto second = walk->next();
  ASSERT_TRUE(second && *second);
  EXPECT_TRUE(find_member(outer.substr((*second)->value.begin, (*second)->value.length), "y"));
  EXPECT_FALSE(walk->next().value());
}

TEST(ObjectWalk, WorksOnThreadsAtOnce) {
  const auto work = [] {
    for (int i = 0; i < 2000; ++i) {
      ASSERT_TRUE(find_member(R"({"a":[1,2,{"b":3}],"c":"d"})", "c"));
    }
  };
  std::thread other(work);
  work();
  other.join();
}

TEST(Says, SeesThroughEscapes) {
  EXPECT_TRUE(says(R"("seq")", "seq"));
  EXPECT_TRUE(says(R"("\u0073\u0065\u0071")", "seq"));
  EXPECT_FALSE(says(R"("\u0073eqs")", "seq"));
  EXPECT_FALSE(says(R"("seQ")", "seq"));
  EXPECT_FALSE(says(R"("\uZZZZ")", "s"));
  EXPECT_FALSE(says(R"("")", "seq"));
}

}  // namespace
}  // namespace nearside::dap
