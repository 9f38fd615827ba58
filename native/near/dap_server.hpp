// Takes DAP clients on a socket or on stdio; each is a session of its own. Only processes of the
// same user are taken, by the kernel's word on the peer; and what looks like HTTP is refused, so
// that no web page reaches a debugger through a user's browser.
#pragma once

#include "io/sockets.hpp"
#include "near/client_session.hpp"

#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace nearside::near_end {

/// Serves one client on a stream until it is gone or its session is over. A fault: why the session
/// ended otherwise than the client wished (it has been told, as far as it could be).
asio::awaitable<std::optional<Fault>> serve_client(Links& links, SessionOptions options,
                                                   io::StreamPtr stream,
                                                   std::function<void(const std::string&)> log);

/// The same on this process's stdin and stdout, which are its own from then on.
asio::awaitable<std::optional<Fault>> serve_stdio(Links& links, SessionOptions options,
                                                  std::function<void(const std::string&)> log);

/// `127.0.0.1:PORT` (loopback addresses only) or `unix:PATH` (0600).
struct ListenAddress {
  std::variant<io::HostPort, std::filesystem::path> where;
};
Result<ListenAddress> parse_listen_address(std::string_view text);

/// Accepts clients until cancelled. `on_listening` gets the real address, in the form given.
io::Async<void> serve(Links& links, SessionOptions options, ListenAddress address,
                      std::function<void(const std::string&)> on_listening,
                      std::function<void(const std::string&)> log);

}  // namespace nearside::near_end
