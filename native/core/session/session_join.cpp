// A session between two clients: what is kept for the next one, and how that one joins. To it the
// session looks like one that starts: its initialize, launch or attach, and configurationDone are
// answered from here, its breakpoints go to the adapter, and then it hears where the program
// stands.
#include "core/json_members.hpp"
#include "core/session/limits.hpp"
#include "core/session/payload.hpp"
#include "core/session/session.hpp"
#include "core/session/wire.hpp"

#include <utility>

namespace nearside::session {
namespace {

using nlohmann::json;

/// How a client counts and writes; what the adapter was told of it cannot be told anew.
std::string conventions_of(const json& initialize) {
  const auto flag = [&](const char* name) {
    const auto found = initialize.find(name);
    return found == initialize.end() || *found != json(false) ? "1" : "0";
  };
  const auto format = initialize.find("pathFormat");
  const bool is_uri = format != initialize.end() && *format == json("uri");
  return std::string("lines from ") + flag("linesStartAt1") + ", columns from " +
         flag("columnsStartAt1") + ", paths as " + (is_uri ? "URIs" : "paths");
}

}  // namespace

void Session::note_client(Client& client, const json& initialize) {
  client.has_said_initialize = true;
  client.starts_debugging = is_true(initialize, "supportsStartDebuggingRequest");
  client.allows_shell = is_true(initialize, "supportsArgsCanBeInterpretedByShell");
  client.shows_progress = is_true(initialize, "supportsProgressReporting");
  client.knows_invalidated = is_true(initialize, "supportsInvalidatedEvent");
  client.knows_memory = is_true(initialize, "supportsMemoryEvent");
  client.shows_terminals = is_true(member_of(initialize, kOwnMember), "terminals");
  if (conventions_.empty()) conventions_ = conventions_of(initialize);
  counts_as_usual_ = conventions_ == conventions_of(json::object());
  const auto id = initialize.find("clientID");
  client.is_vscode = id != initialize.end() && *id == json("vscode");
  client.prefetcher.set_client(client.is_vscode ? "vscode" : "");
}

std::vector<SessionCommand> Session::end_debuggee(std::optional<bool> terminate, bool suspend) {
  Commands commands;
  // Once it is asked to end, the answer to that will end the session.
  if (phase_ == Phase::kEnded || phase_ == Phase::kDisconnecting) return commands;
  if (terminate) terminate_debuggee_ = terminate;
  if (next_adapter_seq_ == 1) {
    end(commands);  // The adapter has heard nothing yet, so there is nobody to take leave of.
    return commands;
  }
  json arguments{{"terminateDebuggee", !keep_debuggee()}};
  if (suspend && terminate != true)
    arguments = {{"suspendDebuggee", true}, {"terminateDebuggee", false}};
  // What our builders make is a message.
  auto request = dap::Message::parse(dap::make_request("disconnect", arguments)).value();
  prepare_disconnect(request, commands);
  in_flight_.emplace(next_adapter_seq_, InFlight{.command = "disconnect"});
  send_to_adapter(std::move(request), commands);
  return commands;
}

/// It only leaves: others stay, it may not end it, or its next window shall find the session.
bool Session::release_client(ClientId id, const dap::Message& message, Commands& commands) {
  const auto& client = *find(id);
  const bool is_window =
      client.is_vscode && may_outlive_client() && only_leaves(read_payload(message));
  const bool may_end = client.role == Role::kOwner;
  if (!is_window && may_end && clients_.size() == 1) return false;
  send_to(id, dap::make_response(message.envelope().seq, "disconnect", nullptr), commands);
  commands.emplace_back(ReleaseClient{id});
  return true;
}

// --- What is kept ---

void Session::note_event(const dap::Message& message) {
  const auto& name = message.envelope().name;
  present_.handle_event(message);
  if (name == "stopped") {
    stored_.handle_stop(read_payload(message));
    resumed_by_.reset();
  } else if (name == "capabilities") {
    const auto body = read_payload(message);
    const auto changed = body.find("capabilities");
    if (changed != body.end() && changed->is_object()) capabilities_.merge_patch(*changed);
  } else if (name == "process") {
    note_process(read_payload(message));
  } else if (name == "breakpoint") {
    wishes_.handle_event(message);
  } else if (name == "output" && clients_.empty()) {
    keep_output(message);
  }
}

void Session::note_resume(bool refused) {
  present_.handle_resume(refused);
  if (refused) return;
  for (auto& [id, client] : clients_) client.values.handle_resume();
}

void Session::keep_output(const dap::Message& message) {
  if (const auto output = program_output(message))
    early_output_.append(output->category, output->text);
}

// --- Joining ---

bool Session::answer_joining(ClientId id, const dap::Message& message, Commands& commands) {
  if (!find(id)->is_joining) return false;
  const auto& [seq, name] = std::pair(message.envelope().seq, message.envelope().name);
  if (name == "initialize") {
    answer_joining_initialize(id, message, commands);
    return true;
  }
  const bool starts = name == "launch" || name == "attach";
  // Who began it is about to say that all is set; if it has gone, this one says it.
  const bool configures =
      name == "configurationDone" && (configuration_done_ || launcher_.has_value());
  if (!starts && !configures) return false;
  send_to(id, dap::make_response(seq, name, nullptr), commands);
  // Who cannot say configurationDone has been told all that there is with the start.
  if (configures || !is_true(capabilities_, "supportsConfigurationDoneRequest"))
    show_present(id, commands);
  return true;
}

void Session::answer_joining_initialize(ClientId id, const dap::Message& message,
                                        Commands& commands) {
  const auto seq = message.envelope().seq;
  const auto arguments = read_payload(message);
  if (const auto theirs = conventions_of(arguments); theirs != conventions_) {
    const Fault fault{Errc::kMessageInvalid, Condition::kMisconfigured,
                      "This session was begun with " + conventions_ +
                          ", and the adapter cannot be told otherwise; this client wants " +
                          theirs + "."};
    return send_to(id, dap::make_error_response(seq, "initialize", fault), commands);
  }
  note_client(*find(id), arguments);
  send_to(id, dap::make_response(seq, "initialize", capabilities_), commands);
  show_terminals(id, commands);
  // What others have heard it is told anew; what nobody has heard it hears first.
  if (clients_.size() > 1)
    for (const auto& output : present_.output()) send_to(id, output, commands);
  send_early_output(id, commands);
  if (auto listed = listed_.all(); !listed.empty())
    commands.emplace_back(LookAtSources{id, std::move(listed), true});
  send_to(id, dap::make_event("initialized", nullptr), commands);
}

/// A start that was made, once more; and an initialize, which there can be one of.
bool Session::answer_again(ClientId id, const dap::Message& message, Commands& commands) {
  const auto& [seq, name] = std::pair(message.envelope().seq, message.envelope().name);
  if (name == "initialize" && find(id)->has_said_initialize) {
    const Fault fault{Errc::kMessageInvalid, Condition::kPeerViolation,
                      "This client has said `initialize` before."};
    send_to(id, dap::make_error_response(seq, name, fault), commands);
    return true;
  }
  const bool starts = (name == "launch" || name == "attach") && phase_ == Phase::kLaunched;
  const bool configures = name == "configurationDone" && configuration_done_;
  if (!starts && !configures) return false;
  send_to(id, dap::make_response(seq, name, nullptr), commands);
  return true;
}

void Session::show_present(ClientId id, Commands& commands) {
  auto& client = *find(id);
  client.is_joining = false;
  for (const auto& body : wishes_.introduce(id)) tell_breakpoints({{id, body}}, commands);
  for (auto& bytes : present_.events()) {
    const auto event = dap::Message::parse(std::move(bytes));
    if (event->envelope().name == "stopped" && !client.knows_stops)
      client.prefetcher.handle_event(*event);
    look_at_sources(id, *event, commands);
    send_to(id, event->bytes(), commands);
  }
  client.knows_stops = true;
}

}  // namespace nearside::session
