// The model test: our two ends against each other, between a client and an adapter that do all that
// real ones do at the worst moments, in random schedules. Every answer is one that the adapter
// could have given directly. A failure prints its seed and what happened; NEARSIDE_SCHEDULE=N runs
// that one alone, NEARSIDE_SCHEDULES=N runs so many.
#include "model/adapter.hpp"
#include "model/client.hpp"
#include "model/ends.hpp"
#include "model/oracle.hpp"
#include "model/schedule.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace nearside::inspect::model {
namespace {

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::unique_ptr<Between> make_ends(Random& random) {
  return std::make_unique<Ends>(EndsOptions::of(random));
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

TEST(InspectModel, EveryAnswerIsOneThatTheAdapterCouldHaveGiven) {
  expect_no_failure(make_ends, 2'000);
}

/// What the client's usual reads of a second stop cost, everything coming to rest before them.
std::uint64_t forwarded_at_second_stop(const char* client_id) {
  Random random(1);
  const Traits traits;
  Ends ends({});
  Adapter adapter(traits, random);
  Client client(traits, random, false);
  const auto rest = [&] {
    for (;;) {
      for (; !adapter.said.empty(); adapter.said.pop_front())
        ends.from_adapter(adapter.said.front());
      if (!ends.to_client.empty()) {
        EXPECT_EQ(receive(client, adapter, ends.to_client.front()), std::nullopt);
        ends.to_client.pop_front();
      } else if (!ends.to_adapter.empty()) {
        adapter.handle(ends.to_adapter.front());
        ends.to_adapter.pop_front();
      } else if (!ends.move(random)) {
        return;
      }
    }
  };
  const auto ask = [&](const char* command, const json& arguments) {
    ends.from_client(client.send(command, arguments));
    rest();
  };
  const auto read = [&] {
    for (auto asked = client.ask_planned(); !asked.empty(); asked = client.ask_planned()) {
      ends.from_client(asked);
      rest();
    }
  };
  ask("initialize", {{"clientID", client_id}});
  ask("launch", json::object());
  adapter.stop();
  rest();
  read();
  EXPECT_GT(client.reads, 10U);
  ask("next", {{"threadId", 1}, {"tag", 1}});
  adapter.stop();
  rest();
  const auto before = ends.forwarded();
  const auto reads = client.reads;
  read();
  EXPECT_GT(client.reads, reads + 10);
  return ends.forwarded() - before;
}

TEST(InspectModel, ASecondStopLikeTheFirstForwardsNothing) {
  EXPECT_EQ(forwarded_at_second_stop("vscode"), 0U);
  EXPECT_EQ(forwarded_at_second_stop("other"), 0U);
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
