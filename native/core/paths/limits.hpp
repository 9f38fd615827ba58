// The limits of paths and of what is known of machines, each with its reason.
#pragma once

#include <cstddef>

namespace nearside::paths {

/// One path. Linux takes 4 KiB, Windows 32,767 UTF-16 units; what is longer names no file.
inline constexpr std::size_t kMaxPathBytes = 64 * 1024;
/// Entries of one list of a machine's facts (mounts, GOPATH). The busiest hosts of containers have
/// some thousand mounts, of which few are bind mounts of the container itself.
inline constexpr std::size_t kMaxFacts = 256;
/// A file that is known by its digest. Both ends keep to it: what one knows so and the other does
/// not would count as another file. Sources are smaller.
inline constexpr std::size_t kMaxDigestedBytes = 8 * 1024 * 1024;
/// Room that is made at once for one path, so that nearly all need one allocation.
inline constexpr std::size_t kUsualPathBytes = 192;
inline constexpr std::size_t kUsualComponents = 16;
/// Of a path in a sentence: about a line of a terminal, its beginning and its end.
inline constexpr std::size_t kMaxShownBytes = 160;
/// Doubts about a list of rules that are told one by one; a hundred thousand are told as a number.
inline constexpr std::size_t kMaxWarnings = 20;

}  // namespace nearside::paths
