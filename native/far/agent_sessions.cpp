// The agent's sessions: how they begin, who may take one up or end it, and what lists say.
#include "core/dap/quote.hpp"
#include "core/json_members.hpp"
#include "core/version.hpp"
#include "far/agent_impl.hpp"
#include "far/process_list.hpp"
#include "far/watch_limits.hpp"
#include "io/random_id.hpp"
#include "io/unix_time.hpp"

#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <limits>
#include <utility>

namespace nearside::far_end {
namespace {

using nlohmann::json;

bool may_use(const LinkPeer& peer, const SessionHost& session) {
  return peer.local || session.link() == peer.label();
}

session::ClientId client_of(const json& arguments) {
  constexpr std::uint64_t kNone = session::kNobody;
  const auto said = count_of(arguments, "client");
  return said > std::numeric_limits<session::ClientId>::max()
             ? kNone
             : static_cast<session::ClientId>(said);
}

}  // namespace

Result<SessionHost*> Agent::Impl::open_session(const LinkPeer& peer,
                                               session::SessionOpening opening,
                                               std::unique_ptr<ClientChannel> channel) {
  if (stopping) {
    return Fault{Errc::kSessionLost, Condition::kUnreachable,
                 "The agent is stopping. Try again in a moment."};
  }
  if (sessions.size() >= kMaxSessions) {
    return Fault{Errc::kSessionBusy, Condition::kUnreachable,
                 "The agent has " + std::to_string(kMaxSessions) +
                     " sessions already. End some (`nearside status` lists them)."};
  }
  std::string id = io::random_id(kSessionIdBytes);
  on_event({{"event", "session-opened"},
            {"session", id},
            {"adapter", opening.adapter},
            {"client", opening.client},
            {"peer", peer.label()}});
  auto& session = sessions[id];
  session = std::make_unique<SessionHost>(resources, id, std::move(opening), peer.local,
                                          peer.label(), std::move(channel));
  touch();
  session_tasks.spawn(run_session(*session));
  return session.get();
}

asio::awaitable<void> Agent::Impl::run_session(SessionHost& session) {
  // The link has to know the session before anything can come of it.
  co_await asio::post(executor, asio::use_awaitable);
  co_await session.run(afterlife);
  json event{{"event", "session-closed"}, {"session", session.id()}};
  audit::Entry entry;
  entry.event = "session-ended";
  entry.session = session.id();
  if (session.fault()) {
    event["reason"] = session.fault()->message;
    entry.reason = session.fault()->message;
  }
  resources.audit.note(std::move(entry));
  sessions.erase(session.id());
  on_event(event);
  touch();
}

Result<SessionHost*> Agent::Impl::find_session(const LinkPeer& peer, const std::string& id) {
  const auto found = sessions.find(id);
  if (found != sessions.end() && may_use(peer, *found->second)) return found->second.get();
  return Fault{Errc::kSessionLost, Condition::kMisconfigured,
               "The agent has no session " + dap::quote(id) +
                   " for you. `nearside sessions` lists those that it has."};
}

asio::awaitable<session::AgentAnswer> Agent::Impl::answer(LinkPeer peer,
                                                          session::AgentRequest request) {
  // No more than who may start a debugger over here could see by it.
  if (request.request == "processes") co_return co_await answer_processes();
  const bool lists = request.request == "breakpoints";
  const bool forgets = request.request == "forget-breakpoints" && peer.local;
  if (lists) co_return co_await answer_breakpoints(std::move(request));
  session::AgentAnswer given = session::AgentReply{};
  if (forgets)
    given = co_await answer_breakpoints(request);
  else
    given = answer_now(peer, request);
  note_order(peer, request, given);
  co_return given;
}

/// What only asks is not told, nor are a question's own words.
void Agent::Impl::note_order(const LinkPeer& peer, const session::AgentRequest& request,
                             const session::AgentAnswer& answer) {
  const auto& what = request.request;
  const bool only_asks = what == "sessions" || what == "status" || what == "peers";
  // Who gives that order has recorded what it does (`nearside revoke`).
  if (answer && (only_asks || what == "revoke")) return;
  auto entry = entry_of(peer, "order");
  entry.request = what;
  entry.session = text_of(request.arguments, "session");
  entry.outcome = answer ? "done" : "failed";
  if (!answer) entry.reason = answer.error().message;
  for (const char* name : {"fingerprint", "role", "name"})
    if (const auto text = text_of(request.arguments, name); !text.empty())
      entry.details[name] = text.substr(0, 128);
  resources.audit.note(std::move(entry));
}

session::AgentAnswer Agent::Impl::answer_now(const LinkPeer& peer,
                                             const session::AgentRequest& request) {
  if (request.request == "sessions")
    return session::AgentReply{{{"sessions", list_sessions(peer)}}};
  if (request.request == "end-session") return end_session(peer, request.arguments);
  if (request.request == "set-role") return set_role(peer, request.arguments);
  if (request.request == "drop-client") return drop_client(peer, request.arguments);
  if (!peer.local) {
    return Fault{Errc::kPeerUnknown, Condition::kAuthRejected,
                 "An agent takes such orders only on its own machine, from its own user. Run this "
                 "command there."};
  }
  ControlDesk desk{office,
                   peers,
                   identity->fingerprint,
                   addresses,
                   options.ca.has_value(),
                   [this] { return status(); },
                   [this] { stop(); },
                   [this](const io::Fingerprint& fingerprint, const Fault& fault) {
                     return cut_links(fingerprint, fault);
                   }};
  return far_end::answer(desk, request);
}

json Agent::Impl::list_sessions(const LinkPeer& peer) const {
  auto list = json::array();
  for (const auto& [id, session] : sessions)
    if (may_use(peer, *session)) list.push_back(session->status());
  return list;
}

session::AgentAnswer Agent::Impl::end_session(const LinkPeer& peer, const json& arguments) {
  const auto session = find_session(peer, find_text(arguments, "session").value_or(""));
  if (!session) return session.error();
  std::optional<bool> terminate;
  const auto said = arguments.find("terminate");
  if (said != arguments.end() && said->is_boolean()) terminate = said->get<bool>();
  (*session)->end({Errc::kSessionLost, Condition::kUnreachable,
                   "This session was ended from outside (`nearside sessions end`)."},
                  terminate, is_true(arguments, "suspend"));
  return session::AgentReply{};
}

session::AgentAnswer Agent::Impl::set_role(const LinkPeer& peer, const json& arguments) {
  const auto session = find_session(peer, text_of(arguments, "session"));
  if (!session) return session.error();
  const auto role = session::role_from(text_of(arguments, "role"));
  if (!role) {
    return Fault{Errc::kUsage, Condition::kMisconfigured,
                 "A role is observer, controller or owner."};
  }
  if (const auto done = (*session)->set_role(client_of(arguments), *role); !done)
    return done.error();
  return session::AgentReply{};
}

session::AgentAnswer Agent::Impl::drop_client(const LinkPeer& peer, const json& arguments) {
  const auto session = find_session(peer, text_of(arguments, "session"));
  if (!session) return session.error();
  const auto done = (*session)->drop_client(
      client_of(arguments), {Errc::kSessionLost, Condition::kAuthRejected,
                             "You have been dropped from this session, which goes on without you "
                             "(`nearside sessions drop`)."});
  if (!done) return done.error();
  return session::AgentReply{};
}

asio::awaitable<session::AgentAnswer> Agent::Impl::answer_processes() {
  const auto list = std::make_shared<json>();
  std::function<void()> look = [list] { *list = process_list(); };
  const bool in_time = co_await resources.background.run(std::move(look), kProcessListLimit);
  if (!in_time) {
    Fault late{Errc::kTimedOut, Condition::kMisconfigured,
               "The processes of this machine could not be listed: /proc does not answer."};
    co_return late;
  }
  session::AgentReply reply;
  reply.body["processes"] = std::move(*list);
  co_return reply;
}

asio::awaitable<session::AgentAnswer> Agent::Impl::answer_breakpoints(
    session::AgentRequest request) {
  auto workspace = find_text(request.arguments, "workspace");
  if (request.request == "forget-breakpoints")
    co_return co_await resources.breakpoints.forget(std::move(workspace), io::unix_seconds());
  std::optional<std::int64_t> since;
  const auto& said = member_of(request.arguments, "since");
  if (said.is_number_integer()) since = said.get<std::int64_t>();
  co_return co_await resources.breakpoints.list(std::move(workspace), since);
}

json Agent::Impl::status() const {
  json body{
      {"pid", ::getpid()},
      {"version", kVersion},
      {"socket", local ? local->path().string() : ""},
      {"fingerprint", identity->fingerprint.text()},
      {"addresses", json::array()},
      {"uptime",
       std::chrono::duration_cast<seconds>(std::chrono::steady_clock::now() - started).count()},
      {"links", json::array()},
      {"sessions", json::array()}};
  for (const auto& address : addresses) body["addresses"].push_back("tls://" + address.text());
  for (LinkHost* link : links)
    if (link->is_shown()) body["links"].push_back(link->status());
  for (const auto& [id, session] : sessions) body["sessions"].push_back(session->status());
  return body;
}

}  // namespace nearside::far_end
