// The session's way from a client's request to the adapter and back, and its end.
#include "core/session/session.hpp"

#include "core/json_members.hpp"
#include "core/session/limits.hpp"
#include "core/session/payload.hpp"
#include "core/session/wire.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace nearside::session {
namespace {

using dap::Message;
using dap::MessageType;
using nlohmann::json;

Fault refused(Errc code, Condition condition, std::string message) {
  return {code, condition, std::move(message)};
}

Fault no_start(const char* why) {
  return refused(Errc::kSessionLost, Condition::kUnreachable, why);
}

}  // namespace

std::vector<SessionCommand> Session::handle_client_message(ClientId client, Message message) {
  Commands commands;
  const auto& envelope = message.envelope();
  if (find(client) == nullptr) {
    ++dropped_;
  } else if (envelope.type == MessageType::kRequest) {
    take_request(client, std::move(message), commands);
  } else if (const auto asked = reverse_.find(envelope.request_seq);
             envelope.type == MessageType::kResponse && asked != reverse_.end() &&
             asked->second.client == client) {
    message.set_request_seq(asked->second.adapter_seq);
    reverse_.erase(asked);
    send_to_adapter(std::move(message), commands);
  } else {
    ++dropped_;
  }
  return commands;
}

void Session::take_request(ClientId client, Message message, Commands& commands) {
  const auto seq = message.envelope().seq;
  const auto& name = message.envelope().name;
  // Before anything can be refused: the near end has counted it, too.
  auto request = find(client)->prefetcher.hear(message);
  if (phase_ == Phase::kEnded) {
    // There is nothing left to end, so who asks for the end has it.
    if (name == "disconnect" || name == "terminate") {
      send_to(client, dap::make_response(seq, name, nullptr), commands);
    } else {
      const auto fault = lost_ ? *lost_
                               : refused(Errc::kSessionLost, Condition::kUnreachable,
                                         "This debug session is over. Start a new one.");
      send_to(client, dap::make_error_response(seq, name, fault), commands);
    }
    return;
  }
  if (in_flight_.size() + held_.size() >= kMaxWaitingRequests) {
    const auto fault =
        refused(Errc::kMessageInvalid, Condition::kPeerViolation,
                "There are already " + std::to_string(kMaxWaitingRequests) +
                    " requests that wait for the adapter. Wait for some before sending more.");
    send_to(client, dap::make_error_response(seq, name, fault), commands);
    return;
  }
  if (name == kReadSourceCommand) return read_source(client, message, commands);
  if (name == kTerminalName) return use_terminal(client, message, commands);
  if (const auto fault = refuse_request(client, message, request)) {
    send_to(client, dap::make_error_response(seq, name, *fault), commands);
    return;
  }
  if (answer_joining(client, message, commands) || answer_again(client, message, commands)) return;
  if (hold_for_start(client, message, request, commands)) return;
  if (hold_for_restore(client, message, request, commands)) return;
  forward_request(client, std::move(message), std::move(request), commands);
}

void Session::forward_request(ClientId client, Message message, inspect::Request request,
                              Commands& commands) {
  const auto seq = message.envelope().seq;
  const auto& name = message.envelope().name;
  if (name == "disconnect" && release_client(client, message, commands)) return;
  const bool is_resume = inspect::is_resume(name);
  InFlight asked{.asker = client,
                 .is_waited_for = true,
                 .client_seq = seq,
                 .command = name,
                 .is_resume = is_resume,
                 .came = precise_now_};
  const auto kind = request.kind;
  const auto frame = request.frame;
  if (!forward_read(client, message, std::move(request), commands)) return;
  if (clients_.size() > 1) note_for_others(asked, message, kind, frame);
  prepare_request(client, message, commands);
  asked.wishes = wishes_.handle_request(client, message);
  asked.breakpoints = breakpoint_ids_.handle_request(message);
  asked.stored = note_set(message);
  if (is_resume) note_resume(/*refused=*/false);
  in_flight_.emplace(next_adapter_seq_, std::move(asked));
  send_to_adapter(std::move(message), commands);
}

// What a request tells us, and the few that do not go on as they came.
void Session::prepare_request(ClientId client, Message& message, Commands& commands) {
  const auto& name = message.envelope().name;
  if (name == "initialize") {
    const auto arguments = read_payload(message);
    note_client(*find(client), arguments);
    message.take_payload_member(kOwnMember);
    // We run it here at the far end, so it does not depend on the client.
    message.set_payload_member("supportsRunInTerminalRequest", "true");
    // What tells that kept answers are old, and clients that join may know them; they are kept from
    // one that has not said so.
    message.set_payload_member("supportsInvalidatedEvent", "true");
    message.set_payload_member("supportsMemoryEvent", "true");
  } else if (name == "launch" || name == "attach") {
    launcher_ = client;
    start_mode_ = name == "launch" ? StartMode::kLaunch : StartMode::kAttach;
    const auto arguments = read_payload(message);
    program_ = program_of(arguments);
    configuration_ = configuration_of(arguments);
    source_list_.handle_start(arguments);
    note_process(arguments);
  } else if (name == "disconnect") {
    prepare_disconnect(message, commands);
  } else if (name == "cancel") {
    const auto arguments = read_payload(message);
    const auto request = arguments.find("requestId");
    if (request == arguments.end()) return;
    // One that was answered meanwhile becomes another answered one, never someone's live request.
    auto adapter_seq = last_answered_;
    for (const auto& [seq, in_flight] : in_flight_) {
      if (request->is_number_integer() && in_flight.asker == client && in_flight.is_waited_for &&
          in_flight.client_seq == request->get<std::int64_t>())
        adapter_seq = seq;
    }
    message.set_payload_member("requestId", std::to_string(adapter_seq));
  }
}

std::vector<SessionCommand> Session::handle_adapter_message(Message message) {
  Commands commands;
  switch (message.envelope().type) {
    case MessageType::kResponse:
      take_response(std::move(message), commands);
      break;
    case MessageType::kRequest:
      take_reverse_request(std::move(message), commands);
      break;
    case MessageType::kEvent:
      if (message.envelope().name == "initialized") {
        watch_initialized(commands);
        hold_initialized(std::move(message), commands);
        break;
      }
      if (message.envelope().name == "terminated") {
        terminated_seen_ = true;
        release_initialized(commands);
        refuse_early(no_start("The program has ended."), commands);
      }
      keep_declared(message);
      breakpoint_ids_.handle_event(message);
      tell_resumes_in_flight(message.envelope().name, commands);
      note_event(message);  // What is kept for the next client has the ids that clients know.
      for (auto& [id, client] : clients_) client.prefetcher.handle_event(message);
      if (clients_.empty()) spare_.prefetcher.handle_event(message);
      send_to_all(std::move(message), commands);
      break;
  }
  return commands;
}

void Session::take_response(Message message, Commands& commands) {
  const auto found = in_flight_.find(message.envelope().request_seq);
  if (found == in_flight_.end()) {
    ++dropped_;
    return;
  }
  last_answered_ = found->first;
  auto in_flight = std::move(found->second);
  in_flight_.erase(found);
  watch_answer(last_answered_, commands);
  std::optional<inspect::Stamp> stamp;
  if (auto* const prefetcher = prefetcher_of(in_flight.asker))
    stamp = prefetcher->handle_answer(last_answered_, message);
  if (stamp && in_flight.command == "stackTrace") read_line(in_flight.asker, message, commands);

  if (take_source_answer(message, commands)) return;
  const bool success = message.envelope().success;
  if (in_flight.command == "initialize" && success) {
    if (phase_ == Phase::kStarting) phase_ = Phase::kInitialized;
    declare_ours(message);
    capabilities_ = read_payload(message);
    for (auto& [id, client] : clients_)
      client.prefetcher.set_tells_exceptions(
          is_true(capabilities_, "supportsExceptionInfoRequest"));
    source_list_.handle_capabilities(is_true(capabilities_, "supportsLoadedSourcesRequest"));
  } else if (in_flight.command == "configurationDone" && success) {
    configuration_done_ = true;
    if (!restore_) stored_.handle_configured();
  } else if (in_flight.command == "launch" || in_flight.command == "attach") {
    if (!success) start_mode_ = StartMode::kNone;
    if (success && phase_ == Phase::kInitialized) phase_ = Phase::kLaunched;
  }
  if (in_flight.is_resume && !success) note_resume(/*refused=*/true);
  if (in_flight.breakpoints) breakpoint_ids_.handle_answer(*in_flight.breakpoints, message);
  if (in_flight.stored) take_set_answer(in_flight, message, commands);
  std::vector<BreakpointWishes::Event> told;
  if (in_flight.wishes) told = wishes_.handle_answer(*in_flight.wishes, message);
  if (in_flight.restores) told.clear();  // The restore has said it.
  if (in_flight.command == "disconnect") suspend_debuggee(commands);
  // The others hear that it runs, or is another, before whatever comes of it.
  if (has_others(in_flight)) tell_others(in_flight, message, commands);
  const bool is_push = in_flight.is_prefetch && stamp && stamp->push;
  if (is_push || in_flight.is_waited_for)
    send_answer(in_flight, std::move(message), stamp, commands);
  tell_breakpoints(told, commands);
  if (in_flight.command == "initialize") {
    if (in_flight.is_waited_for) send_early_output(in_flight.asker, commands);
    release_start(commands);
  }
  const bool starts = in_flight.command == "launch" || in_flight.command == "attach";
  if (starts && !success) refuse_early(no_start("The program was not started."), commands);
  if (in_flight.command == "disconnect" && phase_ != Phase::kEnded) end(commands);
}

void Session::take_reverse_request(Message message, Commands& commands) {
  const auto& envelope = message.envelope();
  if (phase_ == Phase::kEnded) {
    ++dropped_;
    return;
  }
  std::optional<Fault> fault;
  if (reverse_.size() + terminals_.size() >= kMaxReverseRequests) {
    fault = refused(Errc::kMessageInvalid, Condition::kPeerViolation,
                    std::to_string(kMaxReverseRequests) +
                        " requests of the adapter wait for an answer already.");
  } else if (phase_ == Phase::kDisconnecting) {
    fault = refused(Errc::kSessionLost, Condition::kUnreachable, "This debug session is ending.");
  } else if (envelope.name == "runInTerminal") {
    if (run_in_terminal(message, fault, commands)) return;
  } else if (!launcher()) {
    fault = refused(Errc::kSessionLost, Condition::kUnreachable,
                    "There is no client any more that could do \"" + envelope.name + "\".");
  } else if (envelope.name == "startDebugging" && !find(*launcher())->starts_debugging) {
    fault = refused(Errc::kMessageInvalid, Condition::kMisconfigured,
                    "The client cannot start another debug session (it does not declare "
                    "supportsStartDebuggingRequest), so this subprocess is not debugged.");
  }
  if (fault) {
    send_to_adapter(dap::make_error_response(envelope.seq, envelope.name, *fault), commands);
    return;
  }
  const auto client = *launcher();
  reverse_.emplace(next_reverse_seq_, ReverseRequest{envelope.seq, envelope.name, client});
  message.set_seq(next_reverse_seq_++);
  send_to(client, std::move(message).take_bytes(), commands);
}

std::vector<SessionCommand> Session::handle_program_output(dap::OutputCategory category,
                                                           std::string_view text) {
  Commands commands;
  if (text.empty()) return commands;
  if (is_heard())
    send_to_all(dap::make_output(category, text), commands);
  else
    early_output_.append(category, text);
  return commands;
}

std::vector<SessionCommand> Session::handle_adapter_lost(const Fault& fault) {
  Commands commands;
  if (phase_ == Phase::kEnded) return commands;
  const bool expected = phase_ == Phase::kDisconnecting;
  lost_ = fault;
  suspend_debuggee(commands);
  for (const auto& [seq, in_flight] : std::exchange(in_flight_, {})) {
    if (!in_flight.is_waited_for) continue;
    const auto& command = in_flight.command;
    // An adapter that exits instead of answering has done what was asked.
    const bool is_done = command == "disconnect" || command == "terminate";
    send_to(in_flight.asker,
            is_done ? dap::make_response(in_flight.client_seq, command, nullptr)
                    : dap::make_error_response(in_flight.client_seq, command, fault),
            commands);
  }
  refuse_early(fault, commands);
  refuse_held(fault, commands);
  for (auto& [id, client] : clients_) {
    // There is nothing any more that it could be told instead.
    client.is_joining = false;
    send_early_output(id, commands);
  }
  if (!expected && !terminated_seen_)
    send_to_all(dap::make_output(dap::OutputCategory::kImportant, fault.message + "\n"), commands);
  if (!terminated_seen_) send_to_all(dap::make_event("terminated", nullptr), commands);
  end(commands);
  return commands;
}

void Session::send_early_output(ClientId client, Commands& commands) {
  find(client)->is_initialized = true;
  for (const auto category : {dap::OutputCategory::kStdout, dap::OutputCategory::kStderr})
    early_output_.finish(category);
  while (const auto piece = early_output_.take())
    send_to(client, dap::make_output(piece->category, piece->text), commands);
}

void Session::end(Commands& commands) {
  phase_ = Phase::kEnded;
  end_progress(commands);
  reverse_.clear();
  terminals_.clear();
  shown_terminals_.clear();
  commands.emplace_back(EndSession{keep_debuggee()});
}

bool Session::keep_debuggee() const {
  return terminate_debuggee_ ? !*terminate_debuggee_ : start_mode_ == StartMode::kAttach;
}

void Session::send_to_adapter(Message message, Commands& commands) {
  watch_request(message, next_adapter_seq_);
  message.set_seq(next_adapter_seq_++);
  commands.emplace_back(SendToAdapter{std::move(message).take_bytes()});
}

void Session::send_to_adapter(std::string own, Commands& commands) {
  // What our builders make is a message, whatever text went in: a fault here is a bug.
  send_to_adapter(Message::parse(std::move(own)).value(), commands);
}

}  // namespace nearside::session
