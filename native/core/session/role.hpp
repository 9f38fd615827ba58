// What a client of a session may do: its role, and the table of the requests that each role is
// given. What always holds: every request of the specification is decided here; what nobody knows
// changes something; the role comes from who let the client in, never from its own word. Pure.
#pragma once

#include "core/fault.hpp"

#include <optional>
#include <string_view>

namespace nearside::session {

/// The greater may do all that the smaller may.
enum class Role {
  kObserver,    ///< Looks: nothing that could change the program or what others have set.
  kController,  ///< Everything but to end it.
  kOwner,       ///< Who launched it, or was handed it.
};

/// "observer", "controller", "owner"; nothing for other words.
std::string_view to_string(Role role);
std::optional<Role> role_from(std::string_view word);

/// What a request does to the others.
enum class Access {
  kLooks,      ///< Nothing: everybody may.
  kEvaluates,  ///< Nothing, if its expression is pure by syntax.
  kSteers,     ///< Lets the program run or stops it, or changes what is set or read.
  kEnds,       ///< Ends the program for all.
};
/// Of a request of a client, by its command; also what is to be written down of it. What we do not
/// know steers.
Access access_of(std::string_view command);
/// Whether the table names it.
bool is_known_request(std::string_view command);

/// Why a client of that role does not get it; nothing: it may. `arguments`: the request's, as they
/// stand. `reading_runs_code`: to look at a value may run the program's code with this adapter.
std::optional<Fault> refusal(Role role, std::string_view command, std::string_view arguments,
                             bool reading_runs_code);
inline bool allows(Role role, std::string_view command, std::string_view arguments,
                   bool reading_runs_code) {
  return !refusal(role, command, arguments, reading_runs_code);
}

}  // namespace nearside::session
