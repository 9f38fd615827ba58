#include "core/session/output_tail.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace nearside::session {
namespace {

using dap::OutputCategory;

std::vector<OutputPiece> take_all(OutputTail& tail) {
  std::vector<OutputPiece> pieces;
  while (auto piece = tail.take()) pieces.push_back(*std::move(piece));
  return pieces;
}

std::string text_of(const std::vector<OutputPiece>& pieces, OutputCategory category) {
  std::string text;
  for (const auto& piece : pieces) {
    if (piece.category == category) text += piece.text;
  }
  return text;
}

TEST(OutputTail, KeepsTheOrderOfCategories) {
  OutputTail tail;
  EXPECT_TRUE(tail.empty());
  tail.append(OutputCategory::kStdout, "one ");
  tail.append(OutputCategory::kStdout, "two\n");
  tail.append(OutputCategory::kStderr, "oops\n");
  tail.append(OutputCategory::kStdout, "three\n");
  EXPECT_EQ(tail.kept_bytes(), 19U);
  EXPECT_EQ(take_all(tail), (std::vector<OutputPiece>{{OutputCategory::kStdout, "one two\n"},
                                                      {OutputCategory::kStderr, "oops\n"},
                                                      {OutputCategory::kStdout, "three\n"}}));
  EXPECT_TRUE(tail.empty());
  EXPECT_EQ(tail.kept_bytes(), 0U);
}

TEST(OutputTail, PutsACharacterThatWasSplitTogetherAgain) {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
  for (std::size_t split = 0; split <= text.size(); ++split) {
    OutputTail tail;
    tail.append(OutputCategory::kStdout, text.substr(0, split));
    auto pieces = take_all(tail);
    // The other stream's bytes do not come between the parts.
    tail.append(OutputCategory::kStderr, "x");
    tail.append(OutputCategory::kStdout, text.substr(split));
    for (auto& piece : take_all(tail)) pieces.push_back(std::move(piece));
    EXPECT_EQ(text_of(pieces, OutputCategory::kStdout), text) << split;
    for (const auto& piece : pieces) {
      EXPECT_EQ(dap::make_output(piece.category, piece.text).find("\xEF\xBF\xBD"),
                std::string::npos)
          << split;
    }
  }
}

TEST(OutputTail, HoldsBackNoMoreThanThreeBytesAndGivesThemAtTheEnd) {
  OutputTail tail;
  tail.append(OutputCategory::kStdout, "a\xF0\x9F\x98");
  EXPECT_EQ(text_of(take_all(tail), OutputCategory::kStdout), "a");
  tail.finish(OutputCategory::kStdout);
  EXPECT_EQ(text_of(take_all(tail), OutputCategory::kStdout), "\xF0\x9F\x98");
  tail.finish(OutputCategory::kStdout);
  EXPECT_TRUE(tail.empty());
  // What cannot become a character is not held back.
  tail.append(OutputCategory::kStdout, "\xff\xfe\x80\x80\x80\x80");
  EXPECT_EQ(text_of(take_all(tail), OutputCategory::kStdout).size(), 6U);
}

TEST(OutputTail, DropsTheOldestLinesAndSaysHowManyInOneLine) {
  OutputTail tail(20);
  tail.append(OutputCategory::kStdout, "first line\nsecond line\nthird\n");
  const auto pieces = take_all(tail);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].category, OutputCategory::kConsole);
  EXPECT_EQ(
      pieces[0].text,
      "[nearside: 1 line of output (11 bytes) were dropped here, because nobody took them]\n");
  EXPECT_EQ(pieces[1].text, "second line\nthird\n");
  // It flows again, and nothing more is said.
  tail.append(OutputCategory::kStdout, "fourth\n");
  EXPECT_EQ(text_of(take_all(tail), OutputCategory::kStdout), "fourth\n");
}

TEST(OutputTail, KeepsTheNewestMebibyteOfAnEndlessPrinter) {
  OutputTail tail;
  std::uint64_t written = 0;
  std::uint64_t lines = 0;
  for (int i = 0; i < 300'000; ++i) {
    const auto line = "line " + std::to_string(i) + "\n";
    tail.append(OutputCategory::kStdout, line);
    written += line.size();
    ++lines;
    ASSERT_LE(tail.kept_bytes(), kMaxKeptOutputBytes);
  }
  const auto kept = tail.kept_bytes();
  EXPECT_GT(kept, kMaxKeptOutputBytes - 100);
  const auto pieces = take_all(tail);
  const auto text = text_of(pieces, OutputCategory::kStdout);
  EXPECT_EQ(text.size(), kept);
  EXPECT_TRUE(text.starts_with("line ")) << text.substr(0, 20);
  EXPECT_TRUE(text.ends_with("line 299999\n"));
  const auto kept_lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  EXPECT_NE(pieces[0].text.find(std::to_string(lines - kept_lines) + " lines"), std::string::npos)
      << pieces[0].text;
  EXPECT_NE(pieces[0].text.find("(" + std::to_string(written - kept) + " bytes)"),
            std::string::npos);
}

TEST(OutputTail, KeepsTheEndOfALineThatIsLongerThanTheLimit) {
  OutputTail tail(100'000);
  tail.append(OutputCategory::kStdout, std::string(1'000'000, 'x') + "end");
  const auto text = text_of(take_all(tail), OutputCategory::kStdout);
  EXPECT_EQ(text.size(), 100'000U);
  EXPECT_TRUE(text.ends_with("xend"));
}

TEST(OutputTail, MakesEventsOfBoundedSizeThatSplitNoCharacter) {
  OutputTail tail;
  std::string text;
  while (text.size() < 100'000) text += "x\xE2\x82\xAC";
  tail.append(OutputCategory::kStdout, text);
  const auto pieces = take_all(tail);
  EXPECT_GT(pieces.size(), 5U);
  EXPECT_EQ(text_of(pieces, OutputCategory::kStdout), text);
  for (const auto& piece : pieces) {
    EXPECT_LE(piece.text.size(), kMaxOutputEventBytes);
    EXPECT_EQ(dap::make_output(piece.category, piece.text).find("\xEF\xBF\xBD"), std::string::npos);
  }
}

TEST(OutputTail, LosesNothingAndCountsRightWhateverComes) {
  std::mt19937 random(99);
  for (int round = 0; round < 200; ++round) {
    OutputTail tail(1 + random() % 50'000);
    std::size_t written = 0;
    std::size_t given = 0;
    std::uint64_t dropped = 0;
    for (int i = 0; i < 50; ++i) {
      std::string bytes(random() % 5000, '\0');
      for (char& c : bytes) c = random() % 20 == 0 ? '\n' : static_cast<char>(random());
      tail.append(random() % 3 == 0 ? OutputCategory::kStderr : OutputCategory::kStdout, bytes);
      written += bytes.size();
      if (random() % 4 != 0) continue;
      for (const auto& piece : take_all(tail)) {
        if (piece.category != OutputCategory::kConsole) {
          given += piece.text.size();
        } else {
          dropped += std::stoull(piece.text.substr(piece.text.find('(') + 1));
        }
      }
    }
    tail.finish(OutputCategory::kStdout);
    tail.finish(OutputCategory::kStderr);
    for (const auto& piece : take_all(tail)) {
      if (piece.category != OutputCategory::kConsole) {
        given += piece.text.size();
      } else {
        dropped += std::stoull(piece.text.substr(piece.text.find('(') + 1));
      }
    }
    ASSERT_EQ(given + dropped, written);
  }
}

}  // namespace
}  // namespace nearside::session
