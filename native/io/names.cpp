// getent is a process of its own, so a module that hangs or crashes does so over there. c-ares asks
// for its sockets to be watched; each round watches copies of them, so that whatever it closes
// meanwhile is its own affair.
#include "io/names.hpp"

#include "io/deadline.hpp"
#include "io/faults.hpp"
#include "io/limits.hpp"

#include <ares.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

namespace nearside::io {
namespace {

using Milliseconds = std::chrono::milliseconds;

Fault unknown_name(const std::string& host, const std::string& why) {
  return make_fault(Errc::kConnectFailed, Condition::kUnreachable,
                    "the name " + host + " is not known here (" + why + ")");
}

// --- The system's own way ---

asio::awaitable<void> reap(Process process) {
  (void)co_await process.wait();
}

/// Killed with its object, if it has not ended.
class Getent {
 public:
  Getent(asio::any_io_executor executor, Process started)
      : executor_(std::move(executor)), process_(std::move(started)) {}
  ~Getent() {
    if (has_ended_) return;
    process_.signal_group(SIGKILL);
    asio::co_spawn(executor_, reap(std::move(process_)), asio::detached);
  }
  Getent(const Getent&) = delete;
  Getent& operator=(const Getent&) = delete;

  /// How it ended tells no more than what it printed.
  asio::awaitable<void> wait() {
    (void)co_await process_.wait();
    has_ended_ = true;
  }

 private:
  asio::any_io_executor executor_;
  Process process_;
  bool has_ended_ = false;
};

/// Nothing: there is no getent.
asio::awaitable<std::optional<Addresses>> ask_system(asio::any_io_executor executor,
                                                     std::string host, Environment environment) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) co_return std::nullopt;
  const auto output = make_descriptor_stream(executor, ends[0], ends[0], "getent");
  ProcessOptions options;
  options.arguments = {"getent", "ahosts", host};
  options.environment = std::move(environment);
  options.descriptors = {{1, ends[1]}};
  options.new_session = true;
  auto started = Process::start(executor, options);
  ::close(ends[1]);
  if (!started) co_return std::nullopt;
  Getent getent(executor, *std::move(started));
  std::string text;
  std::array<char, 4096> buffer;
  while (text.size() < kMaxGetentBytes) {
    const auto count = co_await output->read_some(asio::buffer(buffer));
    if (!count || *count == 0) break;
    text.append(buffer.data(), *count);
  }
  co_await getent.wait();
  co_return addresses_in(text);
}

// --- Without it ---

class Query {
 public:
  explicit Query(asio::any_io_executor executor) : executor_(std::move(executor)) {}
  ~Query() {
    if (channel_ != nullptr) ares_destroy(channel_);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Async<Addresses> run(std::string host) {
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    ares_options options{};
    options.timeout = static_cast<int>(kNameServerLimit.count());
    options.tries = kNameServerTries;
    if (library != ARES_SUCCESS ||
        ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) != ARES_SUCCESS)
      co_return unknown_name(host, "the resolver cannot be set up");
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, take, this);
    const auto cancelled = co_await asio::this_coro::cancellation_state;
    while (!status_ && cancelled.cancelled() == asio::cancellation_type::none) co_await step();
    if (!addresses_.empty()) co_return std::move(addresses_);
    co_return unknown_name(host, ares_strerror(status_.value_or(ARES_ECANCELLED)));
  }

 private:
  static void take(void* self, int status, int, ares_addrinfo* found) {
    auto& query = *static_cast<Query*>(self);
    query.status_ = status;
    for (const auto* node = found != nullptr ? found->nodes : nullptr; node != nullptr;
         node = node->ai_next) {
      if (node->ai_family == AF_INET) {
        asio::ip::address_v4::bytes_type bytes;
        const auto* address = reinterpret_cast<const sockaddr_in*>(node->ai_addr);
        std::memcpy(bytes.data(), &address->sin_addr, bytes.size());
        query.addresses_.emplace_back(asio::ip::address_v4(bytes));
      } else if (node->ai_family == AF_INET6) {
        asio::ip::address_v6::bytes_type bytes;
        const auto* address = reinterpret_cast<const sockaddr_in6*>(node->ai_addr);
        std::memcpy(bytes.data(), &address->sin6_addr, bytes.size());
        query.addresses_.emplace_back(asio::ip::address_v6(bytes, address->sin6_scope_id));
      }
    }
    if (found != nullptr) ares_freeaddrinfo(found);
  }

  struct Round {
    explicit Round(const asio::any_io_executor& executor) : over(executor) {}
    asio::steady_timer over;
    std::vector<asio::posix::stream_descriptor> watched;
    std::vector<ares_socket_t> readable, writable;
  };

  /// Until a socket is ready or a time is up, of which c-ares then hears.
  asio::awaitable<void> step() {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const auto wishes =
        static_cast<unsigned>(ares_getsock(channel_, sockets.data(), ARES_GETSOCK_MAXNUM));
    const auto round = std::make_shared<Round>(executor_);
    for (unsigned at = 0; at < ARES_GETSOCK_MAXNUM; ++at) {
      const auto socket = sockets[at];
      if (ARES_GETSOCK_READABLE(wishes, at) != 0)
        watch(round, socket, asio::posix::stream_descriptor::wait_read, &Round::readable);
      if (ARES_GETSOCK_WRITABLE(wishes, at) != 0)
        watch(round, socket, asio::posix::stream_descriptor::wait_write, &Round::writable);
    }
    timeval most{static_cast<time_t>(1), 0};
    timeval room{};
    const auto* left = ares_timeout(channel_, &most, &room);
    round->over.expires_after(std::chrono::seconds(left->tv_sec) +
                              std::chrono::microseconds(left->tv_usec));
    if (round->readable.empty() && round->writable.empty())
      co_await round->over.async_wait(asio::as_tuple(asio::use_awaitable));
    round->watched.clear();
    for (const auto socket : round->readable) ares_process_fd(channel_, socket, ARES_SOCKET_BAD);
    for (const auto socket : round->writable) ares_process_fd(channel_, ARES_SOCKET_BAD, socket);
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }

  void watch(const std::shared_ptr<Round>& round, ares_socket_t socket,
             asio::posix::stream_descriptor::wait_type what,
             std::vector<ares_socket_t> Round::*ready) {
    const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return;
    auto& watched = round->watched.emplace_back(executor_, copy);
    watched.async_wait(what, [round, socket, ready](const boost::system::error_code& error) {
      if (error) return;
      ((*round).*ready).push_back(socket);
      round->over.cancel();
    });
  }

  asio::any_io_executor executor_;
  ares_channel channel_ = nullptr;
  std::optional<int> status_;
  Addresses addresses_;
};

Async<Addresses> look_up(asio::any_io_executor executor, std::string host,
                         Environment environment) {
  auto told = co_await ask_system(executor, host, std::move(environment));
  if (told && told->empty()) co_return unknown_name(host, "getent finds nothing");
  if (told) co_return *std::move(told);
  if (host == "localhost" || host.ends_with(".localhost")) {
    // It is known without any file (RFC 6761, section 6.3).
    Addresses loopback{asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
    co_return std::move(loopback);
  }
  Query query(executor);
  co_return co_await query.run(std::move(host));
}

}  // namespace

Addresses addresses_in(std::string_view getent) {
  Addresses found;
  while (!getent.empty()) {
    const auto line = getent.substr(0, getent.find('\n'));
    getent.remove_prefix(std::min(line.size() + 1, getent.size()));
    boost::system::error_code error;
    const auto address = asio::ip::make_address(line.substr(0, line.find_first_of(" \t")), error);
    if (!error && std::find(found.begin(), found.end(), address) == found.end())
      found.push_back(address);
  }
  return found;
}

Async<Addresses> addresses_of(asio::any_io_executor executor, std::string host, Milliseconds limit,
                              Environment environment) {
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(host, error);
  if (!error) {
    Addresses one{literal};
    co_return std::move(one);
  }
  // It would be an option of getent's.
  if (host.starts_with('-')) co_return unknown_name(host, "no name begins with a dash");
  auto late = make_fault(Errc::kTimedOut, Condition::kUnreachable,
                         "no name server has told within " + std::to_string(limit.count()) +
                             " ms what the address of " + host + " is");
  co_return co_await within(limit, look_up(executor, host, std::move(environment)),
                            std::move(late));
}

}  // namespace nearside::io
