#include "far/kept_habits.hpp"

#include "far/limits.hpp"
#include "io/files.hpp"
#include "loop.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace nearside::far_end {
namespace {

class KeptHabitsTest : public testing::Test {
 protected:
  static inspect::Habits habits_of(const std::string& variable) {
    inspect::Habits habits;
    habits.expect({.command = "variables", .origin = {variable}, .arguments = "{}"});
    return habits;
  }
  std::string loaded(const KeptHabits::Key& key) const {
    inspect::Habits habits;
    habits.load(kept_.load(key));
    return habits.print();
  }

  Scratch scratch_;
  KeptHabits kept_{scratch_.path()};
};

TEST_F(KeptHabitsTest, AreKeptByWorkspaceAdapterAndConfiguration) {
  ASSERT_TRUE(kept_.save({"/a", "dlv", "one"}, habits_of("x"), 1));
  ASSERT_TRUE(kept_.save({"/a", "dlv", "two"}, habits_of("y"), 2));
  ASSERT_TRUE(kept_.save({"/a", "dlv", "one"}, habits_of("z"), 3));
  EXPECT_EQ(loaded({"/a", "dlv", "one"}), "variables of z\n");
  EXPECT_EQ(loaded({"/a", "dlv", "two"}), "variables of y\n");
  EXPECT_EQ(loaded({"/b", "dlv", "one"}), "");
}

TEST_F(KeptHabitsTest, TheOldestGoWhenThereAreTooMany) {
  for (std::size_t i = 0; i <= kMaxKeptHabits; ++i) {
    ASSERT_TRUE(
        kept_.save({"/a", "dlv", std::to_string(i)}, habits_of("x"), static_cast<std::int64_t>(i)));
  }
  EXPECT_EQ(loaded({"/a", "dlv", "0"}), "");
  EXPECT_NE(loaded({"/a", "dlv", "1"}), "");
}

TEST_F(KeptHabitsTest, ADamagedFileIsBegunAnew) {
  for (const auto* const text : {"", "{", "[]", R"({"sessions":7})", R"({"sessions":[7]})"}) {
    ASSERT_TRUE(io::write_private_file(scratch_.path() / "habits.json", text));
    EXPECT_EQ(loaded({"/a", "dlv", "one"}), "");
    ASSERT_TRUE(kept_.save({"/a", "dlv", "one"}, habits_of("x"), 1));
    EXPECT_NE(loaded({"/a", "dlv", "one"}), "");
  }
}

}  // namespace
}  // namespace nearside::far_end
