#include "core/dap/quote.hpp"

#include "core/dap/limits.hpp"

#include <gtest/gtest.h>

namespace nearside::dap {
namespace {

TEST(Quote, ShowsEveryByteAsPrintableAscii) {
  EXPECT_EQ(quote("plain"), "\"plain\"");
  EXPECT_EQ(quote("a\n\r\t\"\\"), R"("a\n\r\t\"\\")");
  EXPECT_EQ(quote(std::string_view("\0\x1b\x7f\xc3\xa9", 5)), R"("\x00\x1b\x7f\xc3\xa9")");
}

TEST(Quote, CutsWhatIsLong) {
  EXPECT_EQ(quote(std::string(kMaxQuotedBytes, 'x')),
            '"' + std::string(kMaxQuotedBytes, 'x') + '"');
  EXPECT_EQ(quote(std::string(kMaxQuotedBytes + 1, 'x')),
            '"' + std::string(kMaxQuotedBytes, 'x') + "…\"");
}

}  // namespace
}  // namespace nearside::dap
