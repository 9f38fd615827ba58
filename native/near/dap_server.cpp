// Accepts clients, asks the kernel who they are, and serves them side by side.
#include "near/dap_server.hpp"

#include "io/faults.hpp"
#include "io/task_group.hpp"
#include "near/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include <exception>
#include <utility>

// GCC 12 mistakes how Asio allocates the frames of some coroutines.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace nearside::near_end {
namespace {

using Log = std::function<void(const std::string&)>;

/// What one listener's clients share.
struct Service {
  Links& links;
  SessionOptions options;
  Log log;
  io::TaskGroup& clients;
};

asio::awaitable<void> serve_one(Service& service, io::StreamPtr stream) {
  // Faults have been told to the client and logged there.
  co_await serve_client(service.links, service.options, std::move(stream), service.log);
}

template <typename Socket>
bool is_ours(const Socket& socket, const Log& log) {
  const auto user = io::peer_user(socket);
  if (user && *user == ::geteuid()) return true;
  log(user ? "refused a process of another user (" + std::to_string(*user) + ")"
           : "refused a client: " + user.error().message);
  return false;
}

template <typename Acceptor>
asio::awaitable<void> accept_loop(Service& service, Acceptor& acceptor) {
  for (std::uint64_t number = 1;; ++number) {
    auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error) {
      if (error != asio::error::operation_aborted)  // We were told to stop.
        service.log("a client could not be accepted: " + error.message());
      asio::steady_timer pause(acceptor.get_executor(), kAcceptPause);
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    if (!is_ours(socket, service.log)) continue;
    if (service.clients.running() >= kMaxClients) {
      service.log("refused a client: " + std::to_string(kMaxClients) + " are connected already");
      continue;
    }
    service.clients.spawn(
        serve_one(service, io::make_stream(std::move(socket), "client " + std::to_string(number))));
  }
}

/// Until cancelled; then the clients' sessions end before it returns.
template <typename Acceptor>
asio::awaitable<void> accept_until_cancelled(Service& service, Acceptor& acceptor) {
  std::exception_ptr cancelled;
  try {
    co_await accept_loop(service, acceptor);
  } catch (...) {
    cancelled = std::current_exception();
  }
  service.clients.stop();
  co_await service.clients.join();
  if (cancelled) std::rethrow_exception(cancelled);
}

}  // namespace

io::Async<void> serve(Links& links, SessionOptions options, ListenAddress address,
                      std::function<void(const std::string&)> on_listening, Log log) {
  const auto executor = links.executor();
  io::TaskGroup clients(executor);
  Service service{links, std::move(options), std::move(log), clients};
  if (const auto* path = std::get_if<std::filesystem::path>(&address.where)) {
    auto listener = io::LocalListener::bind(executor, *path);
    if (!listener) co_return listener.error();
    on_listening("unix:" + listener->path().string());
    co_await accept_until_cancelled(service, listener->acceptor());
    co_return boost::system::in_place_value;
  }
  const auto& tcp = std::get<io::HostPort>(address.where);
  auto acceptor = io::listen_tcp(executor, tcp);
  if (!acceptor) co_return acceptor.error();
  boost::system::error_code ignored;
  const auto bound = acceptor->local_endpoint(ignored);
  on_listening(io::HostPort{tcp.host, bound.port()}.text());
  co_await accept_until_cancelled(service, *acceptor);
  co_return boost::system::in_place_value;
}

}  // namespace nearside::near_end
