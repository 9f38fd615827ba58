// A near end on a thread of its own, for a host that must not wait: sessions are opened, fed and
// closed from any thread, and what they say is told on the near end's thread. Sessions with the
// same state folder and CA share their links, those of a workspace its index. What always holds:
// after the destructor has returned no handler is called, whatever ran; and it returns, within
// kThreadEndLimit.
#pragma once

#include "near/client_session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nearside::near_end {

/// A session as its user asks for it, in words.
struct SessionRequest {
  std::string target;
  std::string adapter;
  std::string working_directory;
  std::string client;
  std::string executable;            ///< `nearside`, to start the local agent with.
  std::optional<std::string> state;  ///< Nothing: the user's default folder.
  std::optional<std::string> ca_file;
  std::vector<std::string> allowed_names;
  std::string workspace;                ///< Absolute; empty: nothing is inferred of paths.
  bool restore = false;                 ///< As in session::SessionOpening.
  std::vector<paths::Rule> path_rules;  ///< The user's own.
  inspect::InspectOptions inspect = {};
  std::string session = {};  ///< One to be joined, in the place of `adapter`; empty: a new one.
  std::optional<session::Role> role = {};  ///< As in session::SessionOpening.
  session::LingerWish linger = {};
  std::optional<std::chrono::milliseconds> silence_limit = {};  ///< As in NearEndOptions.
};

/// Called on the near end's thread, one at a time; they must not wait.
struct ThreadedHandlers {
  std::function<void(std::string body)> on_message;
  std::function<void()> on_writable;
  std::function<void(const LinkState&)> on_link_state;
  /// The last call.
  std::function<void(std::optional<Fault>)> on_closed;
};

/// One session's face to other threads. All methods may be called from any thread, also after the
/// session is over: then they do nothing.
class ThreadedSession {
 public:
  virtual ~ThreadedSession() = default;
  /// One message body. False: it was taken, but wait for on_writable before sending more.
  virtual bool send(std::string body) = 0;
  /// The client has taken that many bytes of what on_message gave.
  virtual void delivered(std::size_t bytes) = 0;
  /// While its link is down: the next attempt is made at once.
  virtual void retry_now() = 0;
  virtual void close() = 0;
  virtual SessionCounters counters() const = 0;
  virtual inspect::InspectorCounters inspection() const = 0;
  /// What its requests took so far. Nothing before it has begun.
  virtual std::shared_ptr<const SessionTimes> times() const = 0;
  /// The mapping rules that hold now.
  virtual paths::RuleSet rules() const = 0;
  /// What becomes of a path under them, as JSON (paths::to_json); looks whether files are there.
  virtual std::string explain(const std::string& path) const = 0;
};

class NearThread {
 public:
  NearThread();
  ~NearThread();
  NearThread(const NearThread&) = delete;
  NearThread& operator=(const NearThread&) = delete;

  /// A fault when the words name nothing that could be: those of the target, the state folder, the
  /// CA, the workspace or a rule. Whether somebody is there shows later, as answers to the client.
  Result<std::shared_ptr<ThreadedSession>> open(const SessionRequest& request,
                                                ThreadedHandlers handlers);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nearside::near_end
