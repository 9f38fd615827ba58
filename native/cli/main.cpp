// The executable `nearside`.
#include "cli/commands.hpp"

#include <malloc.h>

#include <csignal>
#include <iostream>

namespace {

/// glibc gives memory above these back to the kernel after every large message and asks for it
/// again at the next one. Keeping this much made a message of 400 KB ten times cheaper.
constexpr int kKeptHeapBytes = 2 * 1024 * 1024;

}  // namespace

int main(int count, char** words) {
  mallopt(M_MMAP_THRESHOLD, kKeptHeapBytes);
  mallopt(M_TRIM_THRESHOLD, kKeptHeapBytes);
  // A reader that went away is an error where it is written to, not the end of the process. Those
  // that we start get the default back (io/process).
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  return nearside::cli::run({words + 1, words + count});
}
