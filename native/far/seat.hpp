// A client's place in a session: its channel, and what waits on the way to it. It exists while its
// client is there, also while that one's link has no transport.
#pragma once

#include "core/inspect/options.hpp"
#include "core/session/commands.hpp"
#include "core/session/linger.hpp"
#include "far/client_channel.hpp"
#include "far/source_files.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace nearside::far_end {

struct Seat {
  std::unique_ptr<ClientChannel> channel;
  std::string link;  ///< Whose: a fingerprint, or "local".
  std::string name;  ///< For lists: "vscode", "nvim".
  std::optional<inspect::InspectWish> inspect;
  session::Linger linger;
  std::int64_t since = 0;
  bool is_away = false;  ///< Its link has no transport.
  /// Then it is given up.
  std::optional<boost::asio::steady_timer::time_point> away_deadline = {};
  /// What waits for a look at files, and what waits behind it; the first is always a look.
  std::deque<std::variant<SourceLook, std::string>> waiting = {};
  std::size_t behind = 0;  ///< Bytes that it was sent since its channel was full.

  bool may_send() const { return waiting.empty() && channel->may_send(); }
};

}  // namespace nearside::far_end
