#include "cli/inspect_options.hpp"

#include <gtest/gtest.h>

namespace nearside::cli {
namespace {

Result<inspect::InspectOptions> options_of(const std::vector<std::string>& words) {
  const Command command{.name = "connect", .options = inspect_options()};
  const auto arguments = parse(command, words);
  EXPECT_TRUE(arguments) << arguments.error().message;
  return inspect_options_of(*arguments);
}

std::string complaint(const std::vector<std::string>& words) {
  const auto options = options_of(words);
  return options ? "" : options.error().message;
}

TEST(InspectOptions, DefaultToAllThatMakesASessionFast) {
  const auto options = options_of({}).value();
  EXPECT_TRUE(options.cache);
  EXPECT_EQ(options.cache_bytes, 64u * 1024 * 1024);
  EXPECT_EQ(options.wish, inspect::InspectWish{});
}

TEST(InspectOptions, AreUnderstoodInTheirUnits) {
  const auto options =
      options_of({"--no-prefetch", "--no-cache", "--cache-size", "8", "--prefetch-requests=10",
                  "--prefetch-bytes", "100", "--prefetch-time", "500", "--prefetch-from", "0",
                  "--pure-watches"})
          .value();
  EXPECT_FALSE(options.cache);
  EXPECT_EQ(options.cache_bytes, 8u * 1024 * 1024);
  const inspect::InspectWish wish{
      .prefetch = false,
      .limits = {.requests = 10, .bytes = 100 * 1024, .time = std::chrono::milliseconds(500)},
      .least_round_trip = std::chrono::milliseconds(0),
      .pure_watches = true};
  EXPECT_EQ(options.wish, wish);
}

TEST(InspectOptions, SayWhatTheDebuggerLoads) {
  inspect::LoadLimits limits;
  limits.string_length = 512;
  limits.array_values = 64;
  EXPECT_EQ(options_of({"--load-limits", "string=512,maxArrayValues=64"}).value().load, limits);
  EXPECT_NE(complaint({"--load-limits", "array=-1"}).find("out of range"), std::string::npos);
}

TEST(InspectOptions, ThatAreOutOfTheirLimitsAreRefusedByName) {
  for (const auto& [option, most] :
       {std::pair{"--cache-size", "4096"}, std::pair{"--prefetch-requests", "256"},
        std::pair{"--prefetch-bytes", "1024"}, std::pair{"--prefetch-time", "2000"}}) {
    for (const char* const wrong : {"0", "-1", "many", "4097", "1.5"}) {
      const auto told = complaint({option, wrong});
      EXPECT_NE(told.find(option), std::string::npos) << told;
      EXPECT_NE(told.find(std::string("to ") + most), std::string::npos) << told;
    }
    EXPECT_EQ(complaint({option, most}), "");
  }
}

}  // namespace
}  // namespace nearside::cli
