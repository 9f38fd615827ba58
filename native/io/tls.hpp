// TLS 1.3 and nothing else (RFC 8446), both sides authenticated, no tickets, no early data. The
// handshake takes any certificate of the peer's; who the peer is, the caller judges afterwards by
// what stands here, so that a refusal can be said inside TLS (DESIGN.md, The link).
#pragma once

#include "io/identity.hpp"
#include "io/stream.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace nearside::io {

/// An organisation's CA in the place of pins.
struct CaPolicy {
  std::filesystem::path ca_file;  ///< PEM; one or more roots.
  std::vector<std::string>
      names;  ///< Exact subject alternative names (DNS, URI or email) that are allowed.
};

enum class TlsSide { kClient, kServer };

/// Made once, used for many connections. Copies share.
class TlsContext {
 public:
  static Result<TlsContext> make(TlsSide side, const Identity& identity,
                                 const std::optional<CaPolicy>& ca = std::nullopt);
  struct Impl;
  const std::shared_ptr<Impl>& impl() const { return impl_; }

 private:
  explicit TlsContext(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

/// What is known after the handshake.
struct TlsPeer {
  Fingerprint fingerprint;
  /// With a CaPolicy: nothing if chain, dates, key usage and name are all right, else why not.
  std::optional<Fault> ca_refusal;
  std::string version;  ///< "TLSv1.3"
  std::string cipher;   ///< "TLS_AES_256_GCM_SHA384"
  std::string
      channel_binding;  ///< 32 bytes: exporter (RFC 8446 7.5), label "EXPORTER-nearside-pairing".
};

struct TlsStream {
  StreamPtr stream;
  TlsPeer peer;
};

/// Runs the handshake on a connected socket within `limit`. The fault tells what the peer seems to
/// be if it is no TLS 1.3 (HTTP, SSH, an older TLS, silence).
Async<TlsStream> tls_handshake(asio::ip::tcp::socket socket, TlsContext context, std::string name,
                               std::chrono::milliseconds limit);

/// Version of the OpenSSL that is linked in, for `--version` and the isolation test.
std::string openssl_version();

/// HMAC-SHA-256 as 64 hex digits; and a comparison in constant time.
std::string hmac_sha256_hex(std::string_view key, std::string_view data);
bool equal_in_constant_time(std::string_view a, std::string_view b);
std::string random_bytes(std::size_t count);

}  // namespace nearside::io
