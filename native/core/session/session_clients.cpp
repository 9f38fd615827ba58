// The clients of a session: who is there, who hears of what, and what is kept of the last one.
#include "core/json_members.hpp"
#include "core/session/limits.hpp"
#include "core/session/session.hpp"

#include <algorithm>
#include <utility>

namespace nearside::session {

using nlohmann::json;

Client* Session::find(ClientId client) {
  const auto found = clients_.find(client);
  return found == clients_.end() ? nullptr : &found->second;
}

inspect::Prefetcher* Session::prefetcher_of(ClientId client) {
  if (auto* const known = find(client)) return &known->prefetcher;
  return client == spare_id_ && client != kNobody ? &spare_.prefetcher : nullptr;
}

void Session::set_adapter(AdapterKind kind) {
  adapter_ = kind;
  source_list_.set_adapter(kind);
  spare_.prefetcher.set_reading_runs_code(reading_runs_code());
  for (auto& [id, client] : clients_) client.prefetcher.set_reading_runs_code(reading_runs_code());
}

bool Session::reading_runs_code() const {
  return adapter_ != AdapterKind::kDelve && adapter_ != AdapterKind::kLldb;
}

void Session::set_inspection(ClientId id, const std::optional<inspect::InspectWish>& wish) {
  auto* const client = find(id);
  if (client == nullptr) return;
  client->is_inspecting = wish.has_value();
  client->prefetcher.set_wish(wish);
  listen_for_others();
}

/// With several clients each request has to be understood, also of one that keeps no answers.
void Session::listen_for_others() {
  if (clients_.size() < 2) return;
  for (auto& [id, client] : clients_)
    if (!client.prefetcher.wish())
      client.prefetcher.set_wish(inspect::InspectWish{.prefetch = false});
}

void Session::set_tells_times(ClientId id, bool tells) {
  if (auto* const client = find(id)) client->tells_times = tells;
}

Result<void> Session::attach(ClientId id, Role role) {
  if (phase_ == Phase::kDisconnecting || phase_ == Phase::kEnded) {
    return lost_ ? *lost_
                 : Fault{Errc::kSessionLost, Condition::kUnreachable,
                         "This debug session is over. Start a new one."};
  }
  if (!clients_.empty() && phase_ != Phase::kLaunched) {
    return Fault{Errc::kSessionBusy, Condition::kMisconfigured,
                 "Another client is just starting this session. Join when its program runs."};
  }
  if (clients_.size() >= kMaxClients) {
    return Fault{Errc::kSessionBusy, Condition::kMisconfigured,
                 "This session has " + std::to_string(kMaxClients) + " clients already."};
  }
  Client client;
  if (clients_.empty()) {
    client = std::exchange(spare_, {});
    spare_id_ = kNobody;
    client.prefetcher.handle_other_client();
  } else {
    client.prefetcher.set_reading_runs_code(reading_runs_code());
    client.prefetcher.set_tells_exceptions(is_true(capabilities_, "supportsExceptionInfoRequest"));
    client.knows_stops = false;
    client.prefetcher.load_habits(first().prefetcher.habits().to_json());
  }
  client.role = role;
  client.prefetcher.set_time(now_);
  client.is_joining = next_adapter_seq_ > 1;
  wishes_.handle_joined(id);
  if (!client.is_joining) static_cast<void>(wishes_.introduce(id));
  clients_.emplace(id, std::move(client));
  listen_for_others();
  return {};
}

std::vector<SessionCommand> Session::handle_client_left(ClientId id) {
  Commands commands;
  auto gone = clients_.extract(id);
  if (gone.empty()) return commands;
  wishes_.handle_left(id);
  if (clients_.empty()) {
    spare_.prefetcher = std::move(gone.mapped().prefetcher);
    spare_.is_inspecting = gone.mapped().is_inspecting;
    spare_.tells_times = gone.mapped().tells_times;
    spare_id_ = id;
    start_progress_ = {};
  }
  std::erase_if(held_, [id](const Held& held) { return held.client == id; });
  if (launcher_ == id) {
    launcher_.reset();
    early_ = {};
  }
  if (resumed_by_ == id) resumed_by_ = kNobody;
  if (phase_ == Phase::kEnded) return commands;
  for (auto& [seq, in_flight] : in_flight_)
    if (in_flight.asker == id) in_flight.is_waited_for = false;
  // The adapter must not wait for who has gone.
  std::erase_if(reverse_, [&](const auto& one) {
    if (one.second.client != id) return false;
    const Fault fault{Errc::kSessionLost, Condition::kUnreachable, "The client has gone."};
    send_to_adapter(dap::make_error_response(one.second.adapter_seq, one.second.command, fault),
                    commands);
    return true;
  });
  return commands;
}

/// Who is asked what an adapter wants of its client.
std::optional<ClientId> Session::launcher() const {
  if (launcher_) return launcher_;
  for (const auto& [id, client] : clients_)
    if (client.role == Role::kOwner) return id;
  return std::nullopt;
}

// --- Roles ---

std::optional<Role> Session::role_of(ClientId id) const {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return std::nullopt;
  return found->second.role;
}

std::vector<SessionCommand> Session::set_role(ClientId id, Role role) {
  Commands commands;
  auto* const chosen = find(id);
  if (chosen == nullptr) return commands;
  const auto change = [&](ClientId whose, Client& client, Role to) {
    if (std::exchange(client.role, to) == to || !client.is_initialized) return;
    const auto line = to == Role::kOwner
                          ? std::string("You own this debug session now.\n")
                          : "You are a" + std::string(to == Role::kObserver ? "n " : " ") +
                                std::string(to_string(to)) + " of this debug session now.\n";
    send_to(whose, dap::make_output(dap::OutputCategory::kImportant, line), commands);
  };
  if (role == Role::kOwner) {
    for (auto& [other, client] : clients_)
      if (other != id && client.role == Role::kOwner) change(other, client, Role::kController);
  }
  change(id, *chosen, role);
  return commands;
}

// --- Who hears of what ---

bool Session::is_heard() const {
  return std::ranges::any_of(clients_, [](const auto& one) { return one.second.is_initialized; });
}

bool Session::takes(const Client& client, std::string_view event) {
  if (event == "invalidated") return client.is_inspecting || client.knows_invalidated;
  if (event == "memory") return client.is_inspecting || client.knows_memory;
  if (event.starts_with("progress")) return client.shows_progress;
  if (!client.is_joining) return true;
  return client.is_initialized && event != "initialized" && !Present::tells(event);
}

void Session::send_to(ClientId client, std::string bytes, Commands& commands) const {
  if (clients_.contains(client)) commands.emplace_back(SendToClient{client, std::move(bytes)});
}

void Session::send_to_all(dap::Message event, Commands& commands) {
  const auto& name = event.envelope().name;
  if (name == "output") present_.handle_output(event.bytes());
  for (auto at = clients_.begin(); at != clients_.end(); ++at) {
    auto& [id, client] = *at;
    if (!takes(client, name)) continue;
    if (client.role == Role::kObserver) client.values.handle_message(event);
    look_at_sources(id, event, commands);
    if (std::next(at) == clients_.end()) {
      commands.emplace_back(SendToClient{id, std::move(event).take_bytes()});
      break;
    }
    commands.emplace_back(SendToClient{id, event.bytes()});
  }
}

void Session::send_to_all(std::string own, Commands& commands) {
  // What our builders make is a message.
  send_to_all(dap::Message::parse(std::move(own)).value(), commands);
}

}  // namespace nearside::session
