// What a session wants done, in order: the commands that its methods return (session.hpp). Who
// carries them out answers by the method that each names. Values only.
#pragma once

#include "core/session/breakpoint_wishes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nearside::session {

struct SendToAdapter {
  std::string bytes;
  bool operator==(const SendToAdapter&) const = default;
};
struct SendToClient {
  ClientId client;
  std::string bytes;
  bool may_wait = false;  ///< For what is_prefetching() says comes next, a moment.
  bool operator==(const SendToClient&) const = default;
};
/// Run this at the far end on a pty; answer with handle_terminal_started / _failed.
struct RunInTerminal {
  std::int64_t request = 0;            ///< To be given back with the answer.
  std::vector<std::string> arguments;  ///< argv; never empty.
  std::string cwd;                     ///< Empty: the adapter's.
  std::vector<std::pair<std::string, std::optional<std::string>>> environment;  ///< nullopt: unset.
  std::string title;
  bool has_user = false;  ///< A client shows it, and its user types into it.
  bool operator==(const RunInTerminal&) const = default;
};
/// What a user does with such a terminal; answer with handle_terminal_used.
struct UseTerminal {
  ClientId client;
  std::int64_t seq = 0;  ///< To be given back.
  std::int64_t terminal = 0;
  std::string input;
  std::uint16_t columns = 0;  ///< 0: as it was; so for rows.
  std::uint16_t rows = 0;
  bool close = false;
  bool operator==(const UseTerminal&) const = default;
};
/// The conversation is over: end the adapter and what it started.
struct EndSession {
  bool keep_debuggee =
      false;  ///< The user said `terminateDebuggee: false`, or the session attached.
  bool operator==(const EndSession&) const = default;
};
/// The adapter names these files: look at them, and tell the client before anything that follows.
struct LookAtSources {
  ClientId client;
  std::vector<std::string> paths;
  bool is_list = false;  ///< All that the program was made of; else what one message names.
  bool operator==(const LookAtSources&) const = default;
};
/// Our questions for the list are out: call handle_sources_late when they take too long.
struct AwaitSources {
  bool operator==(const AwaitSources&) const = default;
};
/// Read this file for the client; answer with handle_source_read.
struct ReadSource {
  ClientId client;
  std::int64_t seq = 0;  ///< To be given back.
  std::string path;
  bool operator==(const ReadSource&) const = default;
};
/// The program is to stay suspended when the adapter has let go of it, which that cannot do: find
/// its processes, since the adapter hears of its end next. `process`: what it has told; 0: nothing.
struct FindDebuggee {
  std::int64_t process = 0;
  bool operator==(const FindDebuggee&) const = default;
};
/// The adapter has let go of it, or is gone: it is to be stopped, and the user to be told.
struct SuspendDebuggee {
  bool operator==(const SuspendDebuggee&) const = default;
};
/// Read this line of a file that the adapter has named, for the prefetcher; answer with
/// handle_line_read, or not at all.
struct ReadLine {
  ClientId client;  ///< Whose prefetcher.
  std::string path;
  std::size_t line = 0;  ///< From 1.
  std::int64_t frame = 0;
  bool operator==(const ReadLine&) const = default;
};
/// The client has said that it goes, and the session stays: close its channel after what was sent,
/// and say handle_client_left.
struct ReleaseClient {
  ClientId client;
  bool operator==(const ReleaseClient&) const = default;
};
using SessionCommand = std::variant<SendToAdapter, SendToClient, RunInTerminal, EndSession,
                                    LookAtSources, AwaitSources, ReadSource, ReadLine, FindDebuggee,
                                    SuspendDebuggee, ReleaseClient, UseTerminal>;

}  // namespace nearside::session
