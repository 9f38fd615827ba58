// OpenSSL's way to a non-blocking Asio socket. OpenSSL's own socket BIO raises SIGPIPE and forgets
// what a peer that does not speak TLS said first, which is what a person wants to know.
#pragma once

#include "io/costs.hpp"
#include "io/openssl.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string>

namespace nearside::io {

struct SocketBio {
  explicit SocketBio(boost::asio::ip::tcp::socket on) : socket(std::move(on)) {}

  boost::asio::ip::tcp::socket socket;
  std::string first_bytes;  ///< Received; the first few, for a diagnosis.
  std::size_t received = 0;
  bool drained = false;             ///< The last read took all there was: wait before the next.
  bool ended = false;               ///< The peer's FIN.
  boost::system::error_code error;  ///< Of the socket; final.
  Cost calls;
};

/// A new BIO over `state`, which must outlive it. Null without memory.
BIO* make_socket_bio(SocketBio* state);

}  // namespace nearside::io
