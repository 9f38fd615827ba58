#include "cli/output.hpp"

#include "cli/help.hpp"
#include "cli/lifecycle.hpp"
#include "cli/suggestion.hpp"

#include <gtest/gtest.h>

namespace nearside::cli {
namespace {

TEST(TextOfAPeer, CannotMoveTheCursorOrForgeALine) {
  EXPECT_EQ(printable("a\x1b[2Jb\rc\td\x7f"), "a?[2Jb?c?d?");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "?31m");
  EXPECT_EQ(printable("M\xC3\xBCller\n"), "M\xC3\xBCller\n");
}

TEST(Tables, AlignTheirColumnsAlsoBehindLettersOfTwoBytes) {
  EXPECT_EQ(table({{"NAME", "UP"}, {"M\xC3\xBCller", "3 s"}, {"x", "-"}}),
            "NAME    UP\nM\xC3\xBCller  3 s\nx       -\n");
}

TEST(Durations, HaveTheUnitThatAPersonWouldTake) {
  EXPECT_EQ(duration(-5), "0 s");
  EXPECT_EQ(duration(119), "119 s");
  EXPECT_EQ(duration(600), "10 min");
  EXPECT_EQ(duration(7200), "2 h");
  EXPECT_EQ(duration(200'000), "2 d");
}

TEST(ByteCounts, HaveTheUnitThatAPersonWouldTake) {
  EXPECT_EQ(byte_count(1023), "1023 B");
  EXPECT_EQ(byte_count(1536), "1.5 KiB");
  EXPECT_EQ(byte_count(50'000'000), "47.7 MiB");
}

TEST(Wrapping, BreaksAtBlanksKeepsParagraphsAndNeverTearsAWord) {
  const std::string word(50, 'x');
  EXPECT_EQ(wrap(word + " " + word + " y", 4), word + "\n    " + word + " y");
  EXPECT_EQ(wrap("a\n\nb", 2), "a\n\n  b");
  EXPECT_EQ(wrap(std::string(100, 'x'), 0), std::string(100, 'x'));
}

TEST(Suggestions, CountASwapAsOneError) {
  EXPECT_EQ(edit_distance("piar", "pair"), 1u);
  EXPECT_EQ(edit_distance("", "pair"), 4u);
  EXPECT_EQ(edit_distance("pair", "pair"), 0u);
}

TEST(Suggestions, TakeABeginningForTheWholeAndNothingThatIsFar) {
  EXPECT_EQ(nearest("auth", {"agent", "authorize"}), "authorize");
  EXPECT_EQ(nearest("xyz", {"agent", "pair"}), "");
  EXPECT_EQ(nearest(std::string(1'000'000, 'a'), {"agent"}), "");
}

TEST(ALifecycleEvent, ThatIsNewIsShownWithAllItsMembers) {
  const std::string text = lifecycle_text(
      {{"event", "session-opened"}, {"adapter", "dlv"}, {"pid", 7}, {"notice", ""}}, "/s", "");
  EXPECT_NE(text.find("  session opened  adapter=dlv  pid=7\n"), std::string::npos) << text;
}

TEST(TheFirstLifecycleEvent, SaysWhereTheAgentListensAndHowToPair) {
  const std::string text = lifecycle_text({{"event", "listening"},
                                           {"addresses", {"tls://127.0.0.1:4711"}},
                                           {"socket", "/tmp/nearside-0/agent.sock"},
                                           {"fingerprint", "SHA256:abc"}},
                                          "/s", " --state /s");
  for (const char* part : {"tls://127.0.0.1:4711", "/tmp/nearside-0/agent.sock", "SHA256:abc",
                           "nearside agent pair --state /s", "Ctrl+C"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
}

}  // namespace
}  // namespace nearside::cli
