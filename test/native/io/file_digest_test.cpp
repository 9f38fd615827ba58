// What two ends must agree on: the digest of a file.
#include "io/file_digest.hpp"

#include "loop.hpp"

#include <sys/stat.h>

#include <fstream>

namespace nearside::io {
namespace {

constexpr std::size_t kLimit = 1024 * 1024;

TEST(FileDigestTest, IsSha256InHexadecimal) {
  const TemporaryFolder folder;
  std::ofstream(folder / "abc") << "abc";
  EXPECT_EQ(file_digest(folder / "abc", kLimit),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::ofstream(folder / "empty") << "";
  EXPECT_EQ(file_digest(folder / "empty", kLimit),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(FileDigestTest, FollowsLinksAndReadsUpToTheLimit) {
  const TemporaryFolder folder;
  std::ofstream(folder / "large") << std::string(100'000, 'x');
  std::filesystem::create_symlink(folder / "large", folder / "link");
  EXPECT_EQ(file_digest(folder / "link", 100'000), file_digest(folder / "large", kLimit));
  EXPECT_EQ(file_digest(folder / "large", 99'999), "");
}

TEST(FileDigestTest, IsEmptyForWhatIsNoFileAndNeverHangs) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(file_digest(folder / "fifo", kLimit), "");
  EXPECT_EQ(file_digest(folder.path(), kLimit), "");
  EXPECT_EQ(file_digest(folder / "missing", kLimit), "");
  EXPECT_EQ(file_digest("/dev/zero", kLimit), "");
}

}  // namespace
}  // namespace nearside::io
