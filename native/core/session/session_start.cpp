// The start of a session whose near end knows its adapter from an earlier one, and so does not wait
// for what it will say (docs/decisions/0023-known-starts.md). What always holds: the adapter sees
// the order that the specification wants, each request after what it has to wait for.
#include "core/json_members.hpp"
#include "core/session/session.hpp"
#include "core/session/wire.hpp"

#include <utility>

namespace nearside::session {

using nlohmann::json;

std::vector<SessionCommand> Session::handle_host(const paths::HostFacts& host) {
  Commands commands;
  host_ = paths::host_facts_from_json(paths::to_json(host));  // As the near end will see it.
  release_start(commands);
  return commands;
}

bool Session::hold_for_start(ClientId client, dap::Message& message, inspect::Request& request,
                             Commands& commands) {
  const auto& name = message.envelope().name;
  if (name == "launch" || name == "attach") {
    const auto own = message.take_payload_member(kOwnMember);
    if (!own) return false;
    const auto said = json::parse(*own, nullptr, /*allow_exceptions=*/false);
    early_.told = is_true(said, "initialized");
    const auto& host = member_of(said, "host");
    if (host.is_object()) early_.assumed = paths::host_facts_from_json(host);
    early_.start.emplace(Held{client, std::move(message), std::move(request)});
    release_start(commands);
    return true;
  }
  if (!early_.start && !early_.told) return false;
  // Nothing holds up who wants the end.
  if (name == "disconnect" || name == "terminate") {
    const Fault ending{Errc::kSessionLost, Condition::kUnreachable,
                       "This debug session is ending."};
    refuse_early(ending, commands);
    return false;
  }
  held_.push_back({client, std::move(message), std::move(request)});
  return true;
}

/// To the adapter, when it has answered `initialize`. What was written by another machine's facts
/// is thrown away: its near end sees the same by SessionReady, and sends it anew.
void Session::release_start(Commands& commands) {
  if (!early_.start || (early_.assumed && !host_)) return;
  const auto* const client = find(early_.start->client);
  if (client == nullptr || !client->is_initialized) return;
  auto start = *std::exchange(early_.start, std::nullopt);
  const auto assumed = std::exchange(early_.assumed, std::nullopt);
  if (assumed && *assumed != *host_) return;
  forward_request(start.client, std::move(start.message), std::move(start.request), commands);
  if (!early_.told) release_early(commands);
}

/// The adapter's `initialized`, which a client may have heard already: then what it has set goes
/// on.
void Session::tell_initialized(std::string event, Commands& commands) {
  if (!std::exchange(early_.told, false)) return send_to_all(std::move(event), commands);
  release_early(commands);
}

void Session::release_early(Commands& commands) {
  for (auto& held : std::exchange(held_, {}))
    if (!hold_for_restore(held.client, held.message, held.request, commands))
      forward_request(held.client, std::move(held.message), std::move(held.request), commands);
}

/// The adapter will not say `initialized` any more.
void Session::refuse_early(const Fault& why, Commands& commands) {
  if (!early_.start && !early_.told) return;
  if (early_.start) held_.insert(held_.begin(), *std::move(early_.start));
  early_ = {};
  refuse_held(why, commands);
}

}  // namespace nearside::session
