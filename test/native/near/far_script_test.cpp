// The scripts as the shells of this machine run them, what they answer, and what that means.
#include "near/far_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace nearside::near_end {
namespace {

using testing::HasSubstr;

const std::string kDigest(64, 'a');

TEST(FarScript, IsOneLineThatEveryShellAndWindowsHandOnUnchanged) {
  for (const auto& script : {find_script("1.2.3"), find_any_script(),
                             install_script({"1.2.3", kDigest, "0123456789abcdef"})})
    EXPECT_EQ(script.find_first_of("'\"`\\$%!\n\r"), std::string::npos) << script;
}

TEST(FarScript, NamesItsOwnVersionAndMark) {
  const auto script = install_script({"1.2.3", kDigest, "0123456789abcdef"});
  EXPECT_THAT(script, HasSubstr(".nearside/bin/1.2.3"));
  EXPECT_THAT(script, HasSubstr(".new-0123456789abcdef"));
  EXPECT_THAT(script, HasSubstr(kDigest));
}

TEST(FarSystem, IsReadBehindWhateverAProfilePrints) {
  const auto far = read_far_system(
      "Welcome to build-box!\nnearside is missing, 1\nLinux\nx86_64\nglibc 2.36\n"
      "nearside is missing, that is all\n");
  EXPECT_EQ(far, (FarSystem{"Linux", "x86_64", "glibc 2.36", ""}));
}

TEST(FarSystem, MayHaveAnUnknownLibcAndANearsideOfAnotherVersion) {
  const auto far = read_far_system(
      "nearside is missing, 1\nLinux\naarch64\nsh: ldd: not found\nnearside 0.0.9\n"
      "nearside is missing, that is all\n");
  EXPECT_EQ(far, (FarSystem{"Linux", "aarch64", "", "nearside 0.0.9"}));
}

TEST(FarSystem, IsUnknownWhereTheAnswerIsNotWhole) {
  for (const char* output :
       {"", "nearside is missing, 1\nLinux\nx86_64\n", "nearside is missing, 1\nLinux\n",
        "nearside is missing, 1\nnearside is missing, that is all\n"})
    EXPECT_FALSE(read_far_system(output)) << output;
}

TEST(FarSystem, OfAnyBytesIsNothingWorseThanUnknown) {
  std::minstd_rand random(7);
  const std::string whole =
      "nearside is missing, 1\nLinux\nx86_64\n\nnearside is missing, that is all\n";
  for (int round = 0; round < 2000; ++round) {
    std::string output = whole.substr(random() % whole.size()) + whole;
    for (int flips = 0; flips < 4; ++flips)
      output[random() % output.size()] = static_cast<char>(random());
    (void)read_far_system(output);
  }
}

TEST(Platform, IsOfSystemAndMachineAndNeverOfTheLibc) {
  EXPECT_EQ(*platform_of({"Linux", "x86_64", "musl libc (x86_64)", ""}), "linux-x64");
  EXPECT_EQ(*platform_of({"Linux", "aarch64", "", ""}), "linux-arm64");
}

TEST(Platform, ThatCannotBeServedIsRefusedByName) {
  const std::pair<FarSystem, const char*> table[] = {
      {{"MINGW64_NT-10.0-22631", "x86_64", "", ""}, "Windows (MINGW64_NT-10.0-22631)"},
      {{"MSYS_NT-10.0", "x86_64", "", ""}, "Windows"},
      {{"CYGWIN_NT-10.0", "x86_64", "", ""}, "Windows"},
      {{"Darwin", "arm64", "", ""}, "macOS on arm64"},
      {{"Linux", "riscv64", "glibc 2.36", ""}, "Linux on riscv64"},
      {{"FreeBSD", "amd64", "", ""}, "FreeBSD on amd64"},
  };
  for (const auto& [far, name] : table) {
    const auto platform = platform_of(far);
    ASSERT_FALSE(platform) << name;
    EXPECT_THAT(platform.error().message, HasSubstr(name));
    EXPECT_THAT(platform.error().message, HasSubstr("~/.nearside/bin/nearside"));
    EXPECT_EQ(platform.error().condition, Condition::kMisconfigured);
  }
}

}  // namespace
}  // namespace nearside::near_end
