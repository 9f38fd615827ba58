#include "core/session/watchdog.hpp"

#include "core/session/start_progress.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::session {
namespace {

using std::chrono::seconds;
using Told = std::vector<Overdue>;

TEST(Watchdog, TellsARequestOnceWhenItsLimitHasPassed) {
  Watchdog dog;
  EXPECT_FALSE(dog.next());
  dog.handed(7, "stackTrace", seconds(100));
  EXPECT_EQ(dog.next(), seconds(110));
  EXPECT_EQ(dog.handle_time(seconds(109)), Told());
  EXPECT_EQ(dog.handle_time(seconds(110)), (Told{{"stackTrace", seconds(10)}}));
  EXPECT_FALSE(dog.next());
  EXPECT_EQ(dog.handle_time(seconds(1'000)), Told());
}

TEST(Watchdog, SaysHowLongAnAnswerTookThatCameLate) {
  Watchdog dog;
  dog.handed(7, "stackTrace", seconds(100));
  dog.handle_time(seconds(110));
  EXPECT_EQ(dog.answered(7, seconds(134)), (Overdue{"stackTrace", seconds(34)}));
  EXPECT_EQ(dog.answered(7, seconds(135)), std::nullopt);
}

TEST(Watchdog, SaysNothingOfAnswersThatComeInTime) {
  Watchdog dog;
  dog.handed(7, "stackTrace", seconds(0));
  EXPECT_EQ(dog.answered(7, milliseconds(9'999)), std::nullopt);
  EXPECT_FALSE(dog.next());
  dog.handed(8, "variables", seconds(9));
  EXPECT_EQ(dog.handle_time(seconds(10)), Told());
  EXPECT_EQ(dog.next(), seconds(19));
}

TEST(Watchdog, NamesOnlyTheFirstOfThoseThatWaitBehindEachOther) {
  Watchdog dog;
  dog.handed(1, "stackTrace", seconds(0));
  dog.handed(2, "scopes", seconds(1));
  EXPECT_EQ(dog.handle_time(seconds(10)), (Told{{"stackTrace", seconds(10)}}));
  EXPECT_EQ(dog.handle_time(seconds(11)), Told());
  EXPECT_EQ(dog.handle_time(seconds(21)), Told());
  // Now it is the other's turn, and that one hangs as well.
  EXPECT_TRUE(dog.answered(1, seconds(22)));
  EXPECT_EQ(dog.handle_time(seconds(31)), (Told{{"scopes", seconds(30)}}));
}

TEST(Watchdog, TellsAnotherWhenAnAdapterLostOneAndAnsweredOthers) {
  Watchdog dog;
  dog.handed(1, "stackTrace", seconds(0));
  EXPECT_EQ(dog.handle_time(seconds(10)).size(), 1u);
  dog.handed(2, "threads", seconds(11));
  EXPECT_FALSE(dog.answered(2, seconds(12)));
  dog.handed(3, "scopes", seconds(13));
  EXPECT_EQ(dog.handle_time(seconds(23)), (Told{{"scopes", seconds(10)}}));
}

TEST(Watchdog, GivesAStartMoreTimeAndAllThatWaitsBehindIt) {
  Watchdog dog;
  dog.handed(1, "launch", seconds(0));
  dog.handed(2, "setBreakpoints", seconds(0));
  EXPECT_EQ(dog.handle_time(seconds(29)), Told());
  EXPECT_EQ(dog.handle_time(seconds(30)), (Told{{"launch", seconds(30)}}));
}

TEST(Watchdog, DoesNotBlameAnAdapterThatWaitsForTheClientsConfiguration) {
  Watchdog dog;
  dog.handed(1, "launch", seconds(0));
  dog.forgive_start();
  EXPECT_EQ(dog.handle_time(seconds(100)), Told());
  dog.handed(2, "configurationDone", seconds(100));
  EXPECT_EQ(dog.handle_time(seconds(130)), (Told{{"configurationDone", seconds(30)}}));
}

TEST(Watchdog, IsTurnedOffByZeroButForTerminate) {
  Watchdog dog;
  dog.set_limit(seconds(0));
  for (const auto* const command : {"threads", "launch", "initialize", "disconnect", "continue"})
    dog.handed(1, command, seconds(0));
  EXPECT_FALSE(dog.next());
  dog.handed(2, "terminate", seconds(0));
  EXPECT_EQ(dog.handle_time(seconds(5)), (Told{{"terminate", seconds(5)}}));
}

TEST(Watchdog, TellsOfTerminateWhateverElseWaits) {
  Watchdog dog;
  dog.set_limit(seconds(2));
  dog.handed(1, "threads", seconds(0));
  EXPECT_EQ(dog.handle_time(seconds(2)).size(), 1u);
  dog.handed(2, "terminate", seconds(2));
  EXPECT_EQ(dog.handle_time(seconds(7)), (Told{{"terminate", seconds(5)}}));
}

TEST(StartProgress, BeginsAfterAWhileGoesOnEachSecondAndEnds) {
  StartProgress progress;
  progress.handed(1, "threads", seconds(0));
  EXPECT_FALSE(progress.next());
  progress.handed(2, "launch", seconds(10));
  EXPECT_EQ(progress.next(), seconds(12));
  const auto begun = nlohmann::json::parse(progress.show("Starting", "12 s", seconds(12)));
  EXPECT_EQ(begun.at("event"), "progressStart");
  EXPECT_EQ(begun.at("body").at("title"), "Starting");
  EXPECT_EQ(begun.at("body").at("progressId"), "nearside-start-1");
  EXPECT_EQ(progress.next(), seconds(13));
  const auto more = nlohmann::json::parse(progress.show("Starting", "13 s", seconds(13)));
  EXPECT_EQ(more.at("event"), "progressUpdate");
  EXPECT_EQ(more.at("body").at("message"), "13 s");
  EXPECT_FALSE(progress.answered(1));
  const auto ended = progress.answered(2);
  ASSERT_TRUE(ended);
  EXPECT_EQ(nlohmann::json::parse(*ended).at("event"), "progressEnd");
  EXPECT_EQ(nlohmann::json::parse(*ended).at("body").at("progressId"), "nearside-start-1");
  EXPECT_FALSE(progress.next());
  EXPECT_FALSE(progress.end());
}

TEST(StartProgress, ShowsNothingOfAStartThatWasQuick) {
  StartProgress progress;
  progress.handed(2, "launch", seconds(0));
  EXPECT_FALSE(progress.answered(2));
  EXPECT_FALSE(progress.next());
}

}  // namespace
}  // namespace nearside::session
