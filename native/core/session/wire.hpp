// What the near end and the far end say to each other on a link's channels, beside DAP itself: the
// opening of a channel and the control messages (MessageKind::kControl). Each is a small JSON
// object; unknown members are ignored, so that a newer peer can say more. docs/link-protocol.md
// (Channels) holds the same for people.
#pragma once

#include "core/fault.hpp"
#include "core/inspect/client_view.hpp"
#include "core/inspect/options.hpp"
#include "core/paths/host.hpp"
#include "core/session/linger.hpp"
#include "core/session/role.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace nearside::session {

/// Opens a session: the far end starts (or reaches) the adapter at once.
struct SessionOpening {
  /// "dlv", "lldb-dap", "debugpy", "stdio:COMMAND ARG…", "tcp:HOST:PORT", or a name from the
  /// agent's configuration file. The far end resolves it.
  std::string adapter;
  /// Absolute folder at the far end in which the adapter starts; empty: the home folder there.
  std::string working_directory;
  /// The opener's environment. Honoured by the far end only on a local link (same user, same
  /// machine).
  std::optional<std::map<std::string, std::string>> environment;
  /// For lists shown to people: "nvim", "vscode".
  std::string client;
  /// Nothing: the near end keeps no answers, so none is stamped.
  std::optional<inspect::InspectWish> inspect = {};
  /// A session that is there already, to be joined: its name. The adapter is not looked at then.
  /// Empty: a new one.
  std::string session = {};
  /// As what: no more than the far end gives. Nothing: all that it gives.
  std::optional<Role> role = {};
  LingerWish linger = {};
  /// Each answer is to say what time it took at the far end (inspect::Spent).
  bool times = false;
  /// As the near end names it: what is stored of a session is kept with it. May be empty.
  std::string workspace = {};
  /// Breakpoints that are stored for the workspace, adapter and configuration are set again.
  bool restore = false;
  bool operator==(const SessionOpening&) const = default;
};
/// Opens a channel for questions to the agent itself (`nearside status` and the like). From another
/// machine only "sessions", "end-session", "set-role", "drop-client" (of the peer's own),
/// "breakpoints", "processes" are answered.
struct ControlOpening {
  bool operator==(const ControlOpening&) const = default;
};
using Opening = std::variant<SessionOpening, ControlOpening>;

std::string encode(const Opening& opening);
Result<Opening> decode_opening(std::string_view json);

/// Far → near, once: the adapter runs and speaks.
struct SessionReady {
  std::string session;  ///< 16 hex digits.
  std::string adapter;  ///< What was resolved: "dlv (/usr/bin/dlv)".
  std::string notice;   ///< Something the user should know (open ports of debugpy); mostly empty.
  paths::HostFacts host = {};
  bool operator==(const SessionReady&) const = default;
};
/// Far → near, at most once: there is no adapter, or no longer. Afterwards the channel closes.
struct SessionFailed {
  Fault fault;
  bool operator==(const SessionFailed&) const = default;
};
/// Far → near: files that the adapter names for the first time in this session, always before the
/// message that names them; before `initialized` those that it knows then.
struct SourcesSeen {
  std::vector<paths::RemoteFile> files;
  bool operator==(const SourcesSeen&) const = default;
};
using SessionControl = std::variant<SessionReady, SessionFailed, SourcesSeen>;

/// Near → far, as a control message: before a request that it passes on, whenever it has changed.
std::string encode(const inspect::ClientView& view);
Result<inspect::ClientView> decode_client_view(std::string_view json);

/// Near → far, as a DAP request that no adapter ever sees: `arguments` {path}, one that the adapter
/// has named. Answered as `source` is: `body` {content}, or an error response.
inline constexpr std::string_view kReadSourceCommand = "nearside.source";
/// Both ways: a terminal that an adapter has asked for, as the user sees it, of a client whose
/// `initialize` has said so (kOwnMember: {"terminals": true}). Far → near, an event: {terminal: a
/// number, title, process} when it is there (again to a client that joins), {terminal, output:
/// text} and, last, {terminal, ended: true}. Near → far, a request that no adapter ever sees:
/// `arguments` {terminal, input: text} as typed, {terminal, columns, rows}, {terminal, close:
/// true}.
inline constexpr std::string_view kTerminalName = "nearside.terminal";
/// Near → far: a member of setBreakpoints' and setFunctionBreakpoints' `arguments`, taken out
/// before the adapter sees them: `{"ids": [id, …]}`, the logical ids that the breakpoints, in
/// order, have already (null: a new one), when a near end sends them again because a rule changed.
/// Of launch's and attach's: `{"host"?: HostFacts, "initialized"?: true}`, from a near end that
/// knows the adapter from an earlier session: what the paths were written by (SessionReady says
/// what holds; if that differs, the far end drops the request, and the near end sends it again),
/// and that the client has been told `initialized`, so that what it sets waits here for the
/// adapter's own, which is not passed on.
inline constexpr std::string_view kOwnMember = "nearside";

std::string encode(const SessionControl& message);
Result<SessionControl> decode_session_control(std::string_view json);

/// On a control channel: one request, one answer, in order. `request` is one of "status",
/// "sessions", "end-session", "set-role", "drop-client", "stop", "pair", "authorize", "revoke",
/// "peers", "breakpoints", "processes", "forget-breakpoints"; the other members are the request's
/// own:
/// - status → {pid, version, socket, fingerprint, addresses: [text], uptime (s),
///   links: [{peer (a fingerprint, or "local"), name, transport, since (Unix s), channels,
///   roundTripMs, bytesSent, bytesReceived}], sessions: [{id, adapter, client, link (its peer),
///   pid (of the adapter), keeper (its pid), program, phase, notice, since,
///   prefetch: {requests, pushes, joined, used, bytes}, state ("live", "away": its link is down,
///   "orphaned": its client is gone), stateSince, endsAt (Unix s, null: never), clients: [{id,
///   name, role, link, since, state}]}]}
/// - sessions → {sessions: as in status}
/// - end-session {session, terminate?: whether the debuggee ends, too; missing: as it was started,
///   suspend?: what does not end stays suspended} → {}
/// - set-role {session, client: its id, role} → {}
/// - drop-client {session, client: its id} → {}
/// - processes → {processes: [{pid, name, command, user, since (Unix s)}]}
/// - stop → {} (then it ends)
/// - pair {address?: "host:port" as near ends reach it} → {code, address, fingerprint, expiresIn
/// (s)}
/// - authorize {fingerprint, role: "client"|"agent", name} → {}
/// - revoke {fingerprint} → {known, linksCut}
/// - peers → {peers: [{fingerprint, role, name, since, revoked}]}
/// - breakpoints {workspace?, since?: a revision} → {revision: of the last change among these,
///   whole: this is all there is, not what changed since, more: ask again since that revision,
///   entries, the oldest change first: [{workspace, adapter, configuration, kind, place, content
///   (core/session/stored_breakpoints.hpp; null: removed), revision, changed (Unix s)}]}
/// - forget-breakpoints {workspace?} → {forgotten: lists}
struct AgentRequest {
  std::string request;
  nlohmann::json arguments = nlohmann::json::object();
};
struct AgentReply {
  nlohmann::json body = nlohmann::json::object();
};
using AgentAnswer = Result<AgentReply>;

std::string encode(const AgentRequest& request);
Result<AgentRequest> decode_agent_request(std::string_view json);
std::string encode(const AgentAnswer& answer);
AgentAnswer decode_agent_answer(std::string_view json);

/// A fault as JSON {code, condition, message}, and back (used by refusals and channel closings
/// too).
nlohmann::json to_json(const Fault& fault);
Fault fault_from_json(const nlohmann::json& json);

}  // namespace nearside::session
