// What a session tells of the program's files: the list that is asked for before the client hears
// `initialized`, and the files that a near end wants to read.
#include "core/dap/limits.hpp"
#include "core/dap/quote.hpp"
#include "core/session/limits.hpp"
#include "core/session/session.hpp"
#include "core/session/wire.hpp"

#include <utility>

namespace nearside::session {
namespace {

using nlohmann::json;

Fault not_readable(std::string message) {
  return {Errc::kFileFailed, Condition::kMisconfigured, std::move(message)};
}

}  // namespace

void Session::hold_initialized(dap::Message message, Commands& commands) {
  auto questions = source_list_.questions();
  if (questions.empty()) {
    release_initialized(commands);
    begin_restore_early(commands);
    return tell_initialized(std::move(message).take_bytes(), commands);
  }
  held_initialized_ = std::move(message).take_bytes();
  for (auto& question : questions) {
    source_list_.handle_sent(next_adapter_seq_);
    in_flight_.emplace(next_adapter_seq_, InFlight{.command = "evaluate"});
    send_to_adapter(std::move(question), commands);
  }
  commands.emplace_back(AwaitSources{});
}

void Session::release_initialized(Commands& commands) {
  if (const auto listed = listed_.take_new(source_list_.take_sources()); !listed.empty())
    for (const auto& [id, client] : clients_)
      commands.emplace_back(LookAtSources{id, listed, true});
  if (!held_initialized_) return;
  begin_restore_early(commands);
  tell_initialized(*std::exchange(held_initialized_, std::nullopt), commands);
}

bool Session::take_source_answer(const dap::Message& message, Commands& commands) {
  if (!source_list_.take_answer(message)) return false;
  if (!source_list_.waits()) release_initialized(commands);
  return true;
}

std::vector<SessionCommand> Session::handle_sources_late() {
  Commands commands;
  if (phase_ != Phase::kEnded) release_initialized(commands);
  return commands;
}

void Session::look_at_sources(ClientId client, const dap::Message& message, Commands& commands) {
  auto* const told = find(client);
  if (told == nullptr) return;
  if (auto named = told->named.take_new(message); !named.empty())
    commands.emplace_back(LookAtSources{client, std::move(named), false});
}

void Session::read_source(ClientId client, const dap::Message& message, Commands& commands) {
  const auto seq = message.envelope().seq;
  const auto arguments = message.payload().size() > kMaxInterpretedBytes
                             ? json()
                             : json::parse(message.payload(), nullptr, /*allow_exceptions=*/false);
  const auto path = arguments.is_object() ? arguments.find("path") : arguments.end();
  if (path == arguments.end() || !path->is_string()) {
    const auto fault = not_readable("A request to read a far file does not say which.");
    send_to(client, dap::make_error_response(seq, kReadSourceCommand, fault), commands);
  } else if (const auto& name = path->get_ref<const std::string&>();
             find(client)->named.contains(name) || listed_.contains(name)) {
    commands.emplace_back(ReadSource{client, seq, name});
  } else {
    const auto fault = not_readable("The far end does not read " + dap::quote(name) +
                                    ": the debug adapter has not named it in this session.");
    send_to(client, dap::make_error_response(seq, kReadSourceCommand, fault), commands);
  }
}

std::vector<SessionCommand> Session::handle_source_read(ClientId client, std::int64_t seq,
                                                        Result<std::string> content) {
  Commands commands;
  if (find(client) == nullptr) return commands;
  const auto refusal = [&](const Fault& fault) {
    return dap::make_error_response(seq, kReadSourceCommand, fault);
  };
  std::string answer;
  if (content) {
    answer = dap::make_response(seq, kReadSourceCommand, json{{"content", *std::move(content)}});
    // Bytes that are no text take up to six times their number in JSON.
    if (answer.size() > dap::kMaxBodyBytes)
      answer = refusal(not_readable("A far file is too large to be sent: most of it is no text."));
  } else {
    answer = refusal(content.error());
  }
  send_to(client, std::move(answer), commands);
  return commands;
}

}  // namespace nearside::session
