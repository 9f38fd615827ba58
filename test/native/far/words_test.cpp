#include "far/words.hpp"

#include <gtest/gtest.h>

namespace nearside::far_end {
namespace {

using Words = std::vector<std::string>;

TEST(SplitWords, PartsAtBlanksAndKeepsWhatIsQuotedTogether) {
  EXPECT_EQ(split_words("  a  b\tc ").value(), (Words{"a", "b", "c"}));
  EXPECT_EQ(split_words("'a b' \"c d\"e").value(), (Words{"a b", "c de"}));
  EXPECT_EQ(split_words("a '' \"\"").value(), (Words{"a", "", ""}));
}

TEST(SplitWords, TakesBackslashesAsAShellDoes) {
  EXPECT_EQ(split_words(R"(a\ b \"c\")").value(), (Words{"a b", "\"c\""}));
  EXPECT_EQ(split_words(R"("a\"b\\c\n")").value(), (Words{R"(a"b\c\n)"}));
  EXPECT_EQ(split_words(R"('a\b')").value(), (Words{R"(a\b)"}));
}

TEST(SplitWords, ExpandsNothing) {
  EXPECT_EQ(split_words("$HOME *.c $(id) ~").value(), (Words{"$HOME", "*.c", "$(id)", "~"}));
}

TEST(SplitWords, SaysWhatIsNotClosed) {
  EXPECT_NE(split_words("a 'b").error().message.find("single quote"), std::string::npos);
  EXPECT_NE(split_words("a \"b").error().message.find("double quote"), std::string::npos);
  EXPECT_NE(split_words("a \\").error().message.find("backslash"), std::string::npos);
  EXPECT_NE(split_words("  ").error().message.find("empty"), std::string::npos);
}

}  // namespace
}  // namespace nearside::far_end
