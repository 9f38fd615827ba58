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

void Session::note_client(const json& initialize) {
  client_starts_debugging_ = is_true(initialize, "supportsStartDebuggingRequest");
  client_allows_shell_ = is_true(initialize, "supportsArgsCanBeInterpretedByShell");
  client_shows_progress_ = is_true(initialize, "supportsProgressReporting");
  client_shows_terminals_ = is_true(member_of(initialize, kOwnMember), "terminals");
  if (conventions_.empty()) conventions_ = conventions_of(initialize);
  counts_as_usual_ = conventions_ == conventions_of(json::object());
  const auto id = initialize.find("clientID");
  is_vscode_ = id != initialize.end() && *id == json("vscode");
  prefetcher_.set_client(is_vscode_ ? "vscode" : "");
}

std::vector<SessionCommand> Session::handle_client_left(ClientId client) {
  Commands commands;
  if (client_ != client) return commands;
  client_.reset();
  initialize_answered_ = false;
  is_joining_ = false;
  start_progress_ = {};
  held_.clear();
  early_ = {};
  if (phase_ == Phase::kEnded) return commands;
  for (auto& [seq, in_flight] : in_flight_) in_flight.client.reset();
  // The adapter must not wait for who has gone.
  for (const auto& [seq, reverse] : std::exchange(reverse_, {})) {
    const Fault fault{Errc::kSessionLost, Condition::kUnreachable, "The client has gone."};
    send_to_adapter(dap::make_error_response(reverse.adapter_seq, reverse.command, fault),
                    commands);
  }
  return commands;
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
  in_flight_.emplace(next_adapter_seq_, InFlight{std::nullopt, 0, "disconnect"});
  send_to_adapter(std::move(request), commands);
  return commands;
}

/// The next window shall find the session.
bool Session::release_client(ClientId client, const dap::Message& message, Commands& commands) {
  if (!is_vscode_ || !may_outlive_client()) return false;
  if (!only_leaves(read_payload(message))) return false;
  send_to_client(dap::make_response(message.envelope().seq, "disconnect", nullptr), commands);
  commands.emplace_back(ReleaseClient{client});
  return true;
}

// --- What is kept ---

void Session::note_event(const dap::Message& message) {
  const auto& name = message.envelope().name;
  if (name == "stopped") {
    const auto body = read_payload(message);
    stored_.handle_stop(body);
    if (is_true(body, "allThreadsStopped") || stops_.size() >= kMaxKeptStops) stops_.clear();
    stops_.emplace_back(message.bytes());
    resumed_from_.clear();
  } else if (name == "continued") {
    stops_.clear();
    resumed_from_.clear();
  } else if (name == "terminated" || name == "exited") {
    stops_.clear();
    if (endings_.size() < kMaxKeptStops) endings_.emplace_back(message.bytes());
  } else if (name == "capabilities") {
    const auto body = read_payload(message);
    const auto changed = body.find("capabilities");
    if (changed != body.end() && changed->is_object()) capabilities_.merge_patch(*changed);
  } else if (name == "process") {
    note_process(read_payload(message));
  } else if (name == "output" && !client_) {
    keep_output(message);
  }
}

void Session::note_resume(bool refused) {
  if (refused && stops_.empty())
    stops_ = std::exchange(resumed_from_, {});
  else if (!refused)
    resumed_from_ = std::exchange(stops_, {});
}

void Session::keep_output(const dap::Message& message) {
  if (const auto output = program_output(message))
    early_output_.append(output->category, output->text);
}

// --- Joining ---

bool Session::answer_joining(const dap::Message& message, Commands& commands) {
  const auto& [seq, name] = std::pair(message.envelope().seq, message.envelope().name);
  if (name == "initialize") {
    answer_joining_initialize(message, commands);
    return true;
  }
  const bool starts = name == "launch" || name == "attach";
  const bool configures = name == "configurationDone" && configuration_done_;
  if (!starts && !configures) return false;
  send_to_client(dap::make_response(seq, name, nullptr), commands);
  // Who cannot say configurationDone has been told all that there is with the start.
  if (configures || !is_true(capabilities_, "supportsConfigurationDoneRequest"))
    show_present(commands);
  return true;
}

void Session::answer_joining_initialize(const dap::Message& message, Commands& commands) {
  const auto seq = message.envelope().seq;
  const auto arguments = read_payload(message);
  if (const auto theirs = conventions_of(arguments); theirs != conventions_) {
    const Fault fault{Errc::kMessageInvalid, Condition::kMisconfigured,
                      "This session was begun with " + conventions_ +
                          ", and the adapter cannot be told otherwise; this client wants " +
                          theirs + "."};
    return send_to_client(dap::make_error_response(seq, "initialize", fault), commands);
  }
  note_client(arguments);
  send_to_client(dap::make_response(seq, "initialize", capabilities_), commands);
  show_terminals(commands);
  send_early_output(commands);
  if (auto listed = listed_.all(); !listed.empty())
    commands.emplace_back(LookAtSources{std::move(listed), true});
  send_to_client(dap::make_event("initialized", nullptr), commands);
}

void Session::show_present(Commands& commands) {
  is_joining_ = false;
  for (const auto& stop : stops_) send_to_client(stop, commands);
  for (const auto& ending : endings_) send_to_client(ending, commands);
}

}  // namespace nearside::session
