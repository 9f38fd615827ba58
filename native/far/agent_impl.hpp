// The agent's insides: listeners, links, sessions, and the order in which they come and go.
#pragma once

#include "far/agent.hpp"
#include "far/agent_resources.hpp"
#include "far/control.hpp"
#include "far/doorkeeper.hpp"
#include "far/link_host.hpp"
#include "far/pairing_office.hpp"
#include "far/session_host.hpp"
#include "io/task_group.hpp"

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace nearside::far_end {

struct Agent::Impl final : LinkServices {
  Impl(asio::any_io_executor on, AgentOptions chosen, OnAgentEvent on_event);

  // agent.cpp: coming and going.
  asio::awaitable<Result<void>> run();
  Result<void> open();
  void stop();
  asio::awaitable<void> end_sessions();
  asio::awaitable<void> end_links();
  asio::awaitable<void> watch_idleness();
  void touch();

  // agent_links.cpp: who comes in.
  asio::awaitable<void> accept_local();
  asio::awaitable<void> accept_tls(asio::ip::tcp::acceptor& acceptor);
  bool has_room_for_link();
  asio::awaitable<void> serve(io::StreamPtr stream, LinkPeer peer);
  // agent_reverse.cpp
  asio::awaitable<void> dial_out(io::HostPort address);
  io::Async<std::pair<io::StreamPtr, LinkPeer>> dial(io::HostPort address);
  void tell_refused(const std::string& transport, const std::string& peer, const Fault& fault);
  std::size_t cut_links(const io::Fingerprint& fingerprint, const Fault& fault);
  Result<std::string> pair(const LinkPeer& peer, const std::string& proof,
                           const std::string& name) override;
  void handle_established(const LinkPeer& peer) override;
  void handle_away(const LinkPeer& peer, const Fault& reason) override;
  void handle_back(const LinkPeer& peer) override;
  LinkHost* find_link(const LinkPeer& peer, const std::string& link_id) override;
  std::shared_ptr<link::KeptBudget> kept_budget() override { return kept; }
  std::optional<milliseconds> silence_limit() const override { return options.silence_limit; }
  AuditDesk& audit() override { return resources.audit; }

  // agent_sessions.cpp: what links want of sessions and of the agent.
  Result<SessionHost*> open_session(const LinkPeer& peer, session::SessionOpening opening,
                                    std::unique_ptr<ClientChannel> channel) override;
  asio::awaitable<void> run_session(SessionHost& session);
  Result<SessionHost*> find_session(const LinkPeer& peer, const std::string& id) override;
  asio::awaitable<session::AgentAnswer> answer(LinkPeer peer,
                                               session::AgentRequest request) override;
  nlohmann::json list_sessions(const LinkPeer& peer) const;
  asio::awaitable<session::AgentAnswer> answer_processes();
  asio::awaitable<session::AgentAnswer> answer_breakpoints(session::AgentRequest request);
  void note_order(const LinkPeer& peer, const session::AgentRequest& request,
                  const session::AgentAnswer& answer);
  session::AgentAnswer answer_now(const LinkPeer& peer, const session::AgentRequest& request);
  session::AgentAnswer end_session(const LinkPeer& peer, const nlohmann::json& arguments);
  session::AgentAnswer set_role(const LinkPeer& peer, const nlohmann::json& arguments);
  session::AgentAnswer drop_client(const LinkPeer& peer, const nlohmann::json& arguments);
  nlohmann::json status() const;

  asio::any_io_executor executor;
  AgentOptions options;
  OnAgentEvent on_event;
  AgentResources resources;
  io::PeerStore peers;
  PairingOffice office;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  std::optional<io::Identity> identity;
  std::optional<io::LocalListener> local;
  std::list<asio::ip::tcp::acceptor> acceptors;
  std::vector<io::HostPort> addresses;  ///< Theirs, with real ports.
  std::optional<Doorkeeper> doorkeeper;

  std::list<LinkHost*> links;
  std::shared_ptr<link::KeptBudget> kept = std::make_shared<link::KeptBudget>();
  std::map<std::string, std::unique_ptr<SessionHost>> sessions;
  bool stopping = false;
  io::Wake stop_wanted;
  io::Wake fewer;     ///< A link or a session is gone.
  io::Wake activity;  ///< For the idle limit.
  std::chrono::steady_clock::time_point last_use = started;

  io::TaskGroup afterlife;  ///< What outlives a session: reading terminals of kept debuggees.
  io::TaskGroup session_tasks;
  io::TaskGroup link_tasks;
  io::TaskGroup listeners;
};

}  // namespace nearside::far_end
