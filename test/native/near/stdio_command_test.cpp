// The command behind each kind of target, word by word, and what its end means.
#include "near/stdio_command.hpp"

#include "core/version.hpp"
#include "near/far_script.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>

namespace nearside::near_end {
namespace {

using Words = std::vector<std::string>;

const std::string kScript = find_script(kVersion);
const std::string kForSsh = "exec sh -c '" + kScript + "'";

Words on(Platform platform, const char* target) {
  return stdio_command(*parse_target(target), platform).value_or(Words{});
}

TEST(StdioCommand, IsTheSameVectorOnEachPlatformForAllThatNoShellReads) {
  const std::pair<const char*, Words> table[] = {
      {"ssh:build-box",
       {"ssh", "-T", "-o", "BatchMode=yes", "-o", "ClearAllForwardings=yes", "-o",
        "RemoteCommand=none", "--", "build-box", kForSsh}},
      {"ssh:me@build-box:2222",
       {"ssh", "-T", "-o", "BatchMode=yes", "-o", "ClearAllForwardings=yes", "-o",
        "RemoteCommand=none", "-p", "2222", "--", "me@build-box", kForSsh}},
      {"ssh:me@[fe80::1]:22",
       {"ssh", "-T", "-o", "BatchMode=yes", "-o", "ClearAllForwardings=yes", "-o",
        "RemoteCommand=none", "-p", "22", "--", "me@fe80::1", kForSsh}},
      {"docker:web-1", {"docker", "exec", "-i", "web-1", "sh", "-c", kScript}},
      {"wsl:Ubuntu-22.04", {"wsl.exe", "-d", "Ubuntu-22.04", "--exec", "/bin/sh", "-c", kScript}},
      {"kubectl:prod/api-7c9",
       {"kubectl", "exec", "-i", "-n", "prod", "api-7c9", "--", "sh", "-c", kScript}},
      {"kubectl:prod/api-7c9/app",
       {"kubectl", "exec", "-i", "-n", "prod", "api-7c9", "-c", "app", "--", "sh", "-c", kScript}},
  };
  for (const auto& [target, words] : table) {
    EXPECT_EQ(on(Platform::kPosix, target), words) << target;
    EXPECT_EQ(on(Platform::kWindows, target), words) << target;
  }
}

TEST(StdioCommand, OfExecIsForTheShellOfThePlatform) {
  const char* target = "exec:ip netns exec a nearside agent --stdio";
  EXPECT_EQ(on(Platform::kPosix, target),
            (Words{"/bin/sh", "-c", "ip netns exec a nearside agent --stdio"}));
  EXPECT_EQ(on(Platform::kWindows, target),
            (Words{"cmd.exe", "/d", "/s", "/c", "ip netns exec a nearside agent --stdio"}));
}

TEST(StdioCommand, MayRunAnotherScriptWhereTheShellIsOurs) {
  EXPECT_EQ(script_command(*parse_target("docker:web-1"), "true"),
            (Words{"docker", "exec", "-i", "web-1", "sh", "-c", "true"}));
  EXPECT_EQ(
      script_command(*parse_target("ssh:box"), "true", true),
      (Words{"ssh", "-T", "-o", "BatchMode=yes", "-o", "ClearAllForwardings=yes", "-o",
             "RemoteCommand=none", "-o", "Compression=yes", "--", "box", "exec sh -c 'true'"}));
  for (const char* target : {"local", "tls://box:1", "reverse:4711", "exec:podman exec -i web sh"})
    EXPECT_FALSE(script_command(*parse_target(target), "true")) << target;
}

TEST(StdioCommand, IsShownAsAPersonWouldTypeIt) {
  EXPECT_EQ(shown_command({"ssh", "-T", "me@build-box", "exec sh -c 'a $b'", ""}),
            "ssh -T me@build-box 'exec sh -c '\\''a $b'\\''' ''");
}

TEST(StdioCommand, IsOnlyForTargetsThatNeedOne) {
  for (const char* target : {"local", "tls://box:1", "reverse:4711"})
    EXPECT_FALSE(stdio_command(*parse_target(target), Platform::kPosix)) << target;
}

TEST(StdioCommand, ScriptHasNothingThatASecondShellOrWindowsWouldTakeApart) {
  EXPECT_EQ(kScript.find_first_of("'\"\\%!$`\n"), std::string::npos);
}

Fault fault_of(const char* target, int code, std::string words) {
  io::ExitStatus status;
  status.code = code;
  return command_fault(*parse_target(target), {status, std::move(words), false});
}

TEST(StdioCommand, ThatFindsNoNearsideSaysHowToGetItAndIsNotTriedAgain) {
  const auto fault =
      fault_of("docker:web", 127, "nearside is neither on PATH nor in ~/.nearside/bin");
  EXPECT_EQ(fault.condition, Condition::kMisconfigured);
  EXPECT_NE(fault.message.find("docker:web"), std::string::npos);
  EXPECT_NE(fault.message.find("exited with code 127"), std::string::npos);
  EXPECT_NE(fault.message.find("neither on PATH"), std::string::npos);
  EXPECT_NE(fault.message.find("~/.nearside/bin/nearside"), std::string::npos);
}

TEST(StdioCommand, ThatMayDoBetterNextTimeIsTriedAgain) {
  for (const char* words : {"ssh: connect to host box port 22: Connection timed out",
                            "Host key verification failed.", ""})
    EXPECT_EQ(fault_of("ssh:box", 255, words).condition, Condition::kUnreachable) << words;
  EXPECT_EQ(fault_of("kubectl:a/b", 1, "Unable to connect to the server").condition,
            Condition::kUnreachable);
  io::ExitStatus killed;
  killed.signal = 9;
  EXPECT_EQ(command_fault(*parse_target("ssh:box"), {killed, "", false}).condition,
            Condition::kUnreachable);
}

TEST(StdioCommand, ThatWillSayTheSameAgainIsFinalUnlessItHadWorked) {
  const std::pair<const char*, const char*> table[] = {
      {"ssh:box", "me@box: Permission denied (publickey)."},
      {"docker:web", "Error response from daemon: No such container: web"},
      {"docker:web", "Error response from daemon: container 7c9 is not running"},
      {"kubectl:a/b", "Error from server (NotFound): pods \"b\" not found"}};
  for (const auto& [target, words] : table)
    EXPECT_EQ(fault_of(target, 1, words).condition, Condition::kMisconfigured) << words;
  io::ExitStatus status;
  status.code = 127;
  EXPECT_EQ(command_fault(*parse_target("ssh:box"), {status, "", true}).condition,
            Condition::kUnreachable);
}

TEST(StdioCommand, WordsAreCleanedOfWhatIsNotForPeople) {
  EXPECT_EQ(clean_words("\x1b[31mred\x1b[0m\r\n\r\n  two\t3\a \n\n", 100), "red\n  two 3");
  EXPECT_EQ(clean_words(std::string_view("N\0o\0", 4), 100), "No");
  EXPECT_EQ(clean_words("caf\xC3\xA9", 100), "caf\xC3\xA9");
  EXPECT_EQ(clean_words("a\xC3\xA9z", 2), "z");
  EXPECT_EQ(clean_words("a\xFF\xC3z\xC2\x9Bx", 100), "a??z??x");
  EXPECT_EQ(clean_words("0123456789", 4), "6789");
  EXPECT_EQ(clean_words("\x1b[", 4), "");
}

TEST(StdioCommand, WordsFitAnyMessageWhateverTheBytesWere) {
  std::minstd_rand random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random() % 3 == 0 ? 0x80 + random() % 128 : random() % 128);
    const auto limit = random() % 40;
    const auto clean = clean_words(bytes, limit);
    EXPECT_LE(clean.size(), limit);
    // Refuses what is no UTF-8.
    EXPECT_NO_THROW((void)nlohmann::json(clean).dump()) << testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace nearside::near_end
