// The pairing code and the proofs that come of it. A code says where an agent is, which key it has,
// and a secret that is used once; each side shows that it knows the secret by an HMAC over this
// very TLS connection and both keys, so that neither proof is worth anything to a third. Codes and
// secrets never stand in a message or a log.
#pragma once

#include "core/fault.hpp"
#include "io/identity.hpp"
#include "io/sockets.hpp"

#include <string>
#include <string_view>

namespace nearside::io {

inline constexpr std::size_t kPairingSecretBytes = 16;

struct PairingCode {
  HostPort address;
  Fingerprint agent;
  std::string secret;  ///< kPairingSecretBytes random bytes.
};

/// `nearside1-` and base64url of the address, the key's hash, the secret and a checksum: a mistyped
/// code is known as such before anything is sent.
std::string encode(const PairingCode& code);
/// Blanks and line breaks around the code are forgiven. The fault never quotes it.
Result<PairingCode> decode_pairing_code(std::string_view text);

/// Who proves: the two proofs of one pairing differ, so that none can be sent back as the other.
enum class Prover { kNearEnd, kAgent };
/// 64 hex digits: HMAC-SHA-256 with the secret over the prover's name, the TLS connection's
/// `channel_binding` (TlsPeer) and both fingerprints.
std::string pairing_proof(Prover prover, std::string_view secret, std::string_view channel_binding,
                          const Fingerprint& near_end, const Fingerprint& agent);

}  // namespace nearside::io
