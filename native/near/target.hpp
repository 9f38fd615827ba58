// Where the agent is, as users write it: `local`, `tls://host:port`, `ssh:host`, … A value; it
// connects nothing. Refused: names that a program or a shell could take for more than a name.
#pragma once

#include "core/fault.hpp"
#include "io/sockets.hpp"

#include <cstdint>
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

// Reached by a command whose stdio leads to `nearside agent --stdio` (stdio_command.hpp).

/// `exec:COMMAND`: the user's own words, for the shell.
struct ExecTarget {
  std::string command;
};
/// `ssh:[USER@]HOST[:PORT]`, `ssh://[USER@]HOST[:PORT]`.
struct SshTarget {
  std::string destination;  ///< HOST or USER@HOST; HOST may be a name of the user's ssh_config.
  std::uint16_t port = 0;   ///< 0: what ssh_config says.
};
struct DockerTarget {
  std::string container;
};
struct WslTarget {
  std::string distro;
};
/// `kubectl:NAMESPACE/POD[/CONTAINER]`.
struct KubectlTarget {
  std::string name_space;
  std::string pod;
  std::string container;  ///< Empty: the pod's default one.
};

/// `reverse:[HOST:]PORT`: we listen, and a paired agent dials in (`nearside agent --reverse`).
struct ReverseTarget {
  io::HostPort address;
};

using Target = std::variant<LocalTarget, TlsTarget, ExecTarget, SshTarget, DockerTarget, WslTarget,
                            KubectlTarget, ReverseTarget>;

/// The fault names what was wrong and lists the forms there are.
Result<Target> parse_target(std::string_view text);
/// One form for each target, however it was written.
std::string to_string(const Target& target);

}  // namespace nearside::near_end
