// Signatures by an identity's key: ECDSA P-256 over SHA-256, written as the 64 bytes r and s (RFC
// 7518, section 3.4: ES256) in base64url. Nothing else is ever made or accepted.
#pragma once

#include "core/fault.hpp"
#include "io/identity.hpp"

#include <string>
#include <string_view>

namespace nearside::io {

Result<std::string> sign_es256(const Identity& identity, std::string_view text);
/// Whether `signature` is that identity's of `text`. `certificate_pem`: its certificate.
bool verify_es256(std::string_view certificate_pem, std::string_view text,
                  std::string_view signature);

}  // namespace nearside::io
