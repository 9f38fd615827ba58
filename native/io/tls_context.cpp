// Settings of TLS. What is set here is the whole of what a peer can negotiate: one version, no
// tickets and so no resumption, no compression, no renegotiation (TLS 1.3 has none).
#include "io/tls_context.hpp"

#include "io/faults.hpp"
#include "io/files.hpp"
#include "io/limits.hpp"

namespace nearside::io {
namespace {

Fault context_fault(const std::string& doing) {
  return make_fault(Errc::kCertificateRefused, Condition::kInternal,
                    "TLS cannot be set up: " + doing + " failed: " + openssl::take_error());
}

/// Who the peer is, is judged after the handshake: a refusal can then be said inside TLS.
int accept_any_certificate(X509_STORE_CTX*, void*) {
  return 1;
}

Result<void> use_identity(SSL_CTX* context, const Identity& identity) {
  const auto key = openssl::key_of(identity.private_key_pem);
  if (!key) return context_fault("reading the private key");
  auto chain = openssl::certificates_of(identity.certificate_pem);
  if (chain.empty()) return context_fault("reading the certificate");
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1)
    return context_fault("using the certificate");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    return context_fault("using the private key");
  for (auto more = chain.begin() + 1; more != chain.end(); ++more) {
    if (SSL_CTX_add_extra_chain_cert(context, more->get()) != 1)
      return context_fault("using the certificate's chain");
    static_cast<void>(more->release());  // the context owns it now
  }
  return {};
}

Result<openssl::Store> load_authorities(const std::filesystem::path& file) {
  const auto pem = read_file(file, kMaxStateFileBytes);
  if (!pem) return pem.error();
  const auto roots = openssl::certificates_of(*pem);
  if (roots.empty())
    return make_fault(
        Errc::kFileFailed, Condition::kMisconfigured,
        file.string() + " holds no certificate of a CA; PEM is expected (-----BEGIN CERTIFICATE)");
  openssl::Store store(X509_STORE_new());
  for (const auto& root : roots)
    if (!store || X509_STORE_add_cert(store.get(), root.get()) != 1)
      return context_fault("using " + file.string());
  return store;
}

}  // namespace

Result<TlsContext> TlsContext::make(TlsSide side, const Identity& identity,
                                    const std::optional<CaPolicy>& ca) {
  auto impl = std::make_shared<Impl>();
  impl->side = side;
  impl->context.reset(SSL_CTX_new(TLS_method()));
  SSL_CTX* const context = impl->context.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_num_tickets(context, 0) != 1 ||
      SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") != 1)
    return context_fault("choosing the version");
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_early_data(context, 0);
  // A batch may be written in parts, and its rest from another place (Stream::try_write).
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);  // a record with one read of the socket, not two
  SSL_CTX_set_max_cert_list(context, static_cast<long>(kMaxCertificateListBytes));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, accept_any_certificate, nullptr);
  if (auto used = use_identity(context, identity); !used) return used.error();
  if (ca) {
    auto authorities = load_authorities(ca->ca_file);
    if (!authorities) return authorities.error();
    impl->authorities = std::move(*authorities);
    impl->names = ca->names;
  }
  return TlsContext(std::move(impl));
}

}  // namespace nearside::io
