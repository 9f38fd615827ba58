// A log of a dozen lines in two files, and everything that somebody could do to it.
#include "core/audit/chain.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace nearside::audit {
namespace {

/// Stands for an HMAC: which one it is does not matter here.
std::string toy_mac(std::string_view data) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::uint64_t a = 1469598103934665603U;
  for (const char c : data) a = (a ^ static_cast<unsigned char>(c)) * 1099511628211U;
  std::string text;
  for (int i = 0; i < 64; ++i) {
    a = a * 6364136223846793005U + 1442695040888963407U;
    text += kDigits[(a >> 60) & 15];
  }
  return text;
}

std::string signature_of(std::string_view text) {
  return "signed:" + toy_mac(text);
}

bool verify(std::string_view text, std::string_view signature) {
  return signature == signature_of(text);
}

constexpr const char* kAgent = "SHA256:agent";

struct Log {
  std::vector<std::vector<std::string>> files;
  std::optional<SignedHead> head;
};

Entry something(int number) {
  Entry entry;
  entry.event = "request";
  entry.at = 1'763'780'066'123 + number;
  entry.who = "SHA256:near";
  entry.request = "next";
  entry.outcome = "done";
  entry.details = {{"thread", number}};
  return entry;
}

/// Numbers 1 to 6 in the first file (with its first and last line), 7 to 11 in the second.
Log whole_log() {
  Log log;
  Head head;
  log.files.resize(2);
  auto& first = log.files[0];
  first.push_back(seal(toy_mac, head, file_begins(head, 1, "")));
  for (int i = 0; i < 4; ++i) first.push_back(seal(toy_mac, head, something(i)));
  first.push_back(seal(toy_mac, head, file_ends(signature_of(text_to_sign(head, kAgent)))));
  auto& second = log.files[1];
  second.push_back(seal(toy_mac, head, file_begins(head, 1, "")));
  for (int i = 4; i < 8; ++i) second.push_back(seal(toy_mac, head, something(i)));
  log.head = SignedHead{head, kAgent, signature_of(text_to_sign(head, kAgent))};
  return log;
}

std::vector<Problem> problems_of(const Log& log, std::string_view rest = {}) {
  Check check(toy_mac, verify, log.head, kAgent);
  for (std::size_t i = 0; i < log.files.size(); ++i) {
    check.begin_file("file" + std::to_string(i));
    for (const auto& line : log.files[i]) check.take(line);
  }
  check.take_rest(rest);
  check.finish();
  return check.problems();
}

TEST(AuditChain, ALogThatNobodyTouchedIsWhole) {
  EXPECT_EQ(problems_of(whole_log()), std::vector<Problem>{});
}

TEST(AuditChain, ALineIsOneObjectWithItsCodeLast) {
  Head head;
  const auto line = seal(toy_mac, head, something(1));
  const auto object = nlohmann::json::parse(line);
  EXPECT_EQ(object["n"], 1);
  EXPECT_EQ(object["time"], "2025-11-22T02:54:26.124Z");
  EXPECT_EQ(object["request"], "next");
  EXPECT_EQ(object["mac"], head.mac);
  EXPECT_FALSE(object.contains("token"));
  EXPECT_EQ(head_of(line), head);
}

TEST(AuditChain, EveryChangedByteIsFoundWhereItStands) {
  for (std::size_t file = 0; file < 2; ++file)
    for (std::size_t line = 0; line < whole_log().files[file].size(); ++line)
      for (std::size_t at = 0; at < whole_log().files[file][line].size(); ++at) {
        auto log = whole_log();
        char& byte = log.files[file][line][at];
        byte = static_cast<char>(byte ^ 1);
        const auto problems = problems_of(log);
        ASSERT_FALSE(problems.empty()) << "file " << file << " line " << line << " byte " << at;
        bool named = false;
        for (const auto& problem : problems)
          named = named ||
                  (problem.file == "file" + std::to_string(file) &&
                   (problem.line == line + 1 || problem.line == line + 2)) ||
                  problem.line == 0 || problem.line == 1;
        EXPECT_TRUE(named) << problems.front().file << ":" << problems.front().line;
      }
}

TEST(AuditChain, AnyMissingLineIsFound) {
  for (std::size_t file = 0; file < 2; ++file)
    for (std::size_t line = 0; line < whole_log().files[file].size(); ++line) {
      auto log = whole_log();
      auto& lines = log.files[file];
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line));
      EXPECT_FALSE(problems_of(log).empty()) << "file " << file << " line " << line;
    }
}

TEST(AuditChain, AMissingLineIsOneProblem) {
  auto log = whole_log();
  log.files[0].erase(log.files[0].begin() + 2);
  EXPECT_EQ(problems_of(log),
            (std::vector<Problem>{{"file0", 3, "Number 3 is missing before this line."}}));
}

TEST(AuditChain, TwoLinesThatChangedPlacesAreFound) {
  for (std::size_t line = 0; line + 1 < whole_log().files[1].size(); ++line) {
    auto log = whole_log();
    std::swap(log.files[1][line], log.files[1][line + 1]);
    EXPECT_FALSE(problems_of(log).empty()) << line;
  }
}

TEST(AuditChain, ALineThatStandsTwiceIsFound) {
  auto log = whole_log();
  log.files[1].insert(log.files[1].begin() + 2, log.files[1][2]);
  EXPECT_EQ(
      problems_of(log),
      (std::vector<Problem>{{"file1", 4, "Number 9 stands here again, or in the wrong place."}}));
}

TEST(AuditChain, AnAddedLineIsFoundThatHasAnotherKey) {
  auto log = whole_log();
  Head head = log.head->head;
  log.files[1].push_back(
      seal([](std::string_view) { return std::string(64, 'a'); }, head, something(9)));
  EXPECT_EQ(problems_of(log),
            (std::vector<Problem>{
                {"file1", 6, "This line was changed after it was written, or another key's."}}));
}

TEST(AuditChain, AMissingEndIsFoundByTheSignedHead) {
  for (std::size_t cut = 1; cut <= whole_log().files[1].size(); ++cut) {
    auto log = whole_log();
    log.files[1].resize(log.files[1].size() - cut);
    EXPECT_FALSE(problems_of(log).empty()) << cut;
  }
}

TEST(AuditChain, ACutLineIsFound) {
  const auto log = whole_log();
  const auto line = log.files[1].back();
  for (std::size_t size = 1; size < line.size(); ++size) {
    auto torn = whole_log();
    torn.files[1].pop_back();
    EXPECT_FALSE(problems_of(torn, line.substr(0, size)).empty()) << size;
  }
}

TEST(AuditChain, AMissingFileIsFound) {
  auto log = whole_log();
  log.files.erase(log.files.begin());
  ASSERT_EQ(problems_of(log).size(), 1U);
  EXPECT_EQ(problems_of(log)[0].what,
            "Numbers 1 to 6 are missing: a file that is to be kept is gone.");
}

TEST(AuditChain, AFileThatIsNoLongerKeptIsNotMissed) {
  Log log;
  Head head{6, std::string(64, 'b')};
  log.files.resize(1);
  log.files[0].push_back(seal(toy_mac, head, file_begins(head, 7, "")));
  log.head = SignedHead{head, kAgent, signature_of(text_to_sign(head, kAgent))};
  EXPECT_EQ(problems_of(log), std::vector<Problem>{});
}

TEST(AuditChain, AHeadIsTakenFromNobodyElse) {
  auto log = whole_log();
  log.head->signature = "signed:by somebody else";
  EXPECT_EQ(problems_of(log),
            (std::vector<Problem>{{"audit.head", 0, "It is not signed by this agent's key."}}));
  log = whole_log();
  log.head->fingerprint = "SHA256:another";
  EXPECT_FALSE(problems_of(log).empty());
  log.head.reset();
  EXPECT_EQ(problems_of(log)[0].file, "audit.head");
}

TEST(AuditChain, ALogThatWasWrittenAnewFromALineOnIsNotWhatTheHeadNames) {
  auto log = whole_log();
  // With the key itself: only the signature is not theirs.
  Head head = *head_of(log.files[1][1]);
  log.files[1].resize(2);
  for (int i = 0; i < 5; ++i) log.files[1].push_back(seal(toy_mac, head, something(100 + i)));
  ASSERT_EQ(problems_of(log).size(), 1U);
  EXPECT_EQ(problems_of(log)[0].what, "This is not the line that the signed head names.");
}

TEST(AuditChain, AFullFileSaysByItsSignatureHowFarItReached) {
  auto log = whole_log();
  Head head = *head_of(log.files[0][4]);
  log.files[0][5] = seal(toy_mac, head, file_ends("signed:nothing"));
  bool found = false;
  for (const auto& problem : problems_of(log))
    found = found || problem.what == "Its signature is not this agent's.";
  EXPECT_TRUE(found);
}

TEST(AuditChain, TextsOfPeersAreBoundedAndStayOneLine) {
  Entry entry;
  entry.event = "refused";
  entry.who = std::string(100'000, 'x');
  entry.reason = "a\nb\"\xff\x01";
  Head head;
  const auto line = seal(toy_mac, head, entry);
  EXPECT_LT(line.size(), 4096U);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(nlohmann::json::accept(line));
}

TEST(AuditChain, ASignedHeadIsReadAsItWasWritten) {
  const auto head = *whole_log().head;
  EXPECT_EQ(decode_signed_head(encode(head)).value(), head);
  for (const char* text : {"", "{}", "[]", R"({"n":1})", R"({"n":-1,"mac":"x","signature":"y"})"})
    EXPECT_FALSE(decode_signed_head(text).has_value()) << text;
}

}  // namespace
}  // namespace nearside::audit
