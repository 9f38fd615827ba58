// What would install a missing debugger, by the system's own description.
#include "far/remedy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearside::far_end {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Remedy, NamesThePackageOfTheSystemThatItIs) {
  const std::tuple<const char*, Debugger, const char*> table[] = {
      {"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n", Debugger::kDelve,
       "`apt install delve` (this is Debian GNU/Linux 12 (bookworm))"},
      {"ID=ubuntu\nID_LIKE=debian\n", Debugger::kDebugpy, "`apt install python3-debugpy`"},
      {"NAME=Fedora\nID=fedora\n", Debugger::kLldbDap, "`dnf install lldb` (this is fedora)"},
      {"ID=alpine\nPRETTY_NAME='Alpine Linux v3.20'\n", Debugger::kDelve,
       "`apk add delve` (this is Alpine Linux v3.20)"},
      {"ID=arch", Debugger::kDebugpy, "`pacman -S python-debugpy`"},
  };
  for (const auto& [os_release, debugger, words] : table)
    EXPECT_THAT(how_to_install(debugger, os_release), HasSubstr(words));
}

TEST(Remedy, TakesARelativeForWhatIsNotKnownItself) {
  EXPECT_THAT(how_to_install(Debugger::kDelve, "ID=\"linuxmint\"\nID_LIKE=\"ubuntu debian\"\n"),
              HasSubstr("`apt install delve` (this is linuxmint)"));
  EXPECT_THAT(how_to_install(Debugger::kLldbDap, "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"),
              HasSubstr("`dnf install lldb`"));
}

TEST(Remedy, OfGoAndPipHoldsEverywhere) {
  for (const char* os_release : {"ID=debian", "ID=plan9", ""}) {
    EXPECT_THAT(how_to_install(Debugger::kDelve, os_release), HasSubstr("go install "));
    EXPECT_THAT(how_to_install(Debugger::kDebugpy, os_release), HasSubstr("pip install debugpy"));
  }
}

TEST(Remedy, WhereThereIsNoPackageNamesNone) {
  const auto words = how_to_install(Debugger::kDebugpy, "ID=alpine");
  EXPECT_THAT(words, Not(HasSubstr("apk")));
  EXPECT_THAT(words, HasSubstr("pip install debugpy"));
}

TEST(Remedy, OfAnUnknownSystemNamesSeveralWays) {
  for (const char* os_release : {"", "ID=", "ID_LIKE= \n", "IDLE=debian\n"})
    EXPECT_THAT(how_to_install(Debugger::kLldbDap, os_release), HasSubstr("`dnf install lldb`"))
        << os_release;
}

}  // namespace
}  // namespace nearside::far_end
