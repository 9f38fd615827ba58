// A Stream of TLS 1.3 straight over the socket: a record is sealed and sent in the caller's turn,
// and no queue of ours stands between. (asio::ssl::stream copies each record through two more
// buffers and cannot end one direction alone.)
#include "io/tls.hpp"

#include "io/deadline.hpp"
#include "io/faults.hpp"
#include "io/limits.hpp"
#include "io/socket_bio.hpp"
#include "io/sockets.hpp"
#include "io/tls_context.hpp"

#include <boost/asio/post.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <optional>

namespace nearside::io {
namespace {

using asio::ip::tcp;

/// RFC 8446 7.5; registered nowhere, so under our own name.
constexpr std::string_view kExporterLabel = "EXPORTER-nearside-pairing";

class TlsSocketStream final : public Stream {
 public:
  TlsSocketStream(tcp::socket socket, TlsContext context, std::string name)
      : context_(std::move(context)), name_(std::move(name)), bio_(std::move(socket)) {
    boost::system::error_code ignored;
    bio_.socket.non_blocking(true, ignored);
    tune(bio_.socket);
    connection_.reset(SSL_new(context_.impl()->context.get()));
    BIO* const bio = make_socket_bio(&bio_);
    if (!connection_ || bio == nullptr) {
      BIO_free(bio);
      connection_.reset();
      return;
    }
    SSL_set_bio(connection_.get(), bio, bio);
    if (context_.impl()->side == TlsSide::kServer)
      SSL_set_accept_state(connection_.get());
    else
      SSL_set_connect_state(connection_.get());
  }

  Async<void> handshake();
  /// What kept the handshake from ending in time.
  Fault too_late(std::chrono::milliseconds limit) const;
  Result<TlsPeer> peer() const;

  Async<std::size_t> read_some(asio::mutable_buffer into) override;
  Async<void> write(asio::const_buffer bytes) override;
  std::size_t try_write(asio::const_buffer bytes) override;
  Async<void> end_output() override;
  void close() noexcept override {
    boost::system::error_code ignored;
    bio_.socket.close(ignored);
  }
  const std::string& name() const override { return name_; }
  asio::any_io_executor executor() override { return bio_.socket.get_executor(); }
  StreamCosts costs() const override { return {bio_.calls, tls_}; }

 private:
  int read(char* into, int size) {
    const CostMeter meter(tls_);
    return SSL_read(connection_.get(), into, size);
  }
  int write(const void* bytes, int size) {
    const CostMeter meter(tls_);
    return SSL_write(connection_.get(), bytes, size);
  }
  /// What an operation of OpenSSL wants before it is tried again; nothing when it has failed.
  std::optional<tcp::socket::wait_type> wanted(int result);
  Async<void> wait(tcp::socket::wait_type what);
  Fault broken(const char* doing, bool said_by_openssl);
  Fault handshake_fault(int result);
  Fault no_tls_fault(std::string what) const;

  TlsContext context_;
  std::string name_;
  SocketBio bio_;
  openssl::Connection connection_;
  std::optional<Result<std::size_t>> input_end_;  // once reached, each read says so again
  bool failed_ = false;                           // OpenSSL allows no further use
  int reads_without_wait_ = 0;
  Cost tls_;
};

std::optional<tcp::socket::wait_type> TlsSocketStream::wanted(int result) {
  switch (SSL_get_error(connection_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return tcp::socket::wait_read;
    case SSL_ERROR_WANT_WRITE:
      return tcp::socket::wait_write;
    default:
      return std::nullopt;
  }
}

Async<void> TlsSocketStream::wait(tcp::socket::wait_type what) {
  if (!bio_.socket.is_open()) co_return stream_fault(name_, "using", asio::error::bad_descriptor);
  const auto [error] = co_await bio_.socket.async_wait(what, asio::as_tuple(asio::use_awaitable));
  if (error) co_return stream_fault(name_, "waiting for", error);
  if (what == tcp::socket::wait_read) bio_.drained = false;
  co_return Result<void>();
}

Fault TlsSocketStream::broken(const char* doing, bool said_by_openssl) {
  if (bio_.error || !said_by_openssl) {
    openssl::take_error();
    return stream_fault(name_, doing,
                        bio_.error ? bio_.error : make_error_code(asio::error::connection_reset));
  }
  return make_fault(Errc::kTransportFailed, Condition::kPeerViolation,
                    std::string(doing) + " " + name_ + " failed: TLS: " + openssl::take_error());
}

Async<std::size_t> TlsSocketStream::read_some(asio::mutable_buffer into) {
  if (++reads_without_wait_ >= kReadsBeforeYield) {
    reads_without_wait_ = 0;
    co_await asio::post(bio_.socket.get_executor(), asio::use_awaitable);
  }
  auto* const bytes = static_cast<char*>(into.data());
  std::size_t total = 0;
  while (!input_end_) {
    ERR_clear_error();
    const auto room = std::min<std::size_t>(into.size() - total, INT_MAX);
    const int count = read(bytes + total, static_cast<int>(room));
    if (count > 0) {
      total += static_cast<std::size_t>(count);
      // Several records at once, but no call that could only find an empty socket.
      if (total < into.size() && (SSL_has_pending(connection_.get()) == 1 || !bio_.drained))
        continue;
      co_return total;
    }
    const int kind = SSL_get_error(connection_.get(), count);
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) {
      if (total > 0) co_return total;
      reads_without_wait_ = 0;
      auto waited = co_await wait(kind == SSL_ERROR_WANT_READ ? tcp::socket::wait_read
                                                              : tcp::socket::wait_write);
      if (!waited) co_return waited.error();
    } else if (kind == SSL_ERROR_ZERO_RETURN || bio_.ended) {
      // With close_notify or without: an end is an end, and the link above knows its own goodbye.
      input_end_ = std::size_t{0};
      if (kind != SSL_ERROR_ZERO_RETURN) failed_ = true;
    } else {
      failed_ = true;
      input_end_ = broken("reading from", kind == SSL_ERROR_SSL);
    }
  }
  ERR_clear_error();
  if (total > 0) co_return total;
  co_return *input_end_;
}

std::size_t TlsSocketStream::try_write(asio::const_buffer bytes) {
  std::size_t written = 0;
  while (!failed_ && bytes.size() > 0) {
    ERR_clear_error();
    const auto size = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
    const int count = write(bytes.data(), size);
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
    bytes += static_cast<std::size_t>(count);
  }
  return written;
}

Async<void> TlsSocketStream::write(asio::const_buffer bytes) {
  while (bytes.size() > 0) {
    if (failed_) co_return broken("writing to", false);
    ERR_clear_error();
    const auto size = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
    const int count = write(bytes.data(), size);
    if (count > 0) {
      bytes += static_cast<std::size_t>(count);
      continue;
    }
    const auto what = wanted(count);
    if (!what) {
      const bool said = SSL_get_error(connection_.get(), count) == SSL_ERROR_SSL;
      failed_ = true;
      co_return broken("writing to", said);
    }
    auto waited = co_await wait(*what);
    if (!waited) co_return waited.error();
  }
  co_return Result<void>();
}

Async<void> TlsSocketStream::end_output() {
  // close_notify, once; not the peer's answer, which read_some() sees (RFC 8446 6.1).
  while (!failed_ && (SSL_get_shutdown(connection_.get()) & SSL_SENT_SHUTDOWN) == 0) {
    ERR_clear_error();
    const int result = SSL_shutdown(connection_.get());
    if (result >= 0) break;
    const auto what = wanted(result);
    if (!what) {
      failed_ = true;
      co_return broken("ending", false);
    }
    auto waited = co_await wait(*what);
    if (!waited) co_return waited.error();
  }
  boost::system::error_code ignored;
  bio_.socket.shutdown(tcp::socket::shutdown_send, ignored);
  co_return Result<void>();
}

Async<void> TlsSocketStream::handshake() {
  if (!connection_)
    co_return make_fault(Errc::kTransportFailed, Condition::kInternal,
                         "TLS cannot be set up: " + openssl::take_error());
  for (;;) {
    ERR_clear_error();
    const int result = SSL_do_handshake(connection_.get());
    if (result == 1) co_return Result<void>();
    const auto what = wanted(result);
    if (!what) co_return handshake_fault(result);
    auto waited = co_await wait(*what);
    if (!waited) co_return waited.error();
  }
}

Fault TlsSocketStream::no_tls_fault(std::string what) const {
  return make_fault(Errc::kTransportFailed, Condition::kPeerViolation,
                    name_ + " " + std::move(what) +
                        ", where a Nearside link over TLS 1.3 was expected" +
                        (context_.impl()->side == TlsSide::kClient
                             ? "; are address and port those of a nearside that listens?"
                             : "; the connection was closed"));
}

Fault TlsSocketStream::handshake_fault(int result) {
  const auto code = ERR_peek_last_error();
  const auto reason = ERR_GET_REASON(code);
  const bool said = SSL_get_error(connection_.get(), result) == SSL_ERROR_SSL;
  const std::string words = openssl::take_error();
  const std::string_view first = bio_.first_bytes;
  if (first.starts_with("SSH-")) return no_tls_fault("speaks SSH");
  for (const char* word :
       {"HTTP/", "GET ", "POST ", "HEAD ", "PUT ", "OPTIONS ", "CONNECT ", "PRI "})
    if (first.starts_with(word)) return no_tls_fault("speaks HTTP");
  if (!first.empty() && first[0] != 0x16 && first[0] != 0x15)  // neither handshake nor alert
    return no_tls_fault("does not speak TLS");
  if (said && (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_WRONG_VERSION_NUMBER ||
               reason == SSL_R_WRONG_SSL_VERSION || reason == SSL_R_NO_PROTOCOLS_AVAILABLE ||
               reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION))
    return no_tls_fault("speaks only a TLS that is older than 1.3");
  if (said && (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE ||
               reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED))
    return no_tls_fault("gave no certificate of its own");
  if (bio_.ended || bio_.error || !said)
    return make_fault(Errc::kTransportFailed, Condition::kUnreachable,
                      name_ +
                          (bio_.received == 0 ? " closed the connection before it said anything"
                                              : " broke off the TLS handshake") +
                          (bio_.error ? " (" + bio_.error.message() + ")" : std::string()));
  return make_fault(Errc::kTransportFailed, Condition::kPeerViolation,
                    "the TLS handshake with " + name_ + " failed: " + words);
}

Fault TlsSocketStream::too_late(std::chrono::milliseconds limit) const {
  const std::string time = std::to_string(limit.count()) + " ms";
  return make_fault(Errc::kHandshakeTimeout, Condition::kUnreachable,
                    bio_.received == 0
                        ? name_ + " took the connection and said nothing for " + time
                        : name_ + " did not end the TLS handshake within " + time + " (it sent " +
                              std::to_string(bio_.received) + " bytes)");
}

Result<TlsPeer> TlsSocketStream::peer() const {
  SSL* const connection = connection_.get();
  X509* const leaf = SSL_get0_peer_certificate(connection);
  std::string binding(32, '\0');
  const bool bound =
      SSL_export_keying_material(connection, reinterpret_cast<unsigned char*>(binding.data()),
                                 binding.size(), kExporterLabel.data(), kExporterLabel.size(),
                                 nullptr, 0, 0) == 1;
  const auto hash = leaf == nullptr ? "" : openssl::public_key_hash(X509_get0_pubkey(leaf));
  unsigned char bytes[32];
  // A key without a fingerprint, or a connection without its own secret, must never compare equal
  // to another such one: there is no peer then.
  if (!bound || hash.size() != sizeof bytes)
    return make_fault(Errc::kTransportFailed, Condition::kPeerViolation,
                      "the TLS handshake with " + name_ +
                          " gave no usable key of the peer: " + openssl::take_error());
  std::memcpy(bytes, hash.data(), sizeof bytes);
  TlsPeer peer{Fingerprint::of_bytes(bytes), std::nullopt, SSL_get_version(connection),
               SSL_get_cipher_name(connection), std::move(binding)};
  peer.ca_refusal = judge_by_ca(*context_.impl(), leaf, SSL_get_peer_cert_chain(connection));
  return peer;
}

}  // namespace

Async<TlsStream> tls_handshake(tcp::socket socket, TlsContext context, std::string name,
                               std::chrono::milliseconds limit) {
  auto stream =
      std::make_unique<TlsSocketStream>(std::move(socket), std::move(context), std::move(name));
  auto done = co_await within(limit, stream->handshake(), stream->too_late(limit));
  if (!done && done.error().code == Errc::kHandshakeTimeout) co_return stream->too_late(limit);
  if (!done) co_return done.error();
  auto peer = stream->peer();
  if (!peer) co_return peer.error();
  TlsStream ready{std::move(stream), std::move(*peer)};
  co_return std::move(ready);
}

}  // namespace nearside::io
