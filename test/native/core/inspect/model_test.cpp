// The model test: our two ends against each other, between a client and an adapter that do all that
// real ones do at the worst moments, in random schedules. Every answer is one that the adapter
// could have given directly. A failure prints its seed and what happened; NEARSIDE_SCHEDULE=N runs
// that one alone, NEARSIDE_SCHEDULES=N runs so many.
#include "model/between.hpp"
#include "model/schedule.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace nearside::inspect::model {
namespace {

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

void expect_no_failure(const MakeBetween& make, std::uint64_t count) {
  const auto one = number_of("NEARSIDE_SCHEDULE", 0);
  const auto last = one != 0 ? one : number_of("NEARSIDE_SCHEDULES", count);
  for (auto seed = one != 0 ? one : 1; seed <= last; ++seed)
    if (const auto failure = run_schedule(seed, make)) FAIL() << explain(*failure, make);
}

TEST(InspectModel, ACorrectOneIsNotBlamed) {
  expect_no_failure([](Random&) { return std::make_unique<Direct>(); }, 500);
}

TEST(InspectModel, EachMistakeIsFound) {
  expect_no_failure([](Random&) { return make_mistaken(Mistake::kNone); }, 200);
  for (int mistake = 1; mistake < kMistakes; ++mistake) {
    const MakeBetween make = [&](Random&) { return make_mistaken(static_cast<Mistake>(mistake)); };
    std::uint64_t seed = 1;
    while (seed <= 200 && !run_schedule(seed, make)) ++seed;
    EXPECT_LE(seed, 200U) << "the mistake number " << mistake;
  }
}

}  // namespace
}  // namespace nearside::inspect::model
