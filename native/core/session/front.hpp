// The session front: the near end's face to one DAP client. It numbers what the client gets, keeps
// what the client waits for, and when the adapter, the session or the link is lost it answers every
// waiting and every later request, so that no client ever waits in vain. Pure.
#pragma once

#include "core/dap/build.hpp"
#include "core/dap/envelope.hpp"
#include "core/fault.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nearside::session {

/// What the front wants done, in order.
struct FrontCommands {
  std::vector<dap::Message> to_adapter;  ///< On to the next stage.
  std::vector<std::string> to_client;    ///< Message bodies, numbered.
};

class Front {
 public:
  /// A message from the client: noted and passed on; answered here once the session has failed.
  /// A request whose seq is that of one that still waits, or one too many (kMaxWaitingRequests),
  /// gets an error response and goes nowhere. An answer to nothing that was asked, and an event,
  /// which clients have none of, are dropped and counted.
  FrontCommands handle_client_message(dap::Message message);
  /// A request that cannot be passed on now: its error response. It does not wait.
  FrontCommands refuse(const dap::Message& request, const Fault& fault);
  /// A message from the adapter's side: numbered (and un-noted) and passed to the client. A
  /// response to nothing that was asked is dropped and counted, since a client would take it for a
  /// violation.
  FrontCommands handle_adapter_message(dap::Message message);
  /// The client spoke something that is no DAP message. One `output` (important) tells the user. If
  /// `message`, its bytes, can be seen to be a request, that gets its error response too.
  FrontCommands handle_client_fault(const Fault& fault, std::string_view message = {});
  /// The session cannot go on. Everything that waits gets an error response with the fault (as
  /// ErrorResponse with showUser), then `output` with its sentence and `terminated`, once; what the
  /// client asks later gets an error response at once. `disconnect` and `terminate`, waiting or
  /// later, succeed: there is nothing left to end. After an answered `disconnect` nothing is said,
  /// and what still comes from the far side is dropped.
  FrontCommands handle_session_lost(const Fault& fault);
  /// One line to the user's debug console.
  FrontCommands say(dap::OutputCategory category, std::string_view text);

  std::size_t waiting() const { return waiting_.size(); }
  /// Messages of both sides that answered nothing, or came too late.
  std::uint64_t dropped_responses() const { return dropped_; }

 private:
  void answer(FrontCommands& commands, std::int64_t request_seq, const std::string& command,
              const Fault& fault);
  void succeed(FrontCommands& commands, std::int64_t request_seq, const std::string& command);
  std::string number(dap::Message message);
  std::string number_own(std::string bytes);

  std::int64_t next_seq_ = 1;
  std::map<std::int64_t, std::string> waiting_;  ///< The client's seq → command.
  /// Our seq → the far end's seq of a reverse request.
  std::unordered_map<std::int64_t, std::int64_t> reverse_;
  std::optional<Fault> lost_;
  bool terminated_sent_ = false;
  bool disconnected_ = false;  ///< The client's `disconnect` was answered: it expects nothing more.
  std::uint64_t dropped_ = 0;
};

}  // namespace nearside::session
