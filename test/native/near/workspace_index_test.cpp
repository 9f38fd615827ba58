// A real folder on a real disk, with and without git.
#include "near/workspace_index.hpp"

#include "near/workspace_listing.hpp"
#include "world.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace nearside::near_end {
namespace {

using Paths = std::vector<std::string>;

class WorkspaceIndexTest : public testing::Test {
 protected:
  std::string at(const std::string& path) const { return (folder.path() / path).string(); }
  std::string write(const std::string& path) const {
    std::filesystem::create_directories(std::filesystem::path(at(path)).parent_path());
    std::ofstream(at(path)) << path;
    return at(path);
  }
  void git(const std::string& words) const { git_in(folder.path().string(), words); }
  static void git_in(const std::string& where, const std::string& words) {
    const auto line = "git -c user.name=t -c user.email=t@t -c init.defaultBranch=main -C '" +
                      where + "' " + words + " >/dev/null 2>&1";
    ASSERT_EQ(std::system(line.c_str()), 0) << line;
  }
  WorkspaceIndex::Options options(std::chrono::milliseconds age = kIndexAge) const {
    return {folder.path().string(), false, io::current_environment(), age};
  }
  /// Of one look, sorted.
  Paths all_files(io::Environment environment = io::current_environment()) const {
    const auto listing = list_workspace(folder.path().string(), environment, {});
    Paths paths;
    for (const auto& file : listing.files)
      paths.push_back(listing.folders[file.folder].path.substr(folder.path().string().size()) +
                      "/" + file.name);
    std::ranges::sort(paths);
    return paths;
  }
  static bool until(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + io::kTestLimit;
    while (!condition() && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    return condition();
  }

  io::TemporaryFolder folder;
};

TEST_F(WorkspaceIndexTest, FindsFilesByTheirNameInAnyFolder) {
  const auto one = write("a/main.go"), other = write("b/c/main.go");
  write("b/other.go");
  WorkspaceIndex index(options());
  ASSERT_TRUE(until([&] { return index.is_ready(); }));
  auto found = index.named("main.go");
  std::ranges::sort(found);
  EXPECT_EQ(found, (Paths{one, other}));
  EXPECT_EQ(index.named("Main.go"), Paths());
  EXPECT_EQ(index.named("missing.go"), Paths());
  EXPECT_EQ(index.cut(), "");
}

TEST_F(WorkspaceIndexTest, ComparesNamesAsAMachineThatFoldsCase) {
  const auto there = write("Main.GO");
  auto folding = options();
  folding.folds_case = true;
  WorkspaceIndex index(folding);
  ASSERT_TRUE(until([&] { return index.is_ready(); }));
  EXPECT_EQ(index.named("main.go"), Paths{there});
}

TEST_F(WorkspaceIndexTest, LeavesOutWhatGitIgnoresAndTakesWhatIsNotAddedYet) {
  git("init");
  write("tracked.go"), write("deep/in/new.go"), write("out/generated.go"), write("a.log");
  std::ofstream(at(".gitignore")) << "out/\n*.log\n";
  git("add tracked.go");
  EXPECT_EQ(all_files(), (Paths{"/.gitignore", "/deep/in/new.go", "/tracked.go"}));
}

TEST_F(WorkspaceIndexTest, TakesRepositoriesInsideWithWhatTheyIgnoreThemselves) {
  git("init");
  write("top.go"), write("inner/in.go"), write("inner/x.tmp");
  std::ofstream(at("inner/.gitignore")) << "*.tmp\n";
  git_in(at("inner"), "init");
  io::TemporaryFolder elsewhere;
  std::ofstream(elsewhere / "sub.go") << "";
  git_in(elsewhere.path().string(), "init");
  git_in(elsewhere.path().string(), "add .");
  git_in(elsewhere.path().string(), "commit -m x");
  git("-c protocol.file.allow=always submodule add '" + elsewhere.path().string() + "' module");
  EXPECT_EQ(all_files(), (Paths{"/.gitmodules", "/inner/.gitignore", "/inner/in.go",
                                "/module/sub.go", "/top.go"}));
}

TEST_F(WorkspaceIndexTest, WalksAFolderThatGitIgnoresAsAWhole) {
  git("init");
  std::ofstream(at(".gitignore")) << "scratch/\n";
  write("scratch/a.go");
  const auto listing = list_workspace(at("scratch"), io::current_environment(), {});
  ASSERT_EQ(listing.files.size(), 1u);
  EXPECT_EQ(listing.files[0].name, "a.go");
}

TEST_F(WorkspaceIndexTest, DoesWithoutGit) {
  git("init");
  write("a.go"), write("node_modules/x/index.js"), write("b/c.go");
  EXPECT_EQ(all_files({{"PATH", "/nonexistent"}}), (Paths{"/a.go", "/b/c.go"}));
}

TEST_F(WorkspaceIndexTest, RunsNothingThatARepositoryConfigures) {
  git("init");
  write("a.go");
  git("config core.fsmonitor 'touch " + at("ran") + "; false'");
  all_files();
  EXPECT_FALSE(std::filesystem::exists(at("ran")));
}

TEST_F(WorkspaceIndexTest, FollowsNoLinksToFoldersAndPassesOverWhatCannotBeRead) {
  write("a/x.go");
  std::filesystem::create_directory_symlink(folder.path(), at("a/loop"));
  std::filesystem::create_symlink(at("a/x.go"), at("link.go"));
  std::filesystem::create_symlink(at("gone"), at("dangling.go"));
  std::filesystem::create_directory(at("locked"));
  write("locked/y.go");
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  std::ofstream(at("not\xFFutf8.go")) << "";
  std::filesystem::permissions(at("locked"), std::filesystem::perms::none);
  auto expected = Paths{"/a/x.go", "/link.go"};
  if (::geteuid() == 0) expected.push_back("/locked/y.go");
  EXPECT_EQ(all_files(), expected);
  std::filesystem::permissions(at("locked"), std::filesystem::perms::owner_all);
}

TEST_F(WorkspaceIndexTest, GlancesAtAHomeFolderAndSaysSo) {
  write("proj/a.go"), write(".hidden/b.go");
  auto environment = io::current_environment();
  environment["HOME"] = folder.path().string();
  const auto listing = list_workspace(folder.path().string(), environment, {});
  ASSERT_EQ(listing.files.size(), 1u);
  EXPECT_NE(listing.cut.find(folder.path().string()), std::string::npos) << listing.cut;
  EXPECT_NE(listing.cut.find("name the folder of the project"), std::string::npos) << listing.cut;
}

TEST_F(WorkspaceIndexTest, OfTheWholeDiskEndsSoonAndSaysSo) {
  const auto listing = list_workspace("/", io::current_environment(), {});
  EXPECT_LE(listing.files.size(), kMaxWideIndexFiles);
  EXPECT_NE(listing.cut, "");
  for (const auto& one : listing.folders) EXPECT_FALSE(one.path.starts_with("/proc/")) << one.path;
}

TEST_F(WorkspaceIndexTest, ForgetsFilesThatVanishAtOnce) {
  const auto there = write("a.go");
  WorkspaceIndex index(options());
  ASSERT_TRUE(until([&] { return index.is_ready(); }));
  ASSERT_EQ(index.named("a.go"), Paths{there});
  std::filesystem::remove(there);
  EXPECT_EQ(index.named("a.go"), Paths());
}

TEST_F(WorkspaceIndexTest, FindsFilesThatAreNewWhenItIsAskedAgain) {
  git("init");
  write("a.go");
  World world;
  WorkspaceIndex index(options(std::chrono::milliseconds(0)));
  int changes = 0;
  const auto observer = index.observe(world.executor(), [&changes] { ++changes; });
  ASSERT_TRUE(world.until([&] { return index.is_ready(); }));
  const auto added = write("new/folder/b.go");
  // The first question finds nothing yet, and has the workspace looked at again.
  ASSERT_TRUE(until([&] { return index.named("b.go") == Paths{added}; }));
  EXPECT_TRUE(world.until([&] { return changes >= 1; }));
}

TEST_F(WorkspaceIndexTest, IsNotBuiltAgainWhileNothingChanges) {
  write("a/b/c.go");
  const auto listing = list_workspace(folder.path().string(), io::current_environment(), {});
  EXPECT_FALSE(is_outdated(listing, {}));
  write("a/d.go");
  EXPECT_TRUE(is_outdated(listing, {}));
}

TEST_F(WorkspaceIndexTest, EndsInTheMiddleOfALook) {
  auto whole_disk = options();
  whole_disk.folder = "/usr";
  for (int i = 0; i < 20; ++i) WorkspaceIndex index(whole_disk);
}

TEST_F(WorkspaceIndexTest, OfAFolderThatIsNotThereIsEmpty) {
  auto nowhere = options();
  nowhere.folder = at("nowhere");
  WorkspaceIndex index(nowhere);
  ASSERT_TRUE(until([&] { return index.is_ready(); }));
  EXPECT_EQ(index.named("a.go"), Paths());
}

}  // namespace
}  // namespace nearside::near_end
