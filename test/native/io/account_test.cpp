// Users by the text of /etc/passwd, and by the environment.
#include "io/account.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace nearside::io {
namespace {

constexpr std::string_view kPasswd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "\n"
    "# a note\n"
    "+nis\n"
    "short:x:1000\n"
    "ada:x:1000:1000:Ada, Countess:/home/ada lovelace:/bin/zsh\n"
    "late:x:1000:1000::/home/late:/bin/sh\n"
    "bare:x:1001:1001:::";

TEST(Account, IsTheFirstWholeLineOfItsUser) {
  EXPECT_EQ(account_in(kPasswd, 0), (Account{"root", "/root", "/bin/bash"}));
  EXPECT_EQ(account_in(kPasswd, 1000), (Account{"ada", "/home/ada lovelace", "/bin/zsh"}));
}

TEST(Account, MayHaveNeitherHomeNorShellNorALineEnd) {
  EXPECT_EQ(account_in(kPasswd, 1001), (Account{"bare", "", ""}));
}

TEST(Account, OfNobodyIsNone) {
  EXPECT_EQ(account_in(kPasswd, 100), std::nullopt);
  EXPECT_EQ(account_in("", 0), std::nullopt);
  EXPECT_EQ(account_in("\n\n:::::", 0), std::nullopt);
}

TEST(Account, OfThisUserAlwaysHasAName) {
  const Account own = own_account({{"USER", "somebody"}, {"HOME", "relative"}});
  EXPECT_FALSE(own.name.empty());
  EXPECT_TRUE(own.home.empty() || own.home.front() == '/');
  EXPECT_FALSE(own_account({}).name.empty());
}

}  // namespace
}  // namespace nearside::io
