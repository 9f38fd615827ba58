// A newcomer is known by its own coroutine only; the list holds pointers into those, and each takes
// itself out.
#include "far/doorkeeper.hpp"

#include "far/limits.hpp"
#include "far/wake.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace nearside::far_end {

struct Doorkeeper::Newcomer {
  Newcomer(std::list<Newcomer*>& newcomers, asio::any_io_executor executor)
      : all(newcomers), turned_away(std::move(executor)) {
    all.push_back(this);
  }
  ~Newcomer() { all.remove(this); }
  Newcomer(const Newcomer&) = delete;
  Newcomer& operator=(const Newcomer&) = delete;

  std::list<Newcomer*>& all;
  Wake turned_away;
};

Result<Doorkeeper> Doorkeeper::make(const io::Identity& identity, std::optional<io::CaPolicy> ca,
                                    std::filesystem::path state, Serve serve,
                                    OnRefused on_refused) {
  auto context = io::TlsContext::make(io::TlsSide::kServer, identity, ca);
  if (!context) return context.error();
  return Doorkeeper(std::move(*context), ca.has_value(), std::move(state), std::move(serve),
                    std::move(on_refused));
}

asio::awaitable<void> Doorkeeper::receive(asio::ip::tcp::socket socket) {
  using asio::experimental::awaitable_operators::operator||;
  Newcomer newcomer(newcomers_, socket.get_executor());
  if (newcomers_.size() > kMaxUnauthenticated) {
    newcomers_.front()->turned_away.ring();
    newcomers_.pop_front();
  }
  co_await (handle(std::move(socket), newcomer) || newcomer.turned_away.wait());
}

asio::awaitable<void> Doorkeeper::handle(asio::ip::tcp::socket socket, Newcomer& newcomer) {
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
  LinkPeer peer = judge(tls->peer);
  peer.transport = transport;
  if (peer.standing == link::Standing::kTrusted) newcomers_.remove(&newcomer);
  co_await serve_(std::move(tls->stream), std::move(peer));
}

LinkPeer Doorkeeper::judge(const io::TlsPeer& tls) const {
  LinkPeer peer;
  peer.fingerprint = tls.fingerprint;
  peer.channel_binding = tls.channel_binding;
  const auto known = store_.find(tls.fingerprint, io::Peer::Role::kClient);
  if (!known) {
    // Without the list nobody can be told from someone who was revoked.
    peer.refusal = Fault{Errc::kPeerUnknown, Condition::kUnreachable,
                         "The agent cannot read its list of peers. " + known.error().message};
    return peer;
  }
  if (*known) peer.name = (*known)->name;
  if (*known && (*known)->revoked) {
    peer.standing = link::Standing::kRevoked;
  } else if (judges_by_ca_) {
    peer.refusal = tls.ca_refusal;
    if (!tls.ca_refusal) peer.standing = link::Standing::kTrusted;
  } else if (*known) {
    peer.standing = link::Standing::kTrusted;
  }
  return peer;
}

}  // namespace nearside::far_end
