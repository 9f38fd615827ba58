// One DAP client at the near end: its front, its pipeline and its channel, from the client's first
// byte to the last answer. What always holds: each request of the client is answered, whatever
// happens behind us. It refuses nothing silently: what a client does wrong it is told.
#pragma once

#include "core/inspect/inspector.hpp"
#include "core/inspect/times.hpp"
#include "core/session/linger.hpp"
#include "near/links.hpp"
#include "near/path_stage.hpp"
#include "near/session_times.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace nearside::near_end {

struct SessionOptions {
  Target target;
  std::string adapter;            ///< As in session::SessionOpening.
  std::string working_directory;  ///< At the far end; empty: the home folder there.
  std::string client;             ///< For lists shown to people.
  /// For adapters of a local target; nothing: that of the Links.
  std::optional<io::Environment> environment;
  PathOptions paths;
  inspect::InspectOptions inspect = {};
  std::string session = {};                ///< One to be joined; empty: a new one.
  std::optional<session::Role> role = {};  ///< As in session::SessionOpening.
  session::LingerWish linger = {};
  bool restore = false;  ///< As in session::SessionOpening.
};

struct SessionCounters {
  std::uint64_t messages_to_adapter = 0, bytes_to_adapter = 0;
  std::uint64_t messages_to_client = 0, bytes_to_client = 0;
  std::uint64_t dropped_responses = 0;
};

/// All calls and callbacks on the executor of `links`.
class ClientSession {
 public:
  struct Handlers {
    /// One message body for the client (the whole JSON; no header). Say delivered() when it has
    /// left.
    std::function<void(std::string)> on_message;
    /// The client may send again, after may_send() was false.
    std::function<void()> on_writable;
    std::function<void(const LinkState&)> on_link_state;
    /// Nothing comes afterwards. The session is over on both sides; a fault says why if it did not
    /// end by the client's own wish.
    std::function<void(std::optional<Fault>)> on_closed;
  };

  ClientSession(Links& links, SessionOptions options, Handlers handlers);
  ~ClientSession();
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  /// One message body from the client. Bodies that are no DAP message are answered as far as they
  /// can be and told to the user; the session goes on.
  /// `handed_over`: when the client did that, where that was earlier (io::precise_now).
  void handle_client_message(std::string body,
                             std::optional<std::chrono::microseconds> handed_over = {});
  /// The client's byte stream broke its framing (fault), or ended (no fault). Ends the session.
  void handle_client_gone(std::optional<Fault> fault);
  bool may_send() const;
  void delivered(std::size_t bytes);

  /// Its link, while that is down, is tried again at once.
  void retry_now();
  /// Lets the session go: the far end ends it as its rules say. on_closed comes when it is done.
  void close();
  SessionCounters counters() const;
  /// Valid while the session lives.
  const inspect::InspectorCounters& inspection() const;
  /// What its requests took so far. May be kept, and read from any thread.
  std::shared_ptr<const SessionTimes> times() const;
  /// The mapping rules that hold now.
  paths::RuleSet rules() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace nearside::near_end
