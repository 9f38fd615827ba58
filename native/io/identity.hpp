// Who we are and whom we know. An identity is an ECDSA P-256 key and a certificate for it
// (self-signed, or an organisation's); it is known by its fingerprint, the SHA-256 of its public
// key (SubjectPublicKeyInfo, RFC 5280 4.1.2.7), which a renewed certificate keeps. The files live
// in the state folder, 0600 in a 0700 folder, written atomically; wrong permissions are refused.
#pragma once

#include "core/fault.hpp"

#include <compare>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::io {

/// "SHA256:" and 43 characters of base64, as OpenSSH prints fingerprints.
class Fingerprint {
 public:
  static Result<Fingerprint> parse(std::string_view text);
  static Fingerprint of_bytes(const unsigned char (&sha256)[32]);
  const std::string& text() const { return text_; }
  auto operator<=>(const Fingerprint&) const = default;

 private:
  explicit Fingerprint(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct Identity {
  std::string private_key_pem;  ///< Secret.
  std::string certificate_pem;  ///< Leaf first, then the chain.
  Fingerprint fingerprint;
};

/// `--state`, else $XDG_STATE_HOME/nearside, else ~/.local/state/nearside with the home that passwd
/// names (HOME is a fallback only: sudo and containers leave wrong ones).
Result<std::filesystem::path> state_folder(const std::optional<std::filesystem::path>& chosen);

/// Loads `identity.key` and `identity.crt`, or makes them at first use. Two processes that do so at
/// the same moment get the same identity (flock on the folder's `lock`).
Result<Identity> load_or_make_identity(const std::filesystem::path& state);

/// A request (PKCS#10, PEM) in which our key asks an organisation's CA for a certificate with these
/// subject alternative names: with '@' an e-mail address, with "://" a URI, else a DNS name.
Result<std::string> certificate_request(const Identity& identity,
                                        const std::vector<std::string>& names);
/// Takes the CA's answer (PEM, leaf first, then the chain) in the place of `identity.crt`. Refuses
/// a leaf that is for another key.
Result<Identity> install_certificate(const std::filesystem::path& state, std::string_view pem);

/// One line of the list of pins.
struct Peer {
  Fingerprint fingerprint;
  enum class Role {
    kAgent,
    kClient
  } role;                  ///< Agents we may connect to; clients that may connect to us.
  std::string name;        ///< For people: an agent's address, a client's own name.
  std::int64_t since = 0;  ///< Unix seconds.
  bool revoked = false;
};

/// `peers.json` in the state folder. Each change reads, changes and writes under the folder's lock.
class PeerStore {
 public:
  explicit PeerStore(std::filesystem::path state);
  Result<std::vector<Peer>> list() const;
  /// Nothing when unknown. What was revoked in the other role only is found too, as revoked.
  Result<std::optional<Peer>> find(const Fingerprint& fingerprint, Peer::Role role) const;
  /// Pins; un-revokes.
  Result<void> authorize(const Peer& peer);
  /// Keeps the entry, marked: with an organisation's CA, what was revoked stays refused. False when
  /// it was not known before (it is kept as revoked all the same).
  Result<bool> revoke(const Fingerprint& fingerprint);

 private:
  std::filesystem::path state_;
};

}  // namespace nearside::io
