// Which version this is, for people, logs and the peer. package.json says the same; a test holds
// the two together.
#pragma once

#include <string>
#include <string_view>

namespace nearside {

inline constexpr std::string_view kVersion = "0.1.0";
/// What one end tells the other (LinkOptions::product).
inline constexpr std::string_view kProduct = "nearside/0.1.0";

/// The newest version of the link protocol that this build speaks (docs/link-protocol.md).
inline constexpr int kLinkVersion = 1;

/// "zstd 1.5.4, simdjson 3.0.0, nlohmann/json 3.11.2": what core was built with and runs with.
std::string core_library_versions();

}  // namespace nearside
