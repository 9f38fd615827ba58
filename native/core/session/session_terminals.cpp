// What an adapter asks to have run in a terminal, and such terminals as clients show them: their
// output is no program's output to these, and their users type into them, but for observers. To any
// other client what they print is the program's output.
#include "core/json_members.hpp"
#include "core/session/payload.hpp"
#include "core/session/session.hpp"
#include "core/session/terminal_request.hpp"
#include "core/session/wire.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace nearside::session {
namespace {

using nlohmann::json;

std::string terminal_event(std::int64_t terminal, json body) {
  body["terminal"] = terminal;
  return dap::make_event(kTerminalName, body);
}

/// 0: not said. More than a terminal can have is as much as it can.
std::uint16_t cells(const json& arguments, std::string_view name) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int16_t>::max();
  return static_cast<std::uint16_t>(std::min(count_of(arguments, name), kMost));
}

}  // namespace

bool Session::run_in_terminal(const dap::Message& message, std::optional<Fault>& fault,
                              Commands& commands) {
  const auto asks = launcher();
  const auto* const client = asks ? find(*asks) : nullptr;
  auto request =
      read_terminal_request(message.payload(), client != nullptr && client->allows_shell);
  if (!request) {
    fault = request.error();
    return false;
  }
  request->request = next_reverse_seq_++;
  request->has_user = client != nullptr && client->shows_terminals;
  ReverseRequest waiting{message.envelope().seq, message.envelope().name};
  if (request->has_user) waiting.title = request->title;
  terminals_.emplace(request->request, std::move(waiting));
  commands.emplace_back(*std::move(request));
  return true;
}

std::vector<SessionCommand> Session::handle_terminal_started(std::int64_t request,
                                                             std::int64_t process_id) {
  Commands commands;
  const auto found = terminals_.find(request);
  if (found == terminals_.end() || phase_ == Phase::kEnded) return commands;
  const auto asked = std::move(found->second);
  terminals_.erase(found);
  if (asked.title) {
    shown_terminals_[request] = {*asked.title, process_id};
    tell_of_terminal(terminal_event(request, {{"title", *asked.title}, {"process", process_id}}),
                     commands);
  }
  send_to_adapter(
      dap::make_response(asked.adapter_seq, asked.command, json{{"processId", process_id}}),
      commands);
  return commands;
}

std::vector<SessionCommand> Session::handle_terminal_failed(std::int64_t request,
                                                            const Fault& fault) {
  Commands commands;
  const auto found = terminals_.find(request);
  if (found == terminals_.end() || phase_ == Phase::kEnded) return commands;
  const auto asked = std::move(found->second);
  terminals_.erase(found);
  send_to_adapter(dap::make_error_response(asked.adapter_seq, asked.command, fault), commands);
  return commands;
}

void Session::use_terminal(ClientId client, const dap::Message& message, Commands& commands) {
  const auto arguments = read_payload(message);
  UseTerminal use{.client = client,
                  .seq = message.envelope().seq,
                  .terminal = static_cast<std::int64_t>(count_of(arguments, "terminal")),
                  .input = text_of(arguments, "input"),
                  .columns = cells(arguments, "columns"),
                  .rows = cells(arguments, "rows"),
                  .close = is_true(arguments, "close")};
  const bool is_observer = find(client)->role == Role::kObserver;
  if (!is_observer && shown_terminals_.contains(use.terminal)) {
    commands.emplace_back(std::move(use));
    return;
  }
  const Fault fault{
      Errc::kMessageInvalid, is_observer ? Condition::kAuthRejected : Condition::kMisconfigured,
      is_observer ? "An observer of this session does not type into its terminals. Its owner or a "
                    "controller can."
                  : "There is no such terminal any more."};
  send_to(client, dap::make_error_response(use.seq, kTerminalName, fault), commands);
}

std::vector<SessionCommand> Session::handle_terminal_used(ClientId client, std::int64_t seq,
                                                          const Result<void>& done) {
  Commands commands;
  send_to(client,
          done ? dap::make_response(seq, kTerminalName, nullptr)
               : dap::make_error_response(seq, kTerminalName, done.error()),
          commands);
  return commands;
}

std::vector<SessionCommand> Session::handle_terminal_output(std::int64_t terminal,
                                                            std::string_view text) {
  const bool is_shown =
      shown_terminals_.contains(terminal) && std::ranges::any_of(clients_, [](const auto& one) {
        return one.second.shows_terminals && one.second.is_initialized;
      });
  if (!is_shown) return handle_program_output(dap::OutputCategory::kStdout, text);
  Commands commands;
  tell_of_terminal(terminal_event(terminal, {{"output", text}}), commands);
  for (const auto& [id, client] : clients_) {
    if (client.is_initialized && !client.shows_terminals)
      send_to(id, dap::make_output(dap::OutputCategory::kStdout, text), commands);
  }
  return commands;
}

std::vector<SessionCommand> Session::handle_terminal_ended(std::int64_t terminal) {
  Commands commands;
  if (shown_terminals_.erase(terminal) > 0)
    tell_of_terminal(terminal_event(terminal, {{"ended", true}}), commands);
  return commands;
}

void Session::tell_of_terminal(const std::string& event, Commands& commands) const {
  for (const auto& [id, client] : clients_)
    if (client.shows_terminals && client.is_initialized) send_to(id, event, commands);
}

void Session::show_terminals(ClientId client, Commands& commands) {
  if (!find(client)->shows_terminals) return;
  for (const auto& [terminal, shown] : shown_terminals_) {
    const json body{{"title", shown.title}, {"process", shown.process}};
    send_to(client, terminal_event(terminal, body), commands);
  }
}

}  // namespace nearside::session
