// The versions of core's own libraries, asked from each where it can tell.
#include "core/version.hpp"

#include <nlohmann/json.hpp>
#include <simdjson.h>
#include <zstd.h>

namespace nearside {

static_assert(kProduct.substr(kProduct.find('/') + 1) == kVersion);

std::string core_library_versions() {
  const auto dotted = [](int major, int minor, int patch) {
    return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
  };
  return "zstd " + std::string(ZSTD_versionString()) + ", simdjson " +
         dotted(simdjson::SIMDJSON_VERSION_MAJOR, simdjson::SIMDJSON_VERSION_MINOR,
                simdjson::SIMDJSON_VERSION_REVISION) +
         ", nlohmann/json " +
         dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                NLOHMANN_JSON_VERSION_PATCH);
}

}  // namespace nearside
