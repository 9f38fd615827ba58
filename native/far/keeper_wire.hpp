// What agent and keeper say to each other on the keeper's descriptor 3: one JSON object a line.
// Both are the same executable of the same start, so there is no version; a line that is not
// understood is a fault, and the one who hears it treats the other as lost.
#pragma once

#include "core/fault.hpp"

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nearside::far_end {

/// Where the keeper finds its socket to the agent and what the adapter gets as 0, 1 and 2.
inline constexpr int kKeeperSocket = 3;
inline constexpr int kAdapterInput = 4;
inline constexpr int kAdapterOutput = 5;
inline constexpr int kAdapterErrors = 6;

/// What is to be executed; the program is a path, already looked up.
struct Command {
  std::string program;
  std::vector<std::string> arguments;  ///< argv, [0] included.
  std::map<std::string, std::string> environment;
  std::string working_directory;  ///< Empty: the keeper's.
  bool operator==(const Command&) const = default;
};

// --- Orders, agent to keeper ---

/// At most once.
struct StartAdapter {
  Command command;
  std::uint64_t open_files = 0;  ///< Soft RLIMIT_NOFILE that it is to have; 0: as the keeper.
  bool operator==(const StartAdapter&) const = default;
};
struct StartTerminal {
  std::int64_t request = 0;  ///< Comes back with the report.
  Command command;
  std::string terminal;          ///< Path of the pty's slave.
  std::uint64_t open_files = 0;  ///< As above.
  bool operator==(const StartTerminal&) const = default;
};
/// End the adapter and, unless the debuggee is to live on, all that it started; then exit.
struct End {
  bool keep_debuggee = false;
  bool operator==(const End&) const = default;
};
using KeeperOrder = std::variant<StartAdapter, StartTerminal, End>;

// --- Reports, keeper to agent ---

struct AdapterStarted {
  pid_t process = 0;
  bool operator==(const AdapterStarted&) const = default;
};
struct AdapterEnded {
  std::optional<int> code;
  std::optional<int> signal;
  bool operator==(const AdapterEnded&) const = default;
};
struct TerminalStarted {
  std::int64_t request = 0;
  pid_t process = 0;
  bool operator==(const TerminalStarted&) const = default;
};
/// Of the adapter (no request) or of a terminal's command.
struct StartFailed {
  std::optional<std::int64_t> request;
  std::string reason;  ///< "/opt/x: Permission denied".
  bool operator==(const StartFailed&) const = default;
};
using KeeperReport = std::variant<AdapterStarted, AdapterEnded, TerminalStarted, StartFailed>;

/// With the line's end. Bytes that are not UTF-8 (in an environment) become U+FFFD.
std::string encode(const KeeperOrder& order);
std::string encode(const KeeperReport& report);
Result<KeeperOrder> decode_order(std::string_view line);
Result<KeeperReport> decode_report(std::string_view line);

/// Splits a stream into lines, at most kMaxKeeperLine each.
class LineSplitter {
 public:
  void feed(std::string_view bytes) { held_.append(bytes); }
  /// The next line without its end; nothing if there is none yet; a fault if it is too long.
  Result<std::optional<std::string>> next();

 private:
  std::string held_;
};

}  // namespace nearside::far_end
