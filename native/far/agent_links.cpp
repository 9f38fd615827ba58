// Who comes in, and what links want of the agent.
#include "core/version.hpp"
#include "far/agent_impl.hpp"
#include "io/random_id.hpp"
#include "io/unix_time.hpp"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace nearside::far_end {
namespace {

using nlohmann::json;

/// Accepts again after what passes; false when the listener is closed.
asio::awaitable<bool> accept_goes_on(const boost::system::error_code& error,
                                     asio::any_io_executor executor) {
  if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor)
    co_return false;
  if (error == asio::error::connection_aborted) co_return true;
  asio::steady_timer pause(executor, kAcceptRetryPause);
  co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return true;
}

}  // namespace

asio::awaitable<void> Agent::Impl::accept_local() {
  while (!stopping) {
    auto [error, socket] =
        co_await local->acceptor().async_accept(asio::as_tuple(asio::use_awaitable));
    if (error) {
      const bool goes_on = co_await accept_goes_on(error, executor);
      if (!goes_on) co_return;
      continue;
    }
    const auto user = io::peer_user(socket);
    if (!user || *user != ::getuid()) {
      tell_refused("unix", user ? "user " + std::to_string(*user) : "unknown",
                   {Errc::kPeerUnknown, Condition::kAuthRejected,
                    "Only the agent's own user may use its socket."});
      continue;
    }
    LinkPeer peer;
    peer.local = true;
    peer.standing = link::Standing::kTrusted;
    peer.transport = "unix";
    link_tasks.spawn(serve(io::make_stream(std::move(socket), "unix"), std::move(peer)));
  }
}

asio::awaitable<void> Agent::Impl::accept_tls(asio::ip::tcp::acceptor& acceptor) {
  while (!stopping) {
    auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error) {
      const bool goes_on = co_await accept_goes_on(error, executor);
      if (!goes_on) co_return;
      continue;
    }
    link_tasks.spawn(doorkeeper->receive(std::move(socket)));
  }
}

bool Agent::Impl::has_room_for_link() {
  const auto trusted = std::count_if(links.begin(), links.end(), [](const LinkHost* link) {
    return link->peer().standing == link::Standing::kTrusted;
  });
  if (static_cast<std::size_t>(trusted) <= kMaxLinks) return true;
  // One that is away and carries nothing is no loss; the oldest stand first.
  const auto idle = std::find_if(links.begin(), links.end(),
                                 [](const LinkHost* link) { return link->is_forsaken(); });
  if (idle == links.end()) return false;
  (*idle)->close(std::nullopt);
  return true;
}

asio::awaitable<void> Agent::Impl::serve(io::StreamPtr stream, LinkPeer peer) {
  LinkHost host(*this, std::move(stream), std::move(peer));
  struct Listed {
    Listed(Impl& owner, LinkHost& link) : impl(owner), host(link) { impl.links.push_back(&host); }
    ~Listed() {
      impl.links.remove(&host);
      impl.touch();
    }
    Impl& impl;
    LinkHost& host;
  } listed(*this, host);
  touch();
  if (!has_room_for_link()) {
    host.close(Fault{Errc::kTooManyChannels, Condition::kUnreachable,
                     "The agent has " + std::to_string(kMaxLinks) +
                         " links already. Close some, or try again later."});
  }
  co_await host.run();
  if (host.handed_over()) co_return;
  if (!host.established() && host.fault()) {
    tell_refused(host.peer().transport, host.peer().label(), *host.fault());
  } else if (host.is_shown()) {
    json event{{"event", "link-closed"},
               {"peer", host.peer().label()},
               {"transport", host.peer().transport}};
    if (host.fault()) event["reason"] = host.fault()->message;
    auto entry = entry_of(host.peer(), "disconnected");
    if (host.fault()) entry.reason = host.fault()->message;
    resources.audit.note(std::move(entry));
    on_event(event);
  }
}

void Agent::Impl::tell_refused(const std::string& transport, const std::string& peer,
                               const Fault& fault) {
  audit::Entry entry;
  entry.event = "refused";
  entry.who = peer;
  entry.from = transport;
  entry.outcome = "refused";
  entry.reason = fault.message;
  resources.audit.note_refusal(std::move(entry));
  on_event({{"event", "peer-refused"},
            {"transport", transport},
            {"peer", peer},
            {"reason", fault.message}});
}

void Agent::Impl::handle_established(const LinkPeer& peer) {
  resources.audit.note(entry_of(peer, "connected"));
  on_event({{"event", "link-opened"},
            {"peer", peer.label()},
            {"name", peer.name},
            {"transport", peer.transport}});
}

void Agent::Impl::handle_away(const LinkPeer& peer, const Fault& reason) {
  on_event({{"event", "link-away"},
            {"peer", peer.label()},
            {"transport", peer.transport},
            {"reason", reason.message}});
}

void Agent::Impl::handle_back(const LinkPeer& peer) {
  on_event({{"event", "link-back"}, {"peer", peer.label()}, {"transport", peer.transport}});
}

LinkHost* Agent::Impl::find_link(const LinkPeer& peer, const std::string& link_id) {
  for (LinkHost* link : links)
    if (link->established() && link->link_id() == link_id && link->peer().label() == peer.label())
      return link;
  return nullptr;
}

std::size_t Agent::Impl::cut_links(const io::Fingerprint& fingerprint, const Fault& fault) {
  std::size_t cut = 0;
  const std::list<LinkHost*> all = links;
  for (LinkHost* link : all) {
    if (link->peer().fingerprint != fingerprint) continue;
    link->close(fault);
    ++cut;
  }
  return cut;
}

Result<std::string> Agent::Impl::pair(const LinkPeer& peer, const std::string& proof,
                                      const std::string& name) {
  if (!peer.fingerprint) {
    return Fault{Errc::kPairingRefused, Condition::kMisconfigured,
                 "A near end on the agent's own machine needs no pairing."};
  }
  auto answer = office.redeem(proof, peer.channel_binding, *peer.fingerprint, identity->fingerprint,
                              std::chrono::steady_clock::now());
  if (!answer) {
    tell_refused(peer.transport, peer.label(), answer.error());
    return answer;
  }
  const auto pinned = peers.authorize(
      {*peer.fingerprint, io::Peer::Role::kClient, name, io::unix_seconds(), false});
  if (!pinned) return pinned.error();
  auto entry = entry_of(peer, "paired");
  entry.name = name;
  resources.audit.note(std::move(entry));
  on_event(
      {{"event", "paired"}, {"peer", peer.label()}, {"name", name}, {"transport", peer.transport}});
  return answer;
}

}  // namespace nearside::far_end
