// How long a session without its client is kept, and what becomes of it then (DESIGN.md, What ends
// a session). The agent has one for all; who opens a session may wish otherwise for that one.
#pragma once

#include "core/fault.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace nearside::session {

/// For the next window: VS Code reloads in seconds.
inline constexpr std::chrono::seconds kLeftLife{60};
/// For a laptop that sleeps over night.
inline constexpr std::chrono::seconds kLostLife{24 * 60 * 60};
/// What may be asked for: a month.
inline constexpr std::chrono::seconds kLongestLinger{31 * 24 * 60 * 60};

/// What becomes of a session when its time is over.
enum class LingerEnd {
  kAsStarted,   ///< What was launched is terminated, what was attached to is let go.
  kKeep,        ///< Nothing: it waits until somebody takes it up or ends it.
  kDisconnect,  ///< The adapter ends, the debuggee goes on.
  kTerminate,   ///< The debuggee ends, too.
};

/// "as-started", "keep", "disconnect", "terminate"; nothing for other words.
std::optional<LingerEnd> linger_end_from(std::string_view word);
std::string_view to_string(LingerEnd end);

struct Linger {
  std::chrono::seconds left = kLeftLife;  ///< The client's stream has ended; 0: at once.
  std::chrono::seconds lost = kLostLife;  ///< The link is lost.
  LingerEnd end = LingerEnd::kAsStarted;
  bool operator==(const Linger&) const = default;
};

/// What is missing is the agent's to say.
struct LingerWish {
  std::optional<std::chrono::seconds> left = {};
  std::optional<std::chrono::seconds> lost = {};
  std::optional<LingerEnd> end = {};
  bool operator==(const LingerWish&) const = default;

  Linger over(const Linger& agents) const {
    return {left.value_or(agents.left), lost.value_or(agents.lost), end.value_or(agents.end)};
  }
};

}  // namespace nearside::session
