#include "core/inspect/cache.hpp"

#include "core/inspect/limits.hpp"

#include <gtest/gtest.h>

namespace nearside::inspect {
namespace {

Kept kept(std::size_t filling, bool for_session = false) {
  const auto bytes =
      R"({"seq":1,"type":"response","request_seq":1,"success":true,"command":"c","body":")" +
      std::string(filling, 'x') + "\"}";
  return {dap::Message::parse(bytes).value(), for_session};
}

std::size_t cost(std::string_view key, const Kept& one) {
  return key.size() + one.answer.bytes().size() + kCacheEntryCost;
}

TEST(Cache, GivesWhatWasPutIn) {
  Cache cache(10'000);
  cache.put("a", kept(3));
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("a")->answer.bytes(), kept(3).answer.bytes());
  EXPECT_EQ(cache.find("b"), nullptr);
}

TEST(Cache, CountsWhatItKeepsAndWhatItLetsGo) {
  Cache cache(10'000);
  cache.put("a", kept(3));
  cache.put("bb", kept(30));
  EXPECT_EQ(cache.bytes(), cost("a", kept(3)) + cost("bb", kept(30)));
  cache.put("a", kept(5));
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.bytes(), cost("a", kept(5)) + cost("bb", kept(30)));
  cache.erase("a");
  EXPECT_EQ(cache.bytes(), cost("bb", kept(30)));
  cache.clear();
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(cache.find("bb"), nullptr);
  EXPECT_EQ(cache.evictions(), 0u);
}

TEST(Cache, LetsGoWhatWasNotUsedForTheLongestTime) {
  Cache cache(3 * cost("a", kept(10)));
  for (const char* const key : {"a", "b", "c"}) cache.put(key, kept(10));
  EXPECT_NE(cache.find("a"), nullptr);
  cache.put("d", kept(10));
  EXPECT_EQ(cache.find("b"), nullptr);
  for (const char* const key : {"a", "c", "d"}) EXPECT_NE(cache.find(key), nullptr) << key;
  EXPECT_EQ(cache.evictions(), 1u);
  EXPECT_LE(cache.bytes(), 3 * cost("a", kept(10)));
}

TEST(Cache, TakesNothingThatIsLargerThanAllOfIt) {
  Cache cache(1'000);
  cache.put("a", kept(10));
  cache.put("b", kept(2'000));
  EXPECT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("b"), nullptr);
  cache.put("a", kept(2'000));  // What was there is older than what came.
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(Cache, FindsByTheBeginningOfAKey) {
  Cache cache(10'000);
  for (const char* const key : {"s 1 0", "s 1 5", "s 2 0", "t"}) cache.put(key, kept(10));
  int seen = 0;
  EXPECT_EQ(cache.find("s 1 ", [&](const Kept&) { return ++seen > 2; }), nullptr);
  EXPECT_EQ(seen, 2);
  EXPECT_NE(cache.find("s 1 ", [](const Kept&) { return true; }), nullptr);
}

TEST(Cache, ForgetsByWhatItHolds) {
  Cache cache(10'000);
  cache.put("a", kept(10));
  cache.put("b", kept(10, true));
  cache.erase_if([](std::string_view, const Kept& one) { return !one.for_session; });
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_NE(cache.find("b"), nullptr);
  EXPECT_EQ(cache.bytes(), cost("b", kept(10)));
}

}  // namespace
}  // namespace nearside::inspect
