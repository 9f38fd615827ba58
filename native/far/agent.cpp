// From nothing to listening, and in the reverse order to nothing: no new links, sessions end, links
// say goodbye, whatever still runs is stopped.
#include "far/agent.hpp"

#include "far/agent_impl.hpp"
#include "far/offspring.hpp"
#include "far/open_files.hpp"
#include "io/clock.hpp"

#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <unistd.h>

#include <utility>

namespace nearside::far_end {

using io::Clock;

Agent::Impl::Impl(asio::any_io_executor on, AgentOptions chosen, OnAgentEvent event_handler)
    : executor(std::move(on)),
      options(std::move(chosen)),
      on_event(std::move(event_handler)),
      resources(executor, options.state, options.executable, raise_open_files()),
      peers(options.state),
      stop_wanted(executor),
      fewer(executor),
      activity(executor),
      afterlife(executor),
      session_tasks(executor),
      link_tasks(executor),
      listeners(executor) {
  resources.linger = options.linger;
  resources.times.answer = options.watchdog;
  resources.audit.set_on_trouble([this](const std::string& message) {
    on_event({{"event", "audit-trouble"}, {"message", message}});
  });
  resources.breakpoints.set_on_trouble([this](const std::string& message) {
    on_event({{"event", "breakpoints-trouble"}, {"message", message}});
  });
}

Result<void> Agent::Impl::open() {
  auto socket = io::agent_socket_path(options.state);
  if (!socket) return socket.error();
  auto bound = io::LocalListener::bind(executor, *socket);
  if (!bound) return bound.error();
  local.emplace(std::move(*bound));

  auto loaded = io::load_or_make_identity(options.state);
  if (!loaded) return loaded.error();
  identity = std::move(*loaded);
  resources.audit.open(*identity);
  if (options.listen.empty()) return {};

  auto door = Doorkeeper::make(
      *identity, options.ca, options.state,
      [this](io::StreamPtr stream, LinkPeer peer) {
        return serve(std::move(stream), std::move(peer));
      },
      [this](const std::string& transport, const Fault& fault) {
        tell_refused(transport, "unknown", fault);
      });
  if (!door) return door.error();
  doorkeeper.emplace(std::move(*door));
  for (const io::HostPort& address : options.listen) {
    auto acceptor = io::listen_tcp(executor, address);
    if (!acceptor) return acceptor.error();
    boost::system::error_code error;
    addresses.push_back({address.host, acceptor->local_endpoint(error).port()});
    acceptors.push_back(std::move(*acceptor));
  }
  return {};
}

asio::awaitable<Result<void>> Agent::Impl::run() {
  // Being cancelled means being told to stop: what was started is ended in order all the same.
  co_await asio::this_coro::throw_if_cancelled(false);
  ::signal(SIGPIPE, SIG_IGN);
  become_subreaper();
  if (auto opened = open(); !opened) {
    local.reset();
    acceptors.clear();
    co_return opened.error();
  }
  afterlife.spawn(resources.orphans.reap());
  listeners.spawn(accept_local());
  for (auto& acceptor : acceptors) listeners.spawn(accept_tls(acceptor));
  for (const auto& address : options.reverse) link_tasks.spawn(dial_out(address));
  if (options.idle_limit) listeners.spawn(watch_idleness());

  nlohmann::json listening{{"event", "listening"},
                           {"addresses", nlohmann::json::array()},
                           {"socket", local->path().string()},
                           {"fingerprint", identity->fingerprint.text()},
                           {"pid", ::getpid()}};
  for (const auto& address : addresses) listening["addresses"].push_back("tls://" + address.text());
  for (const auto& address : options.reverse) listening["reverse"].push_back(address.text());
  audit::Entry entry;
  entry.event = "agent-started";
  entry.details = {{"pid", ::getpid()}, {"addresses", listening["addresses"]}};
  resources.audit.note(std::move(entry));
  on_event(listening);

  if (!stopping) co_await stop_wanted.wait();
  stopping = true;
  on_event({{"event", "stopping"}});
  // Closed before the sessions end: who comes now shall find no agent and start another one. Nobody
  // may wait on a listener that goes.
  listeners.stop();
  co_await listeners.join();
  acceptors.clear();
  local.reset();
  co_await end_sessions();
  co_await end_links();
  for (io::TaskGroup* group : {&link_tasks, &session_tasks, &afterlife}) {
    group->stop();
    co_await group->join();
  }
  entry = {};
  entry.event = "agent-stopped";
  resources.audit.note(std::move(entry));
  co_return Result<void>();
}

void Agent::Impl::stop() {
  stopping = true;
  stop_wanted.ring();
}

asio::awaitable<void> Agent::Impl::end_sessions() {
  const Fault reason{Errc::kSessionLost, Condition::kUnreachable,
                     "The agent was stopped on the far side, and its sessions with it."};
  std::vector<SessionHost*> all;
  for (const auto& [id, session] : sessions) all.push_back(session.get());
  for (SessionHost* session : all) session->end(reason);
  const auto deadline = Clock::now() + kStopLimit;
  while (!sessions.empty() && Clock::now() < deadline) co_await fewer.wait_until(deadline);
}

asio::awaitable<void> Agent::Impl::end_links() {
  const std::list<LinkHost*> all = links;
  for (LinkHost* link : all) link->close(std::nullopt);
  const auto deadline = Clock::now() + kStopLimit;
  while (!links.empty() && Clock::now() < deadline) co_await fewer.wait_until(deadline);
}

void Agent::Impl::touch() {
  last_use = Clock::now();
  fewer.ring();
  activity.ring();
}

asio::awaitable<void> Agent::Impl::watch_idleness() {
  while (!stopping) {
    if (!links.empty() || !sessions.empty()) {
      co_await activity.wait();
    } else if (Clock::now() >= last_use + *options.idle_limit) {
      stop();
    } else {
      co_await activity.wait_until(last_use + *options.idle_limit);
    }
  }
}

Agent::Agent(asio::any_io_executor executor, AgentOptions options, OnAgentEvent on_event)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(options), std::move(on_event))) {}

Agent::~Agent() = default;

asio::awaitable<Result<void>> Agent::run() {
  return impl_->run();
}

void Agent::stop() {
  impl_->stop();
}

}  // namespace nearside::far_end
