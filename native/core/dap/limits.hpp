// The limits of DAP messages, each with its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nearside::dap {

/// No adapter or client is known to send more than two short fields; 8 KiB is what HTTP servers
/// allow.
inline constexpr std::size_t kMaxHeaderBytes = 8 * 1024;
inline constexpr std::size_t kMaxHeaderFields = 32;
/// A 50 MB `variables` or `readMemory` answer must pass; beyond it a stream is taken for broken.
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024 * 1024;
/// JSON deeper than this is nobody's debug message, and parsers recurse. simdjson's default.
inline constexpr std::size_t kMaxDepth = 1024;
/// Of a `type`, `command` or `event`: the longest one known has 27 bytes, and names end up in
/// messages to people.
inline constexpr std::size_t kMaxNameBytes = 256;
/// Numbers above 2^53 are not exact in JavaScript, which most clients are written in.
inline constexpr std::int64_t kMaxNumber = std::int64_t{1} << 53;
/// A parser for messages up to this size is kept in each thread (four times as many bytes of
/// address space, touched only as far as messages reach); nearly all messages are far smaller.
inline constexpr std::size_t kKeptParserBytes = 1024 * 1024;
/// Spare bytes behind a decoded body: room for a longer `seq` without another copy.
inline constexpr std::size_t kSpareBodyBytes = 64;
/// How much of what is no DAP is quoted to the user: one line of a terminal.
inline constexpr std::size_t kMaxQuotedBytes = 60;

}  // namespace nearside::dap
