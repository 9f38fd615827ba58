// Sockets of which a user has many: their names, who is listed, and what a killed process leaves.
#include "io/sockets.hpp"
#include "loop.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace nearside::io {
namespace {

class NearSockets : public testing::Test {
 protected:
  std::filesystem::path path(pid_t process, unsigned number = 1) const {
    return near_socket_path(folder / "state", process, number).value();
  }
  Result<LocalListener> listen(const std::filesystem::path& at) {
    return LocalListener::bind(context.get_executor(), at, LocalListener::Lock::kGoes);
  }

  TemporaryFolder folder;
  asio::io_context context;
};

TEST_F(NearSockets, AreNamedByStateFolderProcessAndNumber) {
  const auto agent = agent_socket_path(folder / "state")->filename().string();
  const auto digits = agent.substr(6, 8);
  EXPECT_EQ(path(47).filename(), "near-" + digits + "-47.sock");
  EXPECT_EQ(path(47, 2).filename(), "near-" + digits + "-47.2.sock");
}

TEST_F(NearSockets, AreListedForTheirStateFolderAlone) {
  const auto one = listen(path(47));
  const auto two = listen(path(47, 2));
  const auto other = listen(near_socket_path(folder / "another", 47, 1).value());
  ASSERT_TRUE(one && two && other);
  EXPECT_EQ(near_socket_paths(folder / "state").value(),
            (std::vector<std::filesystem::path>{path(47, 2), path(47)}));
}

TEST_F(NearSockets, GoWithTheirLock) {
  {
    const auto listener = listen(path(47));
    ASSERT_TRUE(listener);
    EXPECT_TRUE(std::filesystem::exists(path(47).string() + ".lock"));
    EXPECT_FALSE(listen(path(47))) << "two would have one socket";
  }
  EXPECT_FALSE(std::filesystem::exists(path(47)));
  EXPECT_FALSE(std::filesystem::exists(path(47).string() + ".lock"));
  EXPECT_TRUE(listen(path(47)));
}

TEST_F(NearSockets, OfTheLivingAreNotRemovedAndOfTheDeadAre) {
  {
    const auto listener = listen(path(47));
    ASSERT_TRUE(listener);
    remove_dead_socket(path(47));
    EXPECT_TRUE(std::filesystem::exists(path(47)));
    std::filesystem::create_hard_link(path(47), folder / "left");
  }
  std::filesystem::rename(folder / "left", path(47));
  remove_dead_socket(path(47));
  EXPECT_FALSE(std::filesystem::exists(path(47)));
  EXPECT_FALSE(std::filesystem::exists(path(47).string() + ".lock"));
}

TEST_F(NearSockets, AreNotRemovedWhereAFileOfSomebodysStands) {
  std::ofstream(path(47)) << "mine";
  remove_dead_socket(path(47));
  EXPECT_TRUE(std::filesystem::exists(path(47)));
  std::filesystem::remove(path(47));
}

}  // namespace
}  // namespace nearside::io
