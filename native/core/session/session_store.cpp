// What a session stores of its client's breakpoints, and how those of an earlier one are set again:
// after `initialized`, when the client has set its own and says configurationDone, which waits with
// what follows it until the adapter has answered.
#include "core/json_members.hpp"
#include "core/session/limits.hpp"
#include "core/session/payload.hpp"
#include "core/session/session.hpp"

#include <utility>

namespace nearside::session {

using nlohmann::json;

void Session::load_stored(std::vector<StoredList> lists, bool restore, std::string when) {
  for (const auto& list : lists)
    if (list.kind == "watch") stored_.load_watches(list);
  if (restore) restore_.emplace(std::move(lists), std::move(when));
}

StoredChanges Session::take_stored_changes() {
  return stored_.take_changes();
}

std::optional<StoredList> Session::note_set(const dap::Message& request) {
  if (!counts_as_usual_) return std::nullopt;
  return stored_.handle_request(request);
}

void Session::take_set_answer(const InFlight& in_flight, const dap::Message& answer,
                              Commands& commands) {
  const auto& list = *in_flight.stored;
  if (in_flight.restores) {
    show_breakpoints(restore_->handle_answer(list, answer), commands);
    // What could not be set stays stored: the program may have it again next time.
    if (answer.envelope().success) stored_.handle_answer(list, answer);
    if (restore_->waits() == 0) finish_restore(commands);
  } else if (answer.envelope().success) {
    if (restore_) show_breakpoints(restore_->handle_replaced(list, answer), commands);
    stored_.handle_answer(list, answer);
  }
}

bool Session::hold_for_restore(ClientId client, dap::Message& message, inspect::Request& request,
                               Commands& commands) {
  const auto& name = message.envelope().name;
  if (name == "configurationDone" && restore_ && !is_restoring_) begin_restore(commands);
  if (!is_restoring_) return false;
  // Nothing holds up who wants the end.
  if (name == "disconnect" || name == "terminate") {
    release_held(commands);
    return false;
  }
  held_.push_back({client, std::move(message), std::move(request)});
  return true;
}

/// To an adapter that is not told when its client has said all: what the client sets comes later,
/// and replaces it.
void Session::begin_restore_early(Commands& commands) {
  if (!restore_ || is_true(capabilities_, "supportsConfigurationDoneRequest")) return;
  begin_restore(commands);
  is_restoring_ = false;
}

void Session::begin_restore(Commands& commands) {
  if (!counts_as_usual_ || restore_->is_begun()) return;
  for (auto& request : restore_->take_requests(stored_)) {
    is_restoring_ = true;
    auto message = dap::Message::parse(dap::make_request(request.command, request.arguments));
    auto wishes = wishes_.handle_request(kNobody, *message);
    auto ids = breakpoint_ids_.handle_request(*message);
    in_flight_.emplace(next_adapter_seq_, InFlight{.command = request.command,
                                                   .breakpoints = std::move(ids),
                                                   .wishes = std::move(wishes),
                                                   .stored = std::move(request.list),
                                                   .restores = true});
    send_to_adapter(*std::move(message), commands);
  }
  if (!is_restoring_) finish_restore(commands);
}

void Session::finish_restore(Commands& commands) {
  if (const auto line = restore_->report(); !line.empty())
    send_to_all(dap::make_output(dap::OutputCategory::kConsole, line), commands);
  release_held(commands);
}

void Session::release_held(Commands& commands) {
  is_restoring_ = false;
  for (auto& held : std::exchange(held_, {}))
    forward_request(held.client, std::move(held.message), std::move(held.request), commands);
}

void Session::refuse_held(const Fault& fault, Commands& commands) {
  for (const auto& held : std::exchange(held_, {})) {
    const auto& envelope = held.message.envelope();
    send_to(held.client, dap::make_error_response(envelope.seq, envelope.name, fault), commands);
  }
}

void Session::show_breakpoints(const std::vector<json>& events, Commands& commands) {
  for (const auto& body : events) send_to_all(dap::make_event("breakpoint", body), commands);
}

}  // namespace nearside::session
