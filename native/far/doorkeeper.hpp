// Who may come in over TCP: runs the TLS handshake and judges the peer by pins or by an
// organisation's CA (what was revoked stays out either way). It bounds those who have not shown a
// known key yet: when there are too many, the oldest of them goes.
#pragma once

#include "far/limits.hpp"
#include "far/link_host.hpp"
#include "io/newcomers.hpp"
#include "io/sockets.hpp"
#include "io/tls.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace nearside::far_end {

/// Who it is by the pins, or by the CA whose judgement `tls` holds.
LinkPeer judge(const io::PeerStore& store, bool judges_by_ca, const io::TlsPeer& tls);

class Doorkeeper {
 public:
  /// Serves one link until it is over.
  using Serve = std::function<asio::awaitable<void>(io::StreamPtr, LinkPeer)>;
  /// Told who was turned away before there was a link, and why.
  using OnRefused = std::function<void(const std::string& transport, const Fault&)>;

  static Result<Doorkeeper> make(const io::Identity& identity, std::optional<io::CaPolicy> ca,
                                 std::filesystem::path state, Serve serve, OnRefused on_refused);

  /// From the accepted socket to the end of its link.
  asio::awaitable<void> receive(asio::ip::tcp::socket socket);

 private:
  Doorkeeper(io::TlsContext context, bool judges_by_ca, std::filesystem::path state, Serve serve,
             OnRefused on_refused)
      : context_(std::move(context)),
        judges_by_ca_(judges_by_ca),
        store_(std::move(state)),
        serve_(std::move(serve)),
        on_refused_(std::move(on_refused)),
        newcomers_(std::make_unique<io::Newcomers>(kMaxUnauthenticated)) {}
  asio::awaitable<void> handle(asio::ip::tcp::socket socket, io::Newcomers::OnKnown on_known);

  io::TlsContext context_;
  bool judges_by_ca_;
  io::PeerStore store_;
  Serve serve_;
  OnRefused on_refused_;
  std::unique_ptr<io::Newcomers> newcomers_;
};

}  // namespace nearside::far_end
