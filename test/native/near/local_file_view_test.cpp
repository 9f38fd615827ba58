// What the mapper is told of the disk.
#include "near/local_file_view.hpp"

#include "io/file_digest.hpp"
#include "world.hpp"

#include <sys/stat.h>

#include <fstream>

namespace nearside::near_end {
namespace {

using Presence = paths::LocalFiles::Presence;

TEST(LocalFileViewTest, TellsWhatIsThereAndWhatCannotBeLookedAt) {
  const io::TemporaryFolder folder;
  std::ofstream(folder / "a.go") << "a";
  LocalFileView files(nullptr);
  EXPECT_EQ(files.presence(folder / "a.go"), Presence::kThere);
  EXPECT_EQ(files.presence(folder / "b.go"), Presence::kMissing);
  EXPECT_EQ(files.presence((folder / "a.go").string() + "/below.go"), Presence::kMissing);
  EXPECT_EQ(files.presence("/" + std::string(5000, 'x')), Presence::kMissing);
  EXPECT_EQ(files.presence(std::string("/tmp\0/x", 7)), Presence::kMissing);
  EXPECT_EQ(files.presence(""), Presence::kMissing);
  // An import path of -trimpath is no file of any machine.
  EXPECT_EQ(files.presence("example.com/mod/a.go"), Presence::kMissing);
  for (const char* foreign : {"C:\\src\\a.go", "c:/src/a.go", "\\\\wsl$\\Ubuntu\\a.go",
                              "file:///tmp/a.go", "vscode-remote://wsl+Ubuntu/a.go"})
    EXPECT_EQ(files.presence(foreign), Presence::kUnknown) << foreign;
}

TEST(LocalFileViewTest, BelievesTheDiskForAMoment) {
  const io::TemporaryFolder folder;
  LocalFileView files(nullptr);
  EXPECT_EQ(files.presence(folder / "a.go"), Presence::kMissing);
  std::ofstream(folder / "a.go") << "a";
  EXPECT_EQ(files.presence(folder / "a.go"), Presence::kMissing);
  EXPECT_EQ(LocalFileView(nullptr).presence(folder / "a.go"), Presence::kThere);
}

TEST(LocalFileViewTest, GivesAnotherDigestAfterAnEdit) {
  const io::TemporaryFolder folder;
  LocalFileView files(nullptr);
  EXPECT_EQ(files.digest(folder / "a.go"), "");
  std::ofstream(folder / "a.go") << "a";
  const auto first = files.digest(folder / "a.go");
  EXPECT_EQ(first, io::file_digest(folder / "a.go", kMaxDigestFileBytes));
  EXPECT_EQ(files.digest(folder / "a.go"), first);
  std::ofstream(folder / "a.go") << "another length";
  EXPECT_NE(files.digest(folder / "a.go"), first);
  EXPECT_NE(files.digest(folder / "a.go"), "");
}

TEST(LocalFileViewTest, ReadsNothingButRegularFilesOfThisMachine) {
  const io::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  LocalFileView files(nullptr);
  EXPECT_EQ(files.digest(folder / "fifo"), "");
  EXPECT_EQ(files.digest(folder.path()), "");
  EXPECT_EQ(files.digest("C:\\a.go"), "");
}

TEST(LocalFileViewTest, KnowsNoNamesWithoutAWorkspace) {
  LocalFileView files(nullptr);
  EXPECT_TRUE(files.named("a.go").empty());
  EXPECT_FALSE(files.was_asked_for_names());
}

}  // namespace
}  // namespace nearside::near_end
