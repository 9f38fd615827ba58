// One link from a near end: what its channels are for, who the peer is, and its waiting for the
// next transport when one breaks. A channel is a session or (on local links only) a control
// channel; anything else is closed with the reason.
#pragma once

#include "core/session/commands.hpp"
#include "core/session/wire.hpp"
#include "far/channel_audit.hpp"
#include "far/client_channel.hpp"
#include "io/identity.hpp"
#include "io/link_driver.hpp"
#include "io/task_group.hpp"
#include "io/wake.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace nearside::far_end {

namespace asio = io::asio;

class AuditDesk;
class LinkHost;
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
  /// The session of this name, which the peer may use. The caller gives it the channel.
  virtual Result<SessionHost*> find_session(const LinkPeer& peer, const std::string& id) = 0;
  virtual asio::awaitable<session::AgentAnswer> answer(LinkPeer peer,
                                                       session::AgentRequest request) = 0;
  virtual void handle_established(const LinkPeer& peer) = 0;
  /// The link is without a transport (with the reason), or goes on over another.
  virtual void handle_away(const LinkPeer& peer, const Fault& reason) = 0;
  virtual void handle_back(const LinkPeer& peer) = 0;
  /// The link of this name and the same peer; nothing if there is none.
  virtual LinkHost* find_link(const LinkPeer& peer, const std::string& link_id) = 0;
  /// What all links keep together.
  virtual std::shared_ptr<link::KeptBudget> kept_budget() = 0;
  /// As in link::LinkOptions.
  virtual std::optional<std::chrono::milliseconds> silence_limit() const = 0;
  virtual AuditDesk& audit() = 0;
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
  const std::string& link_id() const { return link_id_; }
  bool established() const { return established_; }
  /// It is away, and nothing waits for its coming back.
  bool is_forsaken() const { return driver_.link().suspended() && sessions_.empty(); }
  /// It was only the first words of another link's new transport.
  bool handed_over() const { return handed_over_; }
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
  void handle(const link::ResumeRequested& event);
  void handle(const link::LinkSuspended& event);
  void handle(const link::LinkResumed& event);
  void handle(const link::LinkEnded& event);
  asio::awaitable<void> wait_for_transport();
  /// The near end has come back: Link::resume() has taken its word.
  void go_on(io::StreamPtr stream, const std::string& transport);
  void show();
  void open_session(link::ChannelId channel, session::SessionOpening opening);
  /// The channel is no session's any more. `reason`: for the audit log.
  void note_left(link::ChannelId channel, const std::string& reason);
  /// What a control channel asks, one after another.
  asio::awaitable<void> answer(link::ChannelId channel);

  LinkServices& services_;
  LinkPeer peer_;
  const std::int64_t since_;
  struct Client {
    SessionHost* session;
    session::ClientId client;
  };
  std::map<link::ChannelId, Client> sessions_;
  std::map<link::ChannelId, ChannelAudit> audits_;  ///< Of those.
  struct Control {
    std::deque<std::string> asked;  ///< Not consumed, so the channel's window bounds it.
    bool is_answering = false;
  };
  std::map<link::ChannelId, Control> controls_;
  std::string link_id_;
  bool established_ = false;
  bool handed_over_ = false;
  bool is_shown_ = false;
  std::optional<std::int64_t> away_since_;
  std::optional<Fault> fault_;
  io::Wake changed_;  ///< For wait_for_transport().
  io::LinkDriver driver_;
  io::TaskGroup answering_;
};

}  // namespace nearside::far_end
