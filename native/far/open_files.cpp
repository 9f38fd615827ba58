#include "far/open_files.hpp"

#include "far/limits.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace nearside::far_end {

std::uint64_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = std::max(before, std::min<rlim_t>(limit.rlim_max, kWantedOpenFiles));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return before;
}

}  // namespace nearside::far_end
