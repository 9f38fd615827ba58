// Versions come from where they are defined.
#include "near/versions.hpp"

#include "core/version.hpp"
#include "io/tls.hpp"

namespace nearside::near_end {

std::string_view product_version() {
  return kVersion;
}

std::string openssl_version() {
  return io::openssl_version();
}

}  // namespace nearside::near_end
