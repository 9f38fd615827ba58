// A client's session while its link is down: the client is told once, what can be answered is, the
// rest waits for the link up to a limit, and Stop is answered at once.
#include "core/json_members.hpp"
#include "core/session/payload.hpp"
#include "io/clock.hpp"
#include "io/faults.hpp"
#include "near/client_session_impl.hpp"
#include "near/limits.hpp"
#include "near/pending_ends.hpp"

#include <utility>

namespace nearside::near_end {
namespace {

using io::Clock;
using io::make_fault;

/// A reason as the end of a sentence in brackets.
std::string without_full_stop(std::string text) {
  while (text.ends_with('.') || text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

void ClientSession::Impl::handle_away(const LinkState& state) {
  away_reason = state.detail;
  if (away_since) return;
  away_since = Clock::now();
  say("The link to " + state.target + " is down (" + without_full_stop(state.detail) +
      "). It is tried again; the session goes on over there.");
  // Who was asked to wait may go on: what is too much is refused meanwhile.
  tell_writable();
}

void ClientSession::Impl::handle_back(const LinkState& state) {
  const auto away = std::chrono::duration_cast<std::chrono::seconds>(
      Clock::now() - *std::exchange(away_since, std::nullopt));
  say("The link to " + state.target + " is back" +
      (away.count() > 0 ? " after " + std::to_string(away.count()) + " s." : "."));
}

/// True: it is dealt with. False: it waits for the link as it would for the adapter.
bool ClientSession::Impl::take_while_away(dap::Message& message) {
  if (message.envelope().type != dap::MessageType::kRequest) return false;
  if (message.envelope().name == "disconnect") {
    disconnect_while_away(std::move(message));
    return true;
  }
  const auto refusal = away_refusal();
  if (!refusal) return false;
  take(front.refuse(message, *refusal));
  return true;
}

std::optional<Fault> ClientSession::Impl::away_refusal() const {
  const bool is_full = channel ? !channel->may_send() : queued_bytes > kQueueHighWater;
  if (!is_full && front.waiting() < kMaxAwayRequests) return std::nullopt;
  return make_fault(Errc::kLinkLost, Condition::kUnreachable,
                    "The link to " + to_string(options.target) + " is down (" +
                        without_full_stop(away_reason) + "), and " +
                        std::to_string(front.waiting()) +
                        " requests wait for it already. Ask again when it is back.");
}

/// The far end hears of it when the link is back: from us, or from the next near end of this user.
void ClientSession::Impl::disconnect_while_away(dap::Message message) {
  const auto arguments = session::read_payload(message);
  const auto said = arguments.find("terminateDebuggee");
  const bool is_said = said != arguments.end() && said->is_boolean();
  const bool leaves = is_vscode && session::only_leaves(arguments);
  if (!leaves && !session_id.empty()) {
    PendingEnd end{to_string(options.target), session_id, std::nullopt};
    if (is_said) end.terminate = said->get<bool>();
    end.suspend = is_true(arguments, "suspendDebuggee");
    if (const auto noted = note_pending_end(links.state(), end); !noted) say(noted.error().message);
  }
  take(front.handle_client_message(std::move(message)));
  lose(make_fault(Errc::kSessionLost, Condition::kUnreachable,
                  "The link is down; the session over there ends when it is back."),
       /*is_clients_wish=*/true);
}

}  // namespace nearside::near_end
