// The limits of what is read of a system's description, each with its reason.
#pragma once

#include <cstddef>

namespace nearside::far_end {

/// Of /etc/os-release: some 20 lines.
inline constexpr std::size_t kMaxOsReleaseBytes = 64 * 1024;
/// Of a system's name as it is told: "Debian GNU/Linux 12 (bookworm)".
inline constexpr std::size_t kMaxSystemNameBytes = 100;

}  // namespace nearside::far_end
