#include "io/files.hpp"

#include "loop.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <optional>

namespace nearside::io {
namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST(Files, AFileIsPrivateAndComesBackAsItWas) {
  const TemporaryFolder folder;
  const std::string bytes("one\0two\n", 8);
  ASSERT_TRUE(write_private_file(folder / "file", bytes));
  EXPECT_EQ(mode_of(folder / "file"), 0600u);
  EXPECT_EQ(read_private_file(folder / "file", 100).value(), bytes);
}

TEST(Files, AFileIsReplacedAsAWholeAndLeavesNothingBehind) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_private_file(folder / "file", "a long first version"));
  ASSERT_TRUE(write_private_file(folder / "file", "short"));
  EXPECT_EQ(read_file(folder / "file", 100).value(), "short");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Files, WhatOthersCanReadIsRefusedWithTheCommandThatMendsIt) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_private_file(folder / "key", "secret"));
  ::chmod((folder / "key").c_str(), 0640);
  const auto read = read_private_file(folder / "key", 100);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::kPermissionsWrong);
  EXPECT_NE(read.error().message.find("chmod 600 " + (folder / "key").string()), std::string::npos);
  EXPECT_EQ(read.error().message.find("secret"), std::string::npos);
}

TEST(Files, WhatIsLargerThanTheLimitIsRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_private_file(folder / "file", "12345"));
  EXPECT_TRUE(read_file(folder / "file", 5));
  EXPECT_EQ(read_file(folder / "file", 4).error().code, Errc::kFileFailed);
}

TEST(Files, APipeInTheFilesPlaceIsRefusedAndDoesNotHang) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_private_file(folder / "pipe", 10).error().code, Errc::kFileFailed);
  EXPECT_EQ(read_file(folder / "pipe", 10).error().code, Errc::kFileFailed);
}

TEST(Files, AMissingFileIsNamed) {
  const TemporaryFolder folder;
  const auto read = read_file(folder / "nothing", 10);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find((folder / "nothing").string()), std::string::npos);
}

TEST(Files, AFolderIsMadePrivateWithItsParents) {
  const TemporaryFolder folder;
  ASSERT_TRUE(ensure_private_folder(folder / "a/b/c"));
  EXPECT_EQ(mode_of(folder / "a"), 0700u);
  EXPECT_EQ(mode_of(folder / "a/b/c"), 0700u);
  EXPECT_TRUE(ensure_private_folder(folder / "a/b/c"));
}

TEST(Files, AFolderThatOthersCanEnterIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  ASSERT_TRUE(ensure_private_folder(folder / "open"));
  ::chmod((folder / "open").c_str(), 0755);
  const auto ensured = ensure_private_folder(folder / "open");
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().code, Errc::kPermissionsWrong);
  EXPECT_NE(ensured.error().message.find("chmod 700"), std::string::npos);
  EXPECT_EQ(mode_of(folder / "open"), 0755u);
}

TEST(Files, AFileInTheFoldersPlaceIsNamed) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_private_file(folder / "file", "x"));
  EXPECT_EQ(ensure_private_folder(folder / "file").error().code, Errc::kFileFailed);
  EXPECT_EQ(ensure_private_folder(folder / "file/below").error().code, Errc::kFileFailed);
}

TEST(FolderLock, TheSecondTakerWaitsForTheFirst) {
  const TemporaryFolder folder;
  std::optional<FolderLock> first(FolderLock::take(folder.path()).value());
  std::atomic<bool> released{false};
  auto second = std::async(std::launch::async, [&] {
    const auto lock = FolderLock::take(folder.path());
    return lock.has_value() && released.load();
  });
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  released = true;
  first.reset();
  EXPECT_TRUE(second.get());
}

}  // namespace
}  // namespace nearside::io
