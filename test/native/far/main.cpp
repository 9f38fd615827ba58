// The test program is its own keeper: agents in these tests start it with the argument `keeper`.
#include "far/keeper.hpp"

#include <gtest/gtest.h>

#include <string_view>

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "keeper") return nearside::far_end::run_keeper();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
