// From the socket to the link: the handshake, the judgement, and whom to tell.
#include "far/doorkeeper.hpp"

#include "far/limits.hpp"

#include <utility>

namespace nearside::far_end {

Result<Doorkeeper> Doorkeeper::make(const io::Identity& identity, std::optional<io::CaPolicy> ca,
                                    std::filesystem::path state, Serve serve,
                                    OnRefused on_refused) {
  auto context = io::TlsContext::make(io::TlsSide::kServer, identity, ca);
  if (!context) return context.error();
  return Doorkeeper(std::move(*context), ca.has_value(), std::move(state), std::move(serve),
                    std::move(on_refused));
}

asio::awaitable<void> Doorkeeper::receive(asio::ip::tcp::socket socket) {
  const io::Newcomers::Visit visit = [this, &socket](io::Newcomers::OnKnown on_known) {
    return handle(std::move(socket), std::move(on_known));
  };
  co_await newcomers_->receive(visit);
}

asio::awaitable<void> Doorkeeper::handle(asio::ip::tcp::socket socket,
                                         io::Newcomers::OnKnown on_known) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) co_return;
  const std::string transport =
      "tls://" + io::HostPort{endpoint.address().to_string(), endpoint.port()}.text();
  auto tls = co_await io::tls_handshake(std::move(socket), context_, transport, kTlsHandshakeLimit);
  if (!tls) {
    on_refused_(transport, tls.error());
    co_return;
  }
  LinkPeer peer = judge(store_, judges_by_ca_, tls->peer);
  peer.transport = transport;
  if (peer.standing == link::Standing::kTrusted) on_known();
  co_await serve_(std::move(tls->stream), std::move(peer));
}

LinkPeer judge(const io::PeerStore& store, bool judges_by_ca, const io::TlsPeer& tls) {
  LinkPeer peer;
  peer.fingerprint = tls.fingerprint;
  peer.channel_binding = tls.channel_binding;
  const auto known = store.find(tls.fingerprint, io::Peer::Role::kClient);
  if (!known) {
    // Without the list nobody can be told from someone who was revoked.
    peer.refusal = Fault{Errc::kPeerUnknown, Condition::kUnreachable,
                         "The agent cannot read its list of peers. " + known.error().message};
    return peer;
  }
  if (*known) peer.name = (*known)->name;
  if (*known && (*known)->revoked) {
    peer.standing = link::Standing::kRevoked;
  } else if (judges_by_ca) {
    peer.refusal = tls.ca_refusal;
    if (!tls.ca_refusal) peer.standing = link::Standing::kTrusted;
  } else if (*known) {
    peer.standing = link::Standing::kTrusted;
  }
  return peer;
}

}  // namespace nearside::far_end
