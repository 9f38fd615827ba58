// TCP and Unix sockets: listening, connecting, and who is at the other end of a local one.
#pragma once

#include "io/stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nearside::io {

struct HostPort {
  std::string host;  ///< Name or address; IPv6 without brackets.
  std::uint16_t port = 0;
  std::string text() const;  ///< "host:port", "[::1]:port".
};
/// "127.0.0.1:0", "[::1]:4711", "build-box:4711". The fault names the text and what is missing.
Result<HostPort> parse_host_port(std::string_view text);

Result<asio::ip::tcp::acceptor> listen_tcp(asio::any_io_executor executor, const HostPort& address);
/// Tries each address of the host within one limit. No delay (Nagle off), keepalive on.
Async<asio::ip::tcp::socket> connect_tcp(asio::any_io_executor executor, HostPort address,
                                         std::chrono::milliseconds limit);

/// `/tmp/nearside-<uid>/agent.sock`; for a state folder that is not the user's default one,
/// `agent-<8 hex digits of its path's hash>.sock` beside it. Makes the folder 0700 and refuses one
/// that is not ours, is a link, or can be entered by others.
Result<std::filesystem::path> agent_socket_path(const std::filesystem::path& state);
/// The same for a process that may have several beside it: `near-<process>.sock`, then
/// `near-<process>.2.sock`, …; with another state folder `near-<8 hex digits>-<process>.sock`.
Result<std::filesystem::path> near_socket_path(const std::filesystem::path& state, pid_t process,
                                               unsigned number);
/// Those of this state folder that are there, whether anybody listens or not; by name.
Result<std::vector<std::filesystem::path>> near_socket_paths(const std::filesystem::path& state);
/// Of a process that was killed: removed, with its lock, if nobody holds that.
void remove_dead_socket(const std::filesystem::path& path);

/// A bound Unix socket, 0600, and the lock that makes it ours; the socket's file goes with the
/// object, and the lock's if it is of use to nobody else. A fault with kListenFailed and the
/// owner's words when another process holds the lock.
class LocalListener {
 public:
  enum class Lock { kStays, kGoes };
  static Result<LocalListener> bind(asio::any_io_executor executor,
                                    const std::filesystem::path& path, Lock lock = Lock::kStays);
  LocalListener(LocalListener&&) noexcept;
  LocalListener& operator=(LocalListener&&) noexcept;
  ~LocalListener();
  asio::local::stream_protocol::acceptor& acceptor();
  const std::filesystem::path& path() const;

 private:
  struct Impl;
  explicit LocalListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

Async<asio::local::stream_protocol::socket> connect_local(asio::any_io_executor executor,
                                                          std::filesystem::path path,
                                                          std::chrono::milliseconds limit);

/// Who holds the other end of a local connection. Unix sockets: the kernel says (SO_PEERCRED). TCP
/// on loopback: the owner of the peer's socket in /proc/net/tcp{,6}.
Result<uid_t> peer_user(const asio::local::stream_protocol::socket& socket);
Result<uid_t> peer_user(const asio::ip::tcp::socket& socket);
/// Whether `root` or a process that descends from it holds the peer's socket of this loopback
/// connection (its inode in /proc/net/tcp{,6} is among /proc/<pid>/fd).
bool peer_belongs_to(const asio::ip::tcp::socket& socket, pid_t root);

/// No Nagle delay, keepalive, and a short queue in the kernel (limits.hpp). Errors are ignored:
/// these make a connection better, none makes it right. tls_handshake() and make_stream() do it
/// themselves.
void tune(asio::ip::tcp::socket& socket);

StreamPtr make_stream(asio::ip::tcp::socket socket, std::string name);
StreamPtr make_stream(asio::local::stream_protocol::socket socket, std::string name);

}  // namespace nearside::io
