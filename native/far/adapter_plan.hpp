// What the catalog makes of an adapter's name: everything that is needed to start it or to reach
// it.
#pragma once

#include "far/keeper_wire.hpp"
#include "io/sockets.hpp"

#include <string>

namespace nearside::far_end {

/// How an adapter speaks DAP.
enum class Speech {
  kStdio,     ///< On its stdin and stdout; stderr is output.
  kDialBack,  ///< Connects to an address that it was given; stdout and stderr are the program's
              ///< own.
  kTcp,       ///< Runs already and listens; nothing is started.
};

/// In the arguments of a kDialBack adapter: becomes the address of our waiting listener.
inline constexpr const char* kAddressPlaceholder = "{address}";

struct AdapterPlan {
  std::string name;         ///< As it was asked for.
  std::string description;  ///< "dlv (/usr/bin/dlv)", for people.
  Speech speech = Speech::kStdio;
  Command command;       ///< Not with kTcp.
  io::HostPort address;  ///< kTcp only.
  std::string notice;    ///< What the user should know; mostly empty.
};

}  // namespace nearside::far_end
