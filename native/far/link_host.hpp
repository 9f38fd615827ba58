// One link from a near end: what its channels are for, and who the peer is. A channel is a session
// or (on local links only) a control channel; anything else is closed with the reason.
#pragma once

#include "core/session/wire.hpp"
#include "far/client_channel.hpp"
#include "io/identity.hpp"
#include "io/link_driver.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace nearside::far_end {

namespace asio = io::asio;

class SessionHost;

/// Who is at the other end of a transport.
struct LinkPeer {
  bool local = false;                          ///< The same user on this machine.
  std::optional<io::Fingerprint> fingerprint;  ///< Not of a local one.
  link::Standing standing = link::Standing::kUnpinned;
  std::optional<Fault> refusal;  ///< Why it is not taken, where that is more than "unknown".
  std::string name;              ///< As it is pinned; for people.
  std::string channel_binding;   ///< io::TlsPeer.
  std::string transport;         ///< "unix", "tls://10.0.0.7:52100".

  /// "local" or the fingerprint.
  std::string label() const { return fingerprint ? fingerprint->text() : "local"; }
};

/// What a link wants of its agent.
class LinkServices {
 public:
  virtual ~LinkServices() = default;
  /// The agent's proof, with the peer pinned; or why not.
  virtual Result<std::string> pair(const LinkPeer& peer, const std::string& proof,
                                   const std::string& name) = 0;
  virtual Result<SessionHost*> open_session(const LinkPeer& peer, session::SessionOpening opening,
                                            std::unique_ptr<ClientChannel> channel) = 0;
  virtual session::AgentAnswer answer(const session::AgentRequest& request) = 0;
  virtual void handle_established(const LinkPeer& peer) = 0;
};

class LinkHost {
 public:
  LinkHost(LinkServices& services, io::StreamPtr stream, LinkPeer peer);
  ~LinkHost();

  /// Until the link is over; its sessions have been told by then.
  asio::awaitable<void> run();
  /// Goodbye, or with a fault: `refused`.
  void close(std::optional<Fault> reason);

  const LinkPeer& peer() const { return peer_; }
  bool established() const { return established_; }
  /// Whether people hear of it: a local link that only asks the agent something (`nearside status`
  /// itself) would be noise.
  bool is_shown() const { return is_shown_; }
  const std::optional<Fault>& fault() const { return fault_; }
  nlohmann::json status();

 private:
  class SessionChannel;

  void handle(link::LinkEvent event);
  void handle(const link::LinkEstablished& event);
  void handle(const link::PairingRequested& event);
  void handle(const link::ChannelOpened& event);
  void handle(link::MessageReceived& event);
  void handle(const link::ChannelClosed& event);
  void handle(const link::ChannelWritable& event);
  void handle(const link::LinkEnded& event);
  void show();
  void open_session(link::ChannelId channel, session::SessionOpening opening);
  void answer(link::ChannelId channel, const std::string& text);

  LinkServices& services_;
  LinkPeer peer_;
  std::int64_t since_;
  std::map<link::ChannelId, SessionHost*> sessions_;
  std::set<link::ChannelId> controls_;
  bool established_ = false;
  bool is_shown_ = false;
  std::optional<Fault> fault_;
  io::LinkDriver driver_;
};

}  // namespace nearside::far_end
