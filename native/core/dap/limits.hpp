// The limits of DAP messages, each with its reason.
#pragma once

#include <cstddef>

namespace nearside::dap {

/// No adapter or client is known to send more than two short fields; 8 KiB is what HTTP servers
/// allow.
inline constexpr std::size_t kMaxHeaderBytes = 8 * 1024;
inline constexpr std::size_t kMaxHeaderFields = 32;
/// A 50 MB `variables` or `readMemory` answer must pass; beyond it a stream is taken for broken.
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024 * 1024;
/// JSON deeper than this is nobody's debug message, and parsers recurse. simdjson's default.
inline constexpr std::size_t kMaxDepth = 1024;

}  // namespace nearside::dap
