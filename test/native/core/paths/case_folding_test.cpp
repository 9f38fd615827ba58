#include "core/paths/case_folding.hpp"

#include <gtest/gtest.h>

namespace nearside::paths {
namespace {

std::string folded(std::string_view name) {
  std::string out = "before/";
  append_folded(out, name);
  EXPECT_EQ(out.substr(0, 7), "before/");
  return out.substr(7);
}

TEST(Folding, OfAsciiTouchesLettersOnly) {
  EXPECT_EQ(folded("README-[@Z`{].Go"), "readme-[@z`{].go");
  EXPECT_EQ(folded(""), "");
}

TEST(Folding, KnowsTheLettersOfOtherScripts) {
  EXPECT_EQ(folded("ÄRGER"), folded("ärger"));
  EXPECT_EQ(folded("ПРИВЕТ"), folded("привет"));
  EXPECT_EQ(folded("ΣΊΣΥΦΟΣ"), folded("σίσυφος"));
  EXPECT_EQ(folded("Ⅷ"), folded("ⅷ"));
  EXPECT_EQ(folded("𐐀"), folded("𐐨"));
}

TEST(Folding, TakesComposedAndDecomposedLettersForTheSame) {
  EXPECT_EQ(folded("e\u0301"), folded("\u00C9"));
  EXPECT_EQ(folded("\u1112\u1161\u11AB"), folded("\uD55C"));
  EXPECT_EQ(folded("a\u0323\u0307"), folded("a\u0307\u0323"));
  EXPECT_EQ(folded("\u1FB3"), folded("\u03B1\u0345"));
}

TEST(Folding, KeepsApartWhatASystemKeepsApart) {
  EXPECT_NE(folded("straße"), folded("strasse"));
  EXPECT_NE(folded("İ"), folded("i"));
  EXPECT_NE(folded("ı"), folded("i"));
  EXPECT_NE(folded("ﬁ"), folded("fi"));
  EXPECT_NE(folded("é"), folded("e"));
  EXPECT_NE(folded("²"), folded("2"));
}

TEST(Folding, OfWhatIsNotUtf8TouchesAsciiOnly) {
  EXPECT_EQ(folded("A\xFF\xC4Z"), "a\xFF\xC4z");
  EXPECT_EQ(folded("Ä\xFF"), "Ä\xFF");
  EXPECT_EQ(folded("\xED\xA0\x80X"), "\xED\xA0\x80x");
}

TEST(Folding, TwiceIsFoldingOnce) {
  for (const char* name : {"ÄRGER", "\u1FBC", "ǅ", "\u0390", "K", "Å", "ẞ", "\u1E9B\u0323"})
    EXPECT_EQ(folded(folded(name)), folded(name)) << name;
}

}  // namespace
}  // namespace nearside::paths
