// The audit log's files: what happens to them between two lines, and the desk before them.
#include "far/audit_log.hpp"

#include "far/audit_desk.hpp"
#include "far/audit_files.hpp"
#include "loop.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <iterator>

namespace nearside::far_end {
namespace {

audit::Entry happened(const std::string& event) {
  audit::Entry entry;
  entry.event = event;
  entry.at = 1;
  return entry;
}

std::string text_in(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

class AuditFiles : public testing::Test {
 protected:
  AuditLog log(AuditLog::Limits limits = {}) { return {state, identity, limits}; }
  void add(AuditLog& to, const std::string& event) {
    const auto entry = happened(event);
    const auto added = to.append({&entry, 1});
    ASSERT_TRUE(added.has_value()) << added.error().message;
  }
  AuditReport report() {
    lines.clear();
    return read_audit_log(state, identity,
                          [this](std::string_view line) { lines.emplace_back(line); })
        .value();
  }
  bool has(const std::string& part) const {
    for (const auto& line : lines)
      if (line.find(part) != std::string::npos) return true;
    return false;
  }
  std::string first_problem() {
    const auto found = report();
    return found.problems.empty() ? "" : found.problems.front().what;
  }

  Scratch scratch;
  std::filesystem::path state = scratch.path() / "state";
  std::filesystem::path file = state / kAuditFile;
  io::Identity identity = io::load_or_make_identity(state).value();
  std::vector<std::string> lines;
};

TEST_F(AuditFiles, AreWrittenAndFoundWhole) {
  EXPECT_EQ(report().lines, 0U) << "there is none yet";
  auto one = log();
  add(one, "first");
  add(one, "second");
  ASSERT_TRUE(one.sign_head().has_value());
  const auto found = report();
  EXPECT_EQ(found.lines, 3U);
  EXPECT_EQ(found.signed_up_to, 3U);
  EXPECT_TRUE(found.problems.empty()) << found.problems.front().what;
  for (const char* name : {"audit.jsonl", "audit.key", "audit.head", "audit.lock"}) {
    struct stat status {};
    ASSERT_EQ(::stat((state / name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
}

TEST_F(AuditFiles, GoOnWhereAnEarlierProcessEnded) {
  for (int i = 0; i < 3; ++i) {
    auto one = log();
    add(one, "started");
    ASSERT_TRUE(one.sign_head().has_value());
  }
  EXPECT_EQ(first_problem(), "");
  EXPECT_EQ(lines.size(), 4U);
}

TEST_F(AuditFiles, TakeLinesOfTwoProcessesInOneChain) {
  auto old = log(), young = log();
  for (int i = 0; i < 5; ++i) {
    add(old, "old");
    add(young, "young");
  }
  ASSERT_TRUE(old.sign_head().has_value());
  EXPECT_EQ(first_problem(), "");
  EXPECT_EQ(lines.size(), 11U);
}

TEST_F(AuditFiles, AreBoundedAndTheOldestGoFirst) {
  auto one = log({.file_bytes = 1024, .kept_files = 3});
  for (int i = 0; i < 100; ++i) add(one, "event" + std::to_string(i));
  ASSERT_TRUE(one.sign_head().has_value());
  EXPECT_EQ(kept_audit_files(state).size(), 3U);
  EXPECT_EQ(first_problem(), "");
  EXPECT_TRUE(has("event99"));
  EXPECT_FALSE(has("\"event1\""));
  std::filesystem::remove(kept_audit_files(state).front().path);
  EXPECT_NE(first_problem().find("a file that is to be kept is gone"), std::string::npos);
}

TEST_F(AuditFiles, AFileThatIsMissingInTheMiddleIsFound) {
  auto one = log({.file_bytes = 512, .kept_files = 8});
  for (int i = 0; i < 20; ++i) add(one, "event");
  ASSERT_GE(kept_audit_files(state).size(), 3U);
  std::filesystem::remove(kept_audit_files(state)[1].path);
  EXPECT_NE(first_problem(), "");
}

TEST_F(AuditFiles, ALineThatWasCutOffIsFoundAlsoAfterMoreWasWritten) {
  {
    auto one = log();
    for (const char* event : {"a", "b", "c"}) add(one, event);
    ASSERT_TRUE(one.sign_head().has_value());
  }
  const auto whole = text_in(file);
  put(file, whole.substr(0, whole.rfind("{\"n\"")));
  EXPECT_NE(first_problem().find("missing at the end"), std::string::npos);
  auto next = log();
  add(next, "d");
  ASSERT_TRUE(next.sign_head().has_value());
  EXPECT_NE(first_problem(), "");
  EXPECT_TRUE(has("Lines that the signed head names were missing."));
}

TEST_F(AuditFiles, ATornLineStaysAndTheLogGoesOnBehindIt) {
  {
    auto one = log();
    for (const char* event : {"a", "b"}) add(one, event);
  }
  const auto whole = text_in(file);
  put(file, whole.substr(0, whole.size() - 10));
  auto next = log();
  add(next, "c");
  ASSERT_TRUE(next.sign_head().has_value());
  const auto found = report();
  ASSERT_EQ(found.problems.size(), 2U) << found.problems.back().what;
  EXPECT_NE(found.problems[0].what.find("within a line"), std::string::npos);
  EXPECT_TRUE(has("\"event\":\"c\""));
}

TEST_F(AuditFiles, ALogWithoutItsFilesIsMissed) {
  {
    auto one = log();
    add(one, "a");
    ASSERT_TRUE(one.sign_head().has_value());
  }
  std::filesystem::remove(file);
  EXPECT_NE(first_problem(), "");
  auto next = log();
  add(next, "b");
  ASSERT_TRUE(next.sign_head().has_value());
  EXPECT_EQ(
      first_problem(),
      "The agent began this file because the log was damaged: Lines that the signed head names "
      "were missing.");
}

TEST_F(AuditFiles, AFileThatOthersCanReadIsNotWritten) {
  {
    auto one = log();
    add(one, "a");
  }
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  auto next = log();
  const auto entry = happened("b");
  EXPECT_FALSE(next.append({&entry, 1}).has_value());
}

TEST_F(AuditFiles, WhatDoesNotFitOnTheDiskLeavesNothingBehind) {
  auto one = log();
  add(one, "before");
  const auto before = text_in(file);
  // A limit on this process's files does what a full disk does: a write in part, then an error.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
  const rlimit tight{before.size() + 20, usual.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto entry = happened("too much");
  const auto added = one.append({&entry, 1});
  ::setrlimit(RLIMIT_FSIZE, &usual);
  EXPECT_FALSE(added.has_value());
  EXPECT_EQ(text_in(file), before);
  add(one, "after");
  EXPECT_EQ(report().problems.size(), 1U) << "no signed head yet, and nothing else";
  EXPECT_TRUE(has("after"));
}

TEST_F(AuditFiles, TheDeskWritesInOrderAndSignsBeforeItEnds) {
  Loop loop;
  {
    AuditDesk desk(loop.executor(), state);
    desk.note(happened("before it was open"));
    desk.open(identity);
    for (int i = 0; i < 200; ++i) desk.note(happened("event" + std::to_string(i)));
    ASSERT_TRUE(loop.run_until([&] { return desk.is_settled(); }));
    desk.note(happened("last"));
  }
  const auto found = report();
  EXPECT_EQ(found.lines, 203U);
  EXPECT_EQ(found.signed_up_to, 203U);
  EXPECT_TRUE(found.problems.empty()) << found.problems.front().what;
  EXPECT_NE(lines[1].find("before it was open"), std::string::npos);
  EXPECT_NE(lines[201].find("event199"), std::string::npos);
}

TEST_F(AuditFiles, TheDeskTellsOnceThatNothingCanBeWrittenAndKeepsIt) {
  std::filesystem::create_directory(file);  // No disk takes lines for that.
  Loop loop;
  std::vector<std::string> told;
  AuditDesk desk(loop.executor(), state);
  desk.set_on_trouble([&](const std::string& what) { told.push_back(what); });
  desk.note(happened("kept"));
  desk.open(identity);
  ASSERT_TRUE(loop.run_until([&] { return !told.empty(); }));
  desk.note(happened("kept, too"));
  std::filesystem::remove(file);
  ASSERT_TRUE(loop.run_until([&] { return desk.is_settled(); }));
  EXPECT_EQ(told.size(), 1U);
  report();
  EXPECT_TRUE(has("\"kept\""));
  EXPECT_TRUE(has("kept, too"));
}

TEST_F(AuditFiles, AStrangerWhoKnocksAllDayDoesNotFillTheLog) {
  Loop loop;
  {
    AuditDesk desk(loop.executor(), state);
    desk.open(identity);
    for (int i = 0; i < 10'000; ++i) desk.note_refusal(happened("refused"));
    desk.note(happened("paired"));
  }
  EXPECT_LT(report().lines, 100U);
  EXPECT_TRUE(has("paired"));
}

}  // namespace
}  // namespace nearside::far_end
