// Addresses of a host's name, as this machine resolves names. What always holds: no module of the
// system's C library is loaded for it (docs/decisions/0006): `getent` is asked, which has the
// system's own, and where there is none, /etc/hosts and the name servers of /etc/resolv.conf.
#pragma once

#include "io/process.hpp"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::io {

using Addresses = std::vector<asio::ip::address>;

/// The best first; never empty. `host` may be an address itself. The fault says why there are none,
/// or that nobody has answered in time.
Async<Addresses> addresses_of(asio::any_io_executor executor, std::string host,
                              std::chrono::milliseconds limit,
                              Environment environment = current_environment());

/// What `getent ahosts` has printed: an address a line and kind of socket, each of them taken once.
Addresses addresses_in(std::string_view getent);

}  // namespace nearside::io
