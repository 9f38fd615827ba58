// The clients of a session: who joins as what, what becomes of it when they go, how long it waits
// for the next one, and how it ends if nobody comes. Beside it, what lists say of a session.
#include "far/session_host.hpp"
#include "io/clock.hpp"
#include "io/unix_time.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace nearside::far_end {
namespace {

using io::Clock;

std::string_view to_string(session::Phase phase) {
  switch (phase) {
    case session::Phase::kStarting:
      return "starting";
    case session::Phase::kInitialized:
      return "initialized";
    case session::Phase::kLaunched:
      return "running";
    case session::Phase::kDisconnecting:
      return "disconnecting";
    case session::Phase::kEnded:
      break;
  }
  return "ended";
}

Fault no_client(session::ClientId client) {
  return {Errc::kUsage, Condition::kMisconfigured,
          "This session has no client " + std::to_string(client) +
              ". `nearside sessions clients` lists those that it has."};
}

}  // namespace

Seat* SessionHost::find_seat(session::ClientId client) {
  const auto found = seats_.find(client);
  return found == seats_.end() ? nullptr : &found->second;
}

/// Nobody is there, but somebody may come back.
bool SessionHost::is_away() const {
  return !seats_.empty() &&
         std::ranges::all_of(seats_, [](const auto& one) { return one.second.is_away; });
}

bool SessionHost::has_owner() const {
  return std::ranges::any_of(seats_, [this](const auto& one) {
    return session_.role_of(one.first) == session::Role::kOwner;
  });
}

/// After what was sent; the session has still to hear of it.
void SessionHost::close_seat(session::ClientId client, std::optional<Fault> reason) {
  auto gone = seats_.extract(client);
  if (gone.empty()) return;
  auto& seat = gone.mapped();
  send_waiting(seat);
  seat.channel->flush();
  seat.channel->close(std::move(reason));
}

/// Its channel is not used any more, whoever closed it.
void SessionHost::release_seat(session::ClientId client) {
  seats_.erase(client);
  std::erase_if(to_read_, [client](const auto& wanted) { return wanted.client == client; });
  std::erase_if(held_, [client](const auto& held) { return held.client == client; });
  state_since_ = io::unix_seconds();
  writable_.ring();
  changed_.ring();
  if (ready_) apply(session_.handle_client_left(client));
}

void SessionHost::handle_client_gone(session::ClientId client) {
  const auto* const seat = find_seat(client);
  const bool was_lost = seat != nullptr && seat->is_away;
  release_seat(client);
  if (!ready_) {
    end_ = session::EndSession{false};
  } else if (!seats_.empty()) {
    flush();
  } else if (was_lost) {
    linger(linger_.lost, "its link was lost");
  } else {
    linger(linger_.left, "its client left without ending it");
  }
}

void SessionHost::apply(const session::ReleaseClient& command) {
  close_seat(command.client, std::nullopt);
  handle_client_gone(command.client);
}

void SessionHost::handle_link_away(session::ClientId client) {
  auto* const seat = find_seat(client);
  if (seat == nullptr) return;
  seat->is_away = true;
  state_since_ = io::unix_seconds();
  if (!ready_ || seat->linger.end == session::LingerEnd::kKeep) return;
  seat->away_deadline = Clock::now() + seat->linger.lost;
  changed_.ring();
}

void SessionHost::handle_link_back(session::ClientId client) {
  auto* const seat = find_seat(client);
  if (seat == nullptr) return;
  seat->is_away = false;
  seat->away_deadline.reset();
  state_since_ = io::unix_seconds();
}

std::optional<session::ClientId> SessionHost::given_up() const {
  const auto now = Clock::now();
  for (const auto& [id, seat] : seats_)
    if (seat.away_deadline && now >= *seat.away_deadline) return id;
  return std::nullopt;
}

void SessionHost::handle_away_over(session::ClientId client) {
  close_seat(client, Fault{Errc::kSessionLost, Condition::kUnreachable,
                           seats_.size() > 1
                               ? "The link was away for too long, so this client was dropped."
                               : "The link was away for too long, so the agent has ended this "
                                 "session."});
  release_seat(client);
  if (!seats_.empty()) return;
  lingers_why_ = "its link was lost";
  handle_linger_over();
}

void SessionHost::linger(std::chrono::seconds life, std::string why) {
  if (!session_.may_outlive_client()) return end_debuggee(std::nullopt);
  lingers_why_ = std::move(why);
  linger_deadline_.reset();
  if (linger_.end != session::LingerEnd::kKeep) linger_deadline_ = Clock::now() + life;
  changed_.ring();
}

void SessionHost::stop_lingering() {
  linger_deadline_.reset();
  lingers_why_.clear();
  state_since_ = io::unix_seconds();
}

void SessionHost::handle_linger_over() {
  linger_deadline_.reset();
  fault_ = Fault{Errc::kSessionLost, Condition::kUnreachable,
                 lingers_why_ + ", and nobody took it up in time"};
  std::optional<bool> terminate;
  if (linger_.end == session::LingerEnd::kTerminate) terminate = true;
  if (linger_.end == session::LingerEnd::kDisconnect) terminate = false;
  end_debuggee(terminate);
}

void SessionHost::end_debuggee(std::optional<bool> terminate, bool suspend) {
  linger_deadline_.reset();
  apply(session_.end_debuggee(terminate, suspend));
  changed_.ring();
}

/// Its own ghost goes, and who is away all alone: who comes takes its place.
void SessionHost::make_way(const session::SessionOpening& opening, const std::string& link) {
  for (auto at = seats_.begin(); at != seats_.end();) {
    const auto client = at->first;
    const auto& seat = at->second;
    const bool is_ghost = seat.link == link && seat.name == opening.client;
    if (seat.is_away && (is_ghost || seats_.size() == 1)) {
      close_seat(client, Fault{Errc::kSessionLost, Condition::kUnreachable,
                               "Another near end has taken up this session."});
      release_seat(client);
    }
    at = seats_.upper_bound(client);
  }
}

Result<session::ClientId> SessionHost::join(const session::SessionOpening& opening,
                                            std::string link,
                                            std::unique_ptr<ClientChannel> channel,
                                            session::Role most) {
  if (!ready_ || session_.phase() != session::Phase::kLaunched) {
    return Fault{Errc::kSessionLost, Condition::kUnreachable,
                 "Session " + id_ + " is " + std::string(to_string(session_.phase())) +
                     ", so there is nothing to take up. Start a new one."};
  }
  make_way(opening, link);
  auto role = has_owner() ? session::Role::kController : session::Role::kOwner;
  role = std::min({role, most, opening.role.value_or(session::Role::kOwner)});
  const auto client = ++last_client_;
  if (auto attached = session_.attach(client, role); !attached) return attached.error();
  stop_lingering();
  const auto linger = opening.linger.over(resources_.linger);
  if (role == session::Role::kOwner) {
    link_ = link;
    linger_ = linger;
  }
  seats_.emplace(client, Seat{std::move(channel), std::move(link), opening.client, opening.inspect,
                              linger, io::unix_seconds()});
  session_.set_inspection(client, opening.inspect);
  session_.set_tells_times(client, opening.times);
  say_ready(client);
  return client;
}

Result<void> SessionHost::set_role(session::ClientId client, session::Role role) {
  const auto* const seat = find_seat(client);
  if (seat == nullptr || !session_.role_of(client)) return no_client(client);
  apply(session_.set_role(client, role));
  if (role == session::Role::kOwner) {
    link_ = seat->link;
    linger_ = seat->linger;
  }
  flush();
  return {};
}

Result<void> SessionHost::drop_client(session::ClientId client, const Fault& reason) {
  if (find_seat(client) == nullptr) return no_client(client);
  close_seat(client, reason);
  handle_client_gone(client);
  return {};
}

void SessionHost::cut(session::ClientId client, const Fault& reason) {
  if (seats_.size() > 1)
    static_cast<void>(drop_client(client, reason));
  else if (find_seat(client) != nullptr)
    end(reason);
}

void SessionHost::end(const Fault& reason, std::optional<bool> terminate, bool suspend) {
  while (!seats_.empty()) {
    const auto client = seats_.begin()->first;
    auto& seat = seats_.begin()->second;
    send_waiting(seat);
    seat.channel->send(link::MessageKind::kControl,
                       session::encode(session::SessionControl(session::SessionFailed{reason})));
    close_seat(client, reason);
    release_seat(client);
  }
  if (!ready_)
    end_ = session::EndSession{false};
  else
    end_debuggee(terminate, suspend);
  changed_.ring();
}

nlohmann::json SessionHost::status() const {
  const auto& prefetched = session_.prefetch_counters();
  nlohmann::json ends_at, clients = nlohmann::json::array();
  auto deadline = linger_deadline_;
  const bool all_away = is_away();
  auto shown = opening_.client;
  for (const auto& [client, seat] : seats_) {
    const auto role = session_.role_of(client).value_or(session::Role::kOwner);
    if (role == session::Role::kOwner) shown = seat.name;
    clients.push_back({{"id", client},
                       {"name", seat.name},
                       {"role", session::to_string(role)},
                       {"link", seat.link},
                       {"since", seat.since},
                       {"state", seat.is_away ? "away" : "live"}});
    if (all_away && seat.away_deadline && (!deadline || *deadline < *seat.away_deadline))
      deadline = seat.away_deadline;
  }
  if (deadline) {
    const auto left = std::chrono::duration_cast<seconds>(*deadline - Clock::now());
    ends_at = io::unix_seconds() + left.count();
  }
  return {{"id", id_},
          {"adapter", adapter_ ? adapter_->plan().description : opening_.adapter},
          {"client", shown},
          {"clients", std::move(clients)},
          {"link", link_},
          {"program", session_.program()},
          {"phase", to_string(session_.phase())},
          {"state", seats_.empty() ? "orphaned"
                    : all_away     ? "away"
                                   : "live"},
          {"stateSince", state_since_},
          {"endsAt", std::move(ends_at)},
          {"pid", adapter_ ? adapter_->id() : 0},
          {"keeper", adapter_ ? adapter_->keeper() : 0},
          {"notice", notice_},
          {"since", since_},
          {"prefetch",
           {{"requests", prefetched.requests},
            {"pushes", prefetched.pushes},
            {"joined", prefetched.joined},
            {"used", prefetched.used},
            {"bytes", prefetched.bytes}}}};
}

}  // namespace nearside::far_end
