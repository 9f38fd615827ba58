// The store behind a disk that is slow: a second connection that holds the file.
#include "far/breakpoint_desk.hpp"

#include "far/store_limits.hpp"
#include "io/clock.hpp"
#include "loop.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

namespace nearside::far_end {
namespace {

using io::Clock;

session::StoredChanges line(int number, const std::string& file = "/a") {
  return {{{"source", file, {{"breakpoints", {{{"line", number}}}}}}}};
}

/// Somebody else who has the file.
class Holder {
 public:
  explicit Holder(const std::filesystem::path& file) {
    EXPECT_EQ(::sqlite3_open(file.c_str(), &handle_), SQLITE_OK);
    ::sqlite3_busy_timeout(handle_, 5'000);
  }
  ~Holder() { ::sqlite3_close(handle_); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  void run(const char* sql) {
    EXPECT_EQ(::sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << ::sqlite3_errmsg(handle_);
  }

 private:
  sqlite3* handle_ = nullptr;
};

class BreakpointDeskTest : public testing::Test {
 protected:
  BreakpointDeskTest() {
    desk_->set_on_trouble([this](const std::string& trouble) { troubles_.push_back(trouble); });
  }
  std::filesystem::path file() const { return scratch_.path() / "breakpoints.db"; }
  /// By a store of its own, once the desk has ended.
  std::string stored() {
    desk_.reset();
    BreakpointStore store(scratch_.path());
    std::string text;
    for (const auto& list : store.load(kKey).lists)
      text += list.place + " " + list.content["breakpoints"][0]["line"].dump() + "\n";
    return text;
  }

  static inline const BreakpointDesk::Key kKey{"/w", "dlv", "one"};
  Scratch scratch_;
  Loop loop_;
  std::vector<std::string> troubles_;
  std::unique_ptr<BreakpointDesk> desk_ =
      std::make_unique<BreakpointDesk>(loop_.executor(), scratch_.path());
};

TEST_F(BreakpointDeskTest, ReadsWhatWasHandedOverBefore) {
  desk_->save(kKey, line(1), 100);
  desk_->save(kKey, line(2), 100);
  const auto loaded = loop_.run(desk_->load(kKey));
  ASSERT_TRUE(loaded);
  ASSERT_EQ(loaded->lists.size(), 1U);
  EXPECT_EQ(loaded->lists[0].content["breakpoints"][0]["line"], 2);
  const auto listed = loop_.run(desk_->list(std::nullopt, std::nullopt));
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->body["entries"].size(), 1U);
  EXPECT_EQ(loop_.run(desk_->forget("/w", 200))->body["forgotten"], 1);
}

TEST_F(BreakpointDeskTest, WaitsForNoDiskAndWritesAllInOrderBeforeItEnds) {
  ASSERT_TRUE(loop_.run(desk_->load(kKey)));
  Holder other(file());
  other.run("BEGIN IMMEDIATE");
  const auto before = Clock::now();
  for (int number = 1; number <= 100; ++number) {
    desk_->save(kKey, line(number), 100);
    desk_->save(kKey, line(1'000 + number, "/b"), 100);
  }
  EXPECT_LT(Clock::now() - before, kStoreBusyLimit);
  other.run("COMMIT");
  EXPECT_EQ(stored(), "/a 100\n/b 1100\n");
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(BreakpointDeskTest, GivesUpADiskThatDoesNotAnswerWithinTheLimit) {
  desk_->save(kKey, line(7), 100);
  ASSERT_TRUE(loop_.run(desk_->load(kKey)));
  {
    Holder other(file());
    other.run("BEGIN IMMEDIATE");
    // Waits for the other, and so does what comes behind it.
    desk_->save(kKey, line(8), 100);
    const auto before = Clock::now();
    EXPECT_FALSE(loop_.run(desk_->load(kKey)));
    EXPECT_GE(Clock::now() - before, kStoreWaitLimit);
    const auto again = Clock::now();
    EXPECT_FALSE(loop_.run(desk_->load(kKey)));
    EXPECT_LT(Clock::now() - again, kStoreWaitLimit) << "one that hangs is enough to know";
    const auto listed = loop_.run(desk_->list(std::nullopt, std::nullopt));
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().code, Errc::kTimedOut);
    other.run("ROLLBACK");
  }
  EXPECT_NE(stored(), "");
}

TEST_F(BreakpointDeskTest, LosesTheOldestOfTooManyChangesThatWaitAndSaysSo) {
  ASSERT_TRUE(loop_.run(desk_->load(kKey)));
  Holder other(file());
  other.run("BEGIN IMMEDIATE");
  for (std::size_t number = 0; number < kMaxUnwritten + 10; ++number)
    desk_->save(kKey, line(static_cast<int>(number), "/" + std::to_string(number)), 100);
  other.run("COMMIT");
  const auto kept = stored();
  EXPECT_EQ(kept.find("/1 1\n"), std::string::npos);
  EXPECT_NE(kept.find("/1009 1009\n"), std::string::npos);
  ASSERT_EQ(troubles_.size(), 1U);
  EXPECT_NE(troubles_[0].find("the oldest of it is lost"), std::string::npos) << troubles_[0];
}

}  // namespace
}  // namespace nearside::far_end
