#include "core/inspect/habits.hpp"

#include <gtest/gtest.h>

namespace nearside::inspect {
namespace {

using namespace std::chrono_literals;

/// VS Code's reads at a stop, as far as it gets.
struct Reader {
  Habits habits;
  Habits::Time now{0};
  HabitId threads = 0, stack = 0, scopes = 0, locals = 0, people = 0;

  void read(int count) {
    if (count > 0) threads = habits.note_read({.command = "threads", .arguments = "{}"}, now);
    if (count > 1) {
      stack = habits.note_read({.command = "stackTrace",
                                .origin = {"thread"},
                                .arguments = R"({"levels":1,"startFrame":0})"},
                               now);
    }
    if (count > 2)
      scopes = habits.note_read({.parent = stack, .command = "scopes", .arguments = "{}"}, now);
    if (count > 3) locals = read_variable(scopes, "Locals");
    if (count > 4) people = read_variable(locals, "people");
  }
  HabitId read_variable(HabitId parent, const std::string& name) {
    return habits.note_read(
        {.parent = parent, .command = "variables", .origin = {name}, .arguments = "{}"}, now);
  }
  void stop(int count, Habits::Time stays) {
    read(count);
    now += stays;
    habits.end_stop(now);
  }
};

TEST(Habits, AreInTheClientsOrderWithParentsFirst) {
  Reader reader;
  reader.stop(5, 0s);
  EXPECT_EQ(reader.habits.in_order(), (std::vector{reader.threads, reader.stack, reader.scopes,
                                                   reader.locals, reader.people}));
  EXPECT_EQ(reader.habits.print(),
            "threads\n"
            "stackTrace of thread {\"levels\":1,\"startFrame\":0}\n"
            "  scopes\n"
            "    variables of Locals\n"
            "      variables of people\n");
}

TEST(Habits, TheSameReadIsOneHabit) {
  Reader reader;
  reader.stop(5, 0s);
  const auto before = reader.people;
  reader.stop(5, 0s);
  EXPECT_EQ(reader.people, before);
}

TEST(Habits, QuickSteppingForgetsNothing) {
  Reader reader;
  reader.stop(5, 2s);
  for (int i = 0; i < 10; ++i) reader.stop(2, 50ms);
  for (int i = 0; i < 10; ++i) reader.stop(0, 5s);
  EXPECT_EQ(reader.habits.in_order().size(), 5);
}

TEST(Habits, WhatIsReadNoMoreIsForgottenAtTheThirdStop) {
  Reader reader;
  reader.stop(5, 2s);
  reader.stop(4, 2s);
  EXPECT_TRUE(reader.habits.was_missed(reader.people));
  reader.stop(4, 2s);
  EXPECT_NE(reader.habits.find(reader.people), nullptr);
  reader.stop(4, 2s);
  EXPECT_EQ(reader.habits.find(reader.people), nullptr);
  EXPECT_NE(reader.habits.find(reader.locals), nullptr);
}

TEST(Habits, ALaterReadShowsThatAnEarlierOneIsNotWanted) {
  Reader reader;
  for (int i = 0; i < 4; ++i) {
    reader.read(4);
    if (i == 0) reader.read_variable(reader.locals, "closed");
    reader.read_variable(reader.locals, "open");
    reader.habits.end_stop(reader.now += 10ms);
  }
  EXPECT_EQ(reader.habits.print().find("closed"), std::string::npos);
  EXPECT_NE(reader.habits.print().find("open"), std::string::npos);
}

TEST(Habits, ReadingAgainMendsWhatWasMissed) {
  Reader reader;
  for (int i = 0; i < 5; ++i) {
    reader.stop(5, 2s);
    reader.stop(4, 2s);
    reader.stop(4, 2s);
  }
  EXPECT_NE(reader.habits.find(reader.people), nullptr);
}

TEST(Habits, AParentIsForgottenWithItsChildren) {
  Reader reader;
  reader.stop(5, 2s);
  for (int i = 0; i < 3; ++i) reader.stop(2, 2s);
  EXPECT_EQ(reader.habits.in_order(), (std::vector{reader.threads, reader.stack}));
  EXPECT_EQ(reader.read_variable(reader.locals, "late"), kTheStop);
}

TEST(Habits, AreLeftToTheClientWhenTheyAreSlowTwiceOrVery) {
  Reader reader;
  reader.stop(5, 0s);
  reader.habits.note_answer(reader.people, 60ms, true);
  EXPECT_FALSE(reader.habits.is_slow(reader.people));
  reader.habits.note_answer(reader.people, 60ms, true);
  EXPECT_TRUE(reader.habits.is_slow(reader.people));
  reader.habits.note_answer(reader.people, 1ms, true);
  EXPECT_FALSE(reader.habits.is_slow(reader.people));
  reader.habits.note_answer(reader.people, 201ms, true);
  EXPECT_TRUE(reader.habits.is_slow(reader.people));
}

TEST(Habits, ThatFailAgainAndAgainAreLeftToTheClientUntilTheySucceed) {
  Reader reader;
  reader.stop(5, 0s);
  for (std::uint32_t failures = 0; failures < kLeftAfterFailures; ++failures) {
    EXPECT_FALSE(reader.habits.is_failing(reader.people)) << failures;
    reader.habits.note_answer(reader.people, 1ms, false);
  }
  EXPECT_TRUE(reader.habits.is_failing(reader.people));
  reader.habits.note_answer(reader.people, 1ms, true);
  EXPECT_FALSE(reader.habits.is_failing(reader.people));
}

TEST(Habits, AreNeverTooMany) {
  Reader reader;
  reader.read(4);
  for (std::size_t i = 0; i < 2 * kMaxHabits; ++i)
    reader.read_variable(reader.locals, std::to_string(i));
  EXPECT_EQ(reader.habits.in_order().size(), kMaxHabits);
}

TEST(Habits, AreTheSameAfterBeingKept) {
  Reader reader;
  reader.stop(5, 0s);
  reader.habits.note_read({.parent = reader.locals,
                           .command = "variables",
                           .origin = {"list", 1},
                           .arguments = R"({"filter":"indexed"})",
                           .counts_all_indexed = true},
                          reader.now);
  Habits loaded;
  loaded.load(reader.habits.to_json());
  EXPECT_EQ(loaded.print(), reader.habits.print());
}

TEST(Habits, OfADamagedFileAreLeftOut) {
  for (const auto* const text :
       {"1", "{}", R"({"reads":1})", R"({"reads":[1]})", R"({"reads":[{"parent":7}]})",
        R"({"reads":[{"parent":-1,"command":7,"name":[],"nth":"x","all":3,"order":-4}]})"}) {
    Habits habits;
    habits.load(nlohmann::json::parse(text));
    EXPECT_LE(habits.in_order().size(), 1) << text;
  }
}

}  // namespace
}  // namespace nearside::inspect
