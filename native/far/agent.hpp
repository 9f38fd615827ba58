// The agent: listens on the user's Unix socket and, if told to, on TLS; takes links from near ends;
// owns sessions. One thread. What always holds: an unpinned peer reaches nothing but `pair` and a
// refusal; nothing that an adapter started outlives its session or this process (but what the user
// chose to leave running); a fault of one link or session stays there.
#pragma once

#include "core/fault.hpp"
#include "core/session/answer_limits.hpp"
#include "core/session/linger.hpp"
#include "io/sockets.hpp"
#include "io/tls.hpp"

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nearside::far_end {

namespace asio = boost::asio;

struct AgentOptions {
  std::filesystem::path state;
  std::vector<io::HostPort> listen;   ///< TLS addresses, in addition to the Unix socket.
  std::vector<io::HostPort> reverse;  ///< Near ends that listen, to dial to as long as it runs.
  std::optional<io::CaPolicy> ca;
  std::string executable;  ///< `nearside` itself, for keepers.
  /// Ends when nothing has needed it for this long; nothing: never (a foreground agent).
  std::optional<std::chrono::seconds> idle_limit;
  session::Linger linger = {};
  /// How long an adapter may take to answer before the user is told; 0: never.
  std::chrono::milliseconds watchdog = session::kQuickAnswer;
  std::optional<std::chrono::milliseconds> silence_limit = {};  ///< As in link::LinkOptions.
};

/// Lifecycle events, one JSON object each:
/// {"event":"listening","addresses":["tls://127.0.0.1:4711"],
/// "socket":"…","fingerprint":"SHA256:…","pid":1}, then link-opened, link-away (it lost its
/// transport and is kept), link-back, link-closed, peer-refused, session-opened, session-closed,
/// paired, breakpoints-trouble (something about what is stored of sessions), audit-trouble (nothing
/// can be written to the audit log), stopping. No secrets.
using OnAgentEvent = std::function<void(const nlohmann::json&)>;

class Agent {
 public:
  Agent(asio::any_io_executor executor, AgentOptions options, OnAgentEvent on_event);
  ~Agent();
  /// Until stop(), `nearside agent stop` or the idle limit. A fault when it could not start.
  asio::awaitable<Result<void>> run();
  /// Ends sessions (bounded), says goodbye on links.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nearside::far_end
