// What users ended while the link was down, through a file that others may have spoilt.
#include "near/pending_ends.hpp"

#include "near/limits.hpp"
#include "world.hpp"

#include <sys/stat.h>

#include <fstream>

namespace nearside::near_end {
namespace {

using Ends = std::vector<PendingEnd>;

class PendingEndsTest : public testing::Test {
 protected:
  std::filesystem::path state() const { return folder / "state"; }

  io::TemporaryFolder folder;
  const PendingEnd one{"tls://a:1", "0123456789abcdef", true};
  const PendingEnd other{"tls://b:1", "fedcba9876543210", std::nullopt};
};

TEST_F(PendingEndsTest, AreKeptForTheirTargetUntilTheyAreForgotten) {
  ASSERT_TRUE(note_pending_end(state(), one));
  ASSERT_TRUE(note_pending_end(state(), other));
  ASSERT_TRUE(note_pending_end(state(), one));
  EXPECT_EQ(pending_ends(state(), "tls://a:1"), Ends{one});
  EXPECT_EQ(pending_ends(state(), "tls://b:1"), Ends{other});
  ASSERT_TRUE(forget_pending_end(state(), one));
  EXPECT_EQ(pending_ends(state(), "tls://a:1"), Ends{});
  EXPECT_EQ(pending_ends(state(), "tls://b:1"), Ends{other});
}

TEST_F(PendingEndsTest, AreNoneInAFileThatIsNoneAndTheNextOneIsKept) {
  ASSERT_TRUE(note_pending_end(state(), one));
  for (const char* rubbish : {"", "{", "[1,{}]", "null", R"([{"target":1}])"}) {
    std::ofstream(state() / "pending-ends.json") << rubbish;
    EXPECT_EQ(pending_ends(state(), "tls://a:1"), Ends{}) << rubbish;
    ASSERT_TRUE(note_pending_end(state(), one)) << rubbish;
    EXPECT_EQ(pending_ends(state(), "tls://a:1"), Ends{one}) << rubbish;
  }
}

TEST_F(PendingEndsTest, AreSoManyAtMost) {
  for (std::size_t number = 0; number < kMaxPendingEnds + 5; ++number)
    ASSERT_TRUE(note_pending_end(state(), {"tls://a:1", std::to_string(number), {}}));
  const auto kept = pending_ends(state(), "tls://a:1");
  ASSERT_EQ(kept.size(), kMaxPendingEnds);
  EXPECT_EQ(kept.front().session, "5");
}

TEST_F(PendingEndsTest, AreForNobodyElseToRead) {
  ASSERT_TRUE(note_pending_end(state(), one));
  struct stat entry {};
  ASSERT_EQ(::stat((state() / "pending-ends.json").c_str(), &entry), 0);
  EXPECT_EQ(entry.st_mode & 0777, 0600u);
}

}  // namespace
}  // namespace nearside::near_end
