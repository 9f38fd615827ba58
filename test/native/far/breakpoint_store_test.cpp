#include "far/breakpoint_store.hpp"

#include "far/store_limits.hpp"
#include "io/unix_time.hpp"
#include "loop.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace nearside::far_end {
namespace {

using nlohmann::json;
using session::StoredChanges;
using session::StoredList;

StoredList source(const std::string& path, int line) {
  return {"source", path, {{"breakpoints", {{{"line", line}}}}}};
}
StoredList none(const std::string& path) {
  return {"source", path, nullptr};
}

class BreakpointStoreTest : public testing::Test {
 protected:
  BreakpointStore store() {
    BreakpointStore store(scratch_.path());
    store.set_on_trouble([this](const std::string& trouble) { troubles_.push_back(trouble); });
    return store;
  }
  static std::string print(BreakpointStore& store, const BreakpointStore::Key& key = kKey) {
    std::string text;
    for (const auto& list : store.load(key).lists)
      text += list.kind + " " + list.place + " " + list.content.dump() + "\n";
    return text;
  }
  static json listed(BreakpointStore& store, std::optional<std::int64_t> since = std::nullopt,
                     const std::optional<std::string>& workspace = std::nullopt) {
    auto answer = store.list(workspace, since);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? answer->body : json::object();
  }
  std::filesystem::path file() const { return scratch_.path() / "breakpoints.db"; }
  std::vector<std::filesystem::path> set_aside() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.path()))
      if (entry.path().filename().string().starts_with("breakpoints.db.corrupt-"))
        found.push_back(entry.path());
    return found;
  }

  static inline const BreakpointStore::Key kKey{"/w", "dlv", "one"};
  Scratch scratch_;
  std::vector<std::string> troubles_;
};

TEST_F(BreakpointStoreTest, KeepsByWorkspaceAdapterAndConfigurationOverARestart) {
  {
    auto first = store();
    first.save(kKey, {{source("/a", 1), source("/b", 2)}}, 100);
    first.save({"/w", "dlv", "two"}, {{source("/a", 9)}}, 100);
    first.save(kKey, {{source("/a", 5)}}, 200);
  }
  auto second = store();
  EXPECT_EQ(
      print(second),
      "source /a {\"breakpoints\":[{\"line\":5}]}\nsource /b {\"breakpoints\":[{\"line\":2}]}\n");
  EXPECT_EQ(second.load(kKey).changed, 200);
  EXPECT_EQ(print(second, {"/other", "dlv", "one"}), "");
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(BreakpointStoreTest, WhatReplacesAllForgetsWhatItDoesNotName) {
  auto one = store();
  one.save(kKey, {{source("/a", 1), source("/b", 2), {"watch", "", {{"expressions", {"x"}}}}}},
           100);
  one.save(kKey, {{source("/b", 2)}, true}, 200);
  EXPECT_EQ(print(one),
            "source /b {\"breakpoints\":[{\"line\":2}]}\nwatch  {\"expressions\":[\"x\"]}\n");
}

TEST_F(BreakpointStoreTest, TellsWhatChangedSinceARevision) {
  auto one = store();
  one.save(kKey, {{source("/a", 1), source("/b", 2)}}, 100);
  const auto before = listed(one);
  EXPECT_TRUE(before["whole"]);
  EXPECT_EQ(before["entries"].size(), 2U);
  const auto revision = before["revision"].get<std::int64_t>();
  EXPECT_TRUE(listed(one, revision)["entries"].empty());

  one.save(kKey, {{source("/a", 1)}}, 200);
  EXPECT_TRUE(listed(one, revision)["entries"].empty()) << "the same again is no change";
  one.save(kKey, {{none("/b"), source("/c", 3), none("/never")}}, 200);
  const auto since = listed(one, revision);
  EXPECT_FALSE(since["whole"]);
  ASSERT_EQ(since["entries"].size(), 2U);
  EXPECT_EQ(since["entries"][0]["place"], "/b");
  EXPECT_TRUE(since["entries"][0]["content"].is_null());
  EXPECT_EQ(since["entries"][1]["place"], "/c");
  EXPECT_GT(since["revision"].get<std::int64_t>(), revision);
  EXPECT_EQ(listed(one)["entries"].size(), 2U) << "all there is has no removed ones in it";
  EXPECT_TRUE(listed(one, 7)["whole"]) << "older than the file";
  EXPECT_TRUE(listed(one, revision + 1'000)["whole"]) << "of another file";
  EXPECT_TRUE(listed(one, std::nullopt, "/elsewhere")["entries"].empty());
}

TEST_F(BreakpointStoreTest, ALongListComesInParts) {
  auto one = store();
  const std::string text(200 * 1024, 'x');
  for (int i = 0; i < 8; ++i) {
    StoredList list{"source", "/" + std::to_string(i), {{"breakpoints", {{{"condition", text}}}}}};
    one.save(kKey, {{list}}, 100);
  }
  std::size_t count = 0, parts = 0;
  std::optional<std::int64_t> since;
  for (bool more = true; more; ++parts) {
    const auto part = listed(one, since);
    count += part["entries"].size();
    since = part["revision"].get<std::int64_t>();
    more = part["more"];
  }
  EXPECT_EQ(count, 8U);
  EXPECT_EQ(parts, 2U);
}

TEST_F(BreakpointStoreTest, ForgetsAWorkspaceOrAll) {
  auto one = store();
  one.save(kKey, {{source("/secret-a", 1)}}, 100);
  one.save({"/v", "dlv", "one"}, {{source("/secret-b", 1)}}, 100);
  const auto revision = listed(one)["revision"].get<std::int64_t>();
  EXPECT_EQ(one.forget("/w", 200)->body["forgotten"], 1);
  EXPECT_EQ(print(one), "");
  EXPECT_EQ(listed(one, revision)["entries"].size(), 1U);
  EXPECT_EQ(one.forget(std::nullopt, 200)->body["forgotten"], 1);
  EXPECT_TRUE(listed(one)["entries"].empty());
}

TEST_F(BreakpointStoreTest, ADamagedFileIsSetAsideAndSaidSo) {
  for (const std::string& rubbish : {std::string("this is no database, but long enough to be read"),
                                     std::string(64 * 1024, '\x7f')}) {
    troubles_.clear();
    for (const auto& old : set_aside()) std::filesystem::remove(old);
    std::filesystem::remove(file());
    std::ofstream(file()) << rubbish;
    auto one = store();
    EXPECT_EQ(print(one), "");
    one.save(kKey, {{source("/a", 1)}}, 100);
    EXPECT_NE(print(one), "");
    ASSERT_EQ(set_aside().size(), 1U);
    ASSERT_EQ(troubles_.size(), 1U);
    EXPECT_NE(troubles_[0].find(set_aside()[0].string()), std::string::npos) << troubles_[0];
  }
}

TEST_F(BreakpointStoreTest, OfDamagedFilesTheNewestAreKept) {
  for (const char* name : {"100", "200-wal", "200", "300", "400", "500", "older"})
    std::ofstream(file().string() + ".corrupt-" + name) << "once";
  std::ofstream(file()) << "no database at all";
  auto damaged = store();
  damaged.save(kKey, {{source("/a", 1)}}, 100);
  std::vector<std::string> left;
  for (const auto& path : set_aside()) left.push_back(path.extension().string());
  std::sort(left.begin(), left.end());
  ASSERT_EQ(left.size(), 4U);
  EXPECT_TRUE(left[0].starts_with(".corrupt-1"));
  EXPECT_EQ(left[1], ".corrupt-400");
  EXPECT_EQ(left[2], ".corrupt-500");
  EXPECT_EQ(left[3], ".corrupt-older") << "not one of ours";
}

TEST_F(BreakpointStoreTest, ADamagedPageIsNoticed) {
  {
    auto one = store();
    for (int i = 0; i < 200; ++i) one.save(kKey, {{source("/" + std::to_string(i), i)}}, 100);
  }
  std::filesystem::remove(file().string() + "-wal");
  {
    std::fstream damaged(file(), std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(2 * kStorePageBytes);
    damaged << std::string(2 * kStorePageBytes, '\x55');
  }
  auto one = store();
  EXPECT_EQ(print(one), "");
  one.save(kKey, {{source("/a", 1)}}, 100);
  EXPECT_EQ(print(one), "source /a {\"breakpoints\":[{\"line\":1}]}\n");
  EXPECT_EQ(set_aside().size(), 1U);
}

TEST_F(BreakpointStoreTest, AFolderThatCannotBeWrittenCostsTheKeepingAndIsSaidOnce) {
  // Root may write everywhere, so a folder that is not there stands for one that may not be
  // written.
  BreakpointStore one(scratch_.path() / "gone");
  one.set_on_trouble([this](const std::string& trouble) { troubles_.push_back(trouble); });
  one.save(kKey, {{source("/a", 1)}}, 100);
  one.save(kKey, {{source("/a", 2)}}, 100);
  EXPECT_EQ(print(one), "");
  EXPECT_FALSE(one.list(std::nullopt, std::nullopt));
  EXPECT_EQ(troubles_.size(), 1U);
}

TEST_F(BreakpointStoreTest, AFileOfANewerNearsideIsLeftAlone) {
  {
    auto database = Database::open(file());
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->run("PRAGMA user_version=7"));
  }
  auto one = store();
  one.save(kKey, {{source("/a", 1)}}, 100);
  EXPECT_TRUE(set_aside().empty());
  ASSERT_EQ(troubles_.size(), 1U);
}

TEST_F(BreakpointStoreTest, WhatIsOldGoes) {
  using std::chrono::seconds;
  const auto now = io::unix_seconds();
  auto one = store();
  one.save(kKey, {{source("/old", 1), source("/removed", 1)}}, now - seconds(kStoredLife).count());
  one.save(kKey, {{none("/removed")}}, now - seconds(kRemovedLife).count());
  const auto revision = listed(one)["revision"].get<std::int64_t>();
  auto two = store();
  two.save(kKey, {{source("/new", 1)}}, now + 10);
  EXPECT_EQ(print(two), "source /new {\"breakpoints\":[{\"line\":1}]}\n");
  EXPECT_TRUE(listed(two, revision - 1)["whole"]) << "what went is not told of any more";
  EXPECT_FALSE(listed(two, revision)["whole"]);
}

TEST_F(BreakpointStoreTest, AFullFileLosesItsOldest) {
  auto one = store();
  const std::string text(250 * 1024, 'x');
  for (int i = 0; i < 90; ++i) {
    StoredList list{"source", "/" + std::to_string(i), {{"breakpoints", {{{"condition", text}}}}}};
    one.save(kKey, {{list}}, 1'000 + i);
  }
  const auto loaded = one.load(kKey);
  EXPECT_GT(loaded.lists.size(), 20U);
  EXPECT_EQ(loaded.changed, 1'089);
  EXPECT_LE(std::filesystem::file_size(file()), static_cast<std::uintmax_t>(kMaxStoreBytes));
  EXPECT_TRUE(troubles_.empty()) << troubles_[0];
}

TEST_F(BreakpointStoreTest, AWriterThatIsKilledLeavesWholeChanges) {
  for (int round = 0; round < 20; ++round) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      BreakpointStore own(scratch_.path());
      for (int i = 1;; ++i)  // Both lists in one change: they are always of the same number.
        own.save(kKey, {{source("/a", i), source("/b", i)}}, 100);
    }
    ASSERT_GT(writer, 0);
    ::usleep(static_cast<useconds_t>(5'000 + round * 1'700));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    auto one = store();
    const auto lists = one.load(kKey).lists;
    if (!lists.empty()) {
      ASSERT_EQ(lists.size(), 2U);
      EXPECT_EQ(lists[0].content, lists[1].content);
    }
    EXPECT_TRUE(set_aside().empty());
    EXPECT_TRUE(troubles_.empty()) << troubles_[0];
  }
}

TEST_F(BreakpointStoreTest, AChangeIsShort) {
  auto one = store();
  one.save(kKey, {{source("/a", 0)}}, 100);
  const auto begin = std::chrono::steady_clock::now();
  constexpr int kChanges = 2'000;
  for (int i = 1; i <= kChanges; ++i) one.save(kKey, {{source("/a", i)}}, 100);
  const auto spent = std::chrono::steady_clock::now() - begin;
  const auto each = std::chrono::duration_cast<std::chrono::microseconds>(spent) / kChanges;
  RecordProperty("microseconds", std::to_string(each.count()));
  std::cout << "a change takes " << each.count() << " us\n";
  EXPECT_EQ(one.load(kKey).lists.size(), 1U);
}

}  // namespace
}  // namespace nearside::far_end
