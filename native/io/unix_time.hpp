// The wall clock, for what is shown to people and kept in files. Nothing here waits by it.
#pragma once

#include <chrono>
#include <cstdint>

namespace nearside::io {

inline std::int64_t unix_seconds() {
  using std::chrono::duration_cast;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return duration_cast<std::chrono::seconds>(now).count();
}

inline std::int64_t unix_milliseconds() {
  using std::chrono::duration_cast;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace nearside::io
