// The front's bookkeeping: numbers, and who still waits.
#include "core/session/front.hpp"

#include "core/session/limits.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nearside::session {
namespace {

using dap::Message;
using dap::MessageType;

// When there is no session any more, these have what they wanted.
bool wants_the_end(std::string_view command) {
  return command == "disconnect" || command == "terminate";
}

Fault client_violation(std::string message) {
  return {Errc::kMessageInvalid, Condition::kPeerViolation, std::move(message)};
}

}  // namespace

FrontCommands Front::handle_client_message(Message message) {
  FrontCommands commands;
  const auto& envelope = message.envelope();
  switch (envelope.type) {
    case MessageType::kEvent:
      ++dropped_;
      return commands;
    case MessageType::kResponse: {
      const auto asked = reverse_.find(envelope.request_seq);
      if (asked == reverse_.end() || lost_) {
        ++dropped_;
        return commands;
      }
      message.set_request_seq(asked->second);
      reverse_.erase(asked);
      commands.to_adapter.push_back(std::move(message));
      return commands;
    }
    case MessageType::kRequest:
      break;
  }

  const auto seq = envelope.seq;
  if (lost_) {
    if (wants_the_end(envelope.name)) {
      succeed(commands, seq, envelope.name);
    } else {
      answer(commands, seq, envelope.name, *lost_);
    }
  } else if (waiting_.contains(seq)) {
    answer(commands, seq, envelope.name,
           client_violation(
               "A request came with the seq " + std::to_string(seq) +
               ", which another request has that still waits for its answer. The client should "
               "give each request a number of its own."));
  } else if (waiting_.size() >= kMaxWaitingRequests) {
    answer(
        commands, seq, envelope.name,
        client_violation("There are already " + std::to_string(kMaxWaitingRequests) +
                         " requests that wait for an answer. Wait for some before sending more."));
  } else {
    waiting_.emplace(seq, envelope.name);
    commands.to_adapter.push_back(std::move(message));
  }
  return commands;
}

FrontCommands Front::refuse(const Message& request, const Fault& fault) {
  FrontCommands commands;
  answer(commands, request.envelope().seq, request.envelope().name, fault);
  return commands;
}

FrontCommands Front::handle_adapter_message(Message message) {
  FrontCommands commands;
  if (lost_) {
    ++dropped_;
    return commands;
  }
  const auto& envelope = message.envelope();
  switch (envelope.type) {
    case MessageType::kEvent:
      if (envelope.name == "terminated") terminated_sent_ = true;
      break;
    case MessageType::kResponse:
      if (waiting_.erase(envelope.request_seq) == 0) {
        ++dropped_;
        return commands;
      }
      if (envelope.name == "disconnect") disconnected_ = true;
      break;
    case MessageType::kRequest:
      if (reverse_.size() >= kMaxReverseRequests) {
        const Fault fault{Errc::kMessageInvalid, Condition::kPeerViolation,
                          "The client has not answered " + std::to_string(kMaxReverseRequests) +
                              " requests of the adapter; no more are passed on."};
        auto refusal = Message::parse(dap::make_error_response(envelope.seq, envelope.name, fault));
        if (refusal) commands.to_adapter.push_back(*std::move(refusal));
        return commands;
      }
      reverse_.emplace(next_seq_, envelope.seq);
      break;
  }
  commands.to_client.push_back(number(std::move(message)));
  return commands;
}

FrontCommands Front::handle_client_fault(const Fault& fault, std::string_view message) {
  FrontCommands commands;
  if (const auto request = dap::find_broken_request(message)) {
    // Unless another request waits under this number: its answer is still to come.
    if (!waiting_.contains(request->seq)) answer(commands, request->seq, request->command, fault);
  }
  commands.to_client.push_back(
      number_own(dap::make_output(dap::OutputCategory::kImportant, fault.message + "\n")));
  return commands;
}

FrontCommands Front::handle_session_lost(const Fault& fault) {
  FrontCommands commands;
  if (lost_) return commands;
  lost_ = fault;
  reverse_.clear();
  bool shown = false;
  bool expected = disconnected_;
  for (const auto& [seq, command] : std::exchange(waiting_, {})) {
    if (wants_the_end(command)) {
      expected = expected || command == "disconnect";
      succeed(commands, seq, command);
    } else {
      // Clients show the failure of these in a dialog of their own.
      shown = shown || command == "initialize" || command == "launch" || command == "attach";
      answer(commands, seq, command, fault);
    }
  }
  if (expected) return commands;
  const auto category = shown ? dap::OutputCategory::kConsole : dap::OutputCategory::kImportant;
  commands.to_client.push_back(number_own(dap::make_output(category, fault.message + "\n")));
  if (!std::exchange(terminated_sent_, true)) {
    commands.to_client.push_back(number_own(dap::make_event("terminated", nullptr)));
  }
  return commands;
}

FrontCommands Front::say(dap::OutputCategory category, std::string_view text) {
  FrontCommands commands;
  std::string line(text);
  if (!line.ends_with('\n')) line += '\n';
  commands.to_client.push_back(number_own(dap::make_output(category, line)));
  return commands;
}

void Front::answer(FrontCommands& commands, std::int64_t request_seq, const std::string& command,
                   const Fault& fault) {
  commands.to_client.push_back(number_own(dap::make_error_response(request_seq, command, fault)));
}

void Front::succeed(FrontCommands& commands, std::int64_t request_seq, const std::string& command) {
  commands.to_client.push_back(number_own(dap::make_response(request_seq, command, nullptr)));
}

std::string Front::number(Message message) {
  message.set_seq(next_seq_++);
  return std::move(message).take_bytes();
}

std::string Front::number_own(std::string bytes) {
  // What our builders make is a message, whatever text went in: a fault here is a bug.
  return number(Message::parse(std::move(bytes)).value());
}

}  // namespace nearside::session
