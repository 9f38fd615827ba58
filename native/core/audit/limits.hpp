// The limits of the audit log's lines, each with its reason. Bytes.
#pragma once

#include <cstddef>

namespace nearside::audit {

/// One text of an entry: a path, a reason. Longer ones are cut; a peer chooses some of them.
inline constexpr std::size_t kMaxText = 1024;
/// Lines of one setBreakpoints that are named; the rest is a number.
inline constexpr std::size_t kMaxNamedLines = 64;
/// A whole line as it is read: some ten texts, each byte of them written as six at the worst.
inline constexpr std::size_t kMaxLineBytes = 128 * 1024;
/// Requests of one client that wait for their answer; more are recorded without one.
inline constexpr std::size_t kMaxOpenRequests = 1000;

}  // namespace nearside::audit
