// The links of one near end, one per target, shared by all its sessions. A link is made when the
// first session needs it and ends when it has been idle for kIdleLinkLimit. Everything runs on one
// executor; nothing here is thread-safe. Sessions and channels go before their Links.
#pragma once

#include "core/link/link.hpp"
#include "io/identity.hpp"
#include "io/process.hpp"
#include "io/stream.hpp"
#include "io/tls.hpp"
#include "near/limits.hpp"
#include "near/target.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::near_end {

namespace asio = boost::asio;

/// What all sessions of a near end share.
struct NearEndOptions {
  std::filesystem::path state;     ///< The state folder (resolved).
  std::optional<io::CaPolicy> ca;  ///< In the place of pins, for `tls://` targets.
  std::string executable;          ///< `nearside` itself, to start the local agent with.
  bool state_is_default = true;    ///< Else the local agent is started with `--state`.
  /// Of a local agent that is started, and of local sessions that bring none of their own. Nothing:
  /// this process's, read when the Links are made.
  std::optional<io::Environment> environment;
  /// How long a link that is down is tried again before its sessions are given up here.
  std::chrono::seconds reconnect_limit = kReconnectLimit;
  std::optional<std::chrono::milliseconds> silence_limit = {};  ///< As in link::LinkOptions.
};

/// What the user may want to know of a link.
struct LinkState {
  /// kReconnecting: the link is down and will be tried again; its sessions go on over there.
  enum class Kind { kConnecting, kConnected, kReconnecting, kLost } kind = Kind::kConnecting;
  std::string target;
  std::string detail;  ///< Why down or lost, or why the last attempt failed; empty when connected.
  /// kConnecting: what is done over there before there can be a link, and how far it is.
  std::string progress = {};
  int attempt = 0;  ///< kReconnecting: the one that runs or comes next, from 1.
  std::chrono::milliseconds next_try{0};  ///< kReconnecting: until then; 0: it runs.
  std::string
      security;  ///< "TLSv1.3 TLS_AES_256_GCM_SHA384, agent SHA256:…" or "local socket, same user".
  bool operator==(const LinkState&) const = default;
};

/// "connecting", "connected", "reconnecting", "lost".
std::string_view to_string(LinkState::Kind kind);

/// One channel of a link as its user sees it. Closing or destroying it closes the channel.
class Channel {
 public:
  struct Handlers {
    std::function<void(link::MessageKind, std::string)> on_message;
    /// Nothing comes afterwards. No fault: closed in an orderly way by the far end.
    std::function<void(std::optional<Fault>)> on_closed;
    std::function<void()> on_writable;
  };
  virtual ~Channel() = default;
  virtual Result<void> send(link::MessageKind kind, std::string bytes) = 0;
  virtual bool may_send() const = 0;
  /// To be called when the bytes of received messages have been handed on.
  virtual void consumed(std::size_t bytes) = 0;
  virtual void close(std::optional<Fault> reason) = 0;
};

class Logbook;

class Links {
 public:
  Links(asio::any_io_executor executor, NearEndOptions options);
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  const asio::any_io_executor& executor() const;
  /// Of local sessions that bring none of their own.
  const io::Environment& environment() const;
  /// The state folder.
  const std::filesystem::path& state() const;

  /// Connects when there is no link to the target yet (at most kConnectLimit, trying again what may
  /// pass; several callers share one attempt), then opens a channel.
  io::Async<std::unique_ptr<Channel>> open(Target target, std::string opening,
                                           Channel::Handlers handlers);

  /// The state of the link to a target, now and at each change. One observer per call; it ends with
  /// the returned object.
  std::shared_ptr<void> observe(const Target& target,
                                std::function<void(const LinkState&)> on_state);
  /// While the link is down: the next attempt to make it again comes at once. Else nothing.
  void retry_now(const Target& target);
  std::optional<link::LinkCounters> counters(const Target& target) const;
  std::optional<io::LinkCosts> costs(const Target& target) const;
  /// Of its sessions.
  Logbook& logbook() const;

  /// Says goodbye on all links and waits until they are closed (bounded by io's farewell limit).
  asio::awaitable<void> close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nearside::near_end
