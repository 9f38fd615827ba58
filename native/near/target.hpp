// Where the agent is, as users write it: `local`, `tls://host:port`. A value; it connects nothing.
#pragma once

#include "core/fault.hpp"
#include "io/sockets.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace nearside::near_end {

/// The user's own agent on this machine, over its Unix socket; started when it is not running.
struct LocalTarget {};
/// A paired agent (or one that an organisation's CA vouches for) over TLS.
struct TlsTarget {
  io::HostPort address;
};
using Target = std::variant<LocalTarget, TlsTarget>;

/// The fault names what was wrong and lists the forms there are.
Result<Target> parse_target(std::string_view text);
std::string to_string(const Target& target);

}  // namespace nearside::near_end
