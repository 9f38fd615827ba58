// The executable `nearside`.
#include "cli/commands.hpp"

#include <csignal>
#include <iostream>

int main(int count, char** words) {
  // A reader that went away is an error where it is written to, not the end of the process. Those
  // that we start get the default back (io/process).
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  return nearside::cli::run({words + 1, words + count});
}
