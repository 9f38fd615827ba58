// A session whose client has gone: how long it waits for the next one, who may be that, and how it
// ends if nobody comes. Beside it, what lists say of a session.
#include "far/session_host.hpp"
#include "io/clock.hpp"
#include "io/unix_time.hpp"

#include <nlohmann/json.hpp>

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

}  // namespace

/// The channel is not used any more, whoever closed it.
void SessionHost::release_channel() {
  channel_.reset();
  is_away_ = false;
  to_client_.clear();
  to_read_.clear();
  held_.clear();
  state_since_ = io::unix_seconds();
  writable_.ring();
  changed_.ring();
  if (ready_) apply(session_.handle_client_left(client_));
}

void SessionHost::handle_client_gone() {
  const bool was_lost = is_away_;
  release_channel();
  if (!ready_) {
    end_ = session::EndSession{false};
  } else if (was_lost) {
    linger(linger_.lost, "its link was lost");
  } else {
    linger(linger_.left, "its client left without ending it");
  }
}

void SessionHost::apply(const session::ReleaseClient&) {
  send_waiting();
  close_channel(std::nullopt);
  handle_client_gone();
}

void SessionHost::handle_link_away() {
  is_away_ = true;
  state_since_ = io::unix_seconds();
  if (ready_) linger(linger_.lost, "its link was lost");
}

void SessionHost::handle_link_back() {
  is_away_ = false;
  stop_lingering();
}

void SessionHost::linger(std::chrono::seconds life, std::string why) {
  if (!session_.may_outlive_client() && !channel_) return end_debuggee(std::nullopt);
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
  if (channel_) {
    close_channel(Fault{Errc::kSessionLost, Condition::kUnreachable,
                        "The link was away for too long, so the agent has ended this session."});
    release_channel();
  }
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

Result<void> SessionHost::take_up(const session::SessionOpening& opening, std::string link,
                                  std::unique_ptr<ClientChannel> channel) {
  if (channel_ && !is_away_) {
    return Fault{Errc::kSessionBusy, Condition::kMisconfigured,
                 "Another client debugs in session " + id_ + ". Close it there first."};
  }
  if (!ready_ || session_.phase() != session::Phase::kLaunched) {
    return Fault{Errc::kSessionLost, Condition::kUnreachable,
                 "Session " + id_ + " is " + std::string(to_string(session_.phase())) +
                     ", so there is nothing to take up. Start a new one."};
  }
  if (channel_) {
    close_channel(Fault{Errc::kSessionLost, Condition::kUnreachable,
                        "Another near end has taken up this session."});
    release_channel();
  }
  if (auto attached = session_.attach(++client_); !attached) return attached;
  stop_lingering();
  channel_ = std::move(channel);
  link_ = std::move(link);
  opening_.client = opening.client;
  opening_.inspect = opening.inspect;
  linger_ = opening.linger.over(resources_.linger);
  if (opening_.inspect) session_.set_inspection(*opening_.inspect);
  session_.set_tells_times(opening.times);
  say_ready();
  return {};
}

void SessionHost::end(const Fault& reason, std::optional<bool> terminate, bool suspend) {
  if (channel_) {
    send_waiting();
    channel_->send(link::MessageKind::kControl,
                   session::encode(session::SessionControl(session::SessionFailed{reason})));
    close_channel(reason);
    release_channel();
  }
  if (!ready_)
    end_ = session::EndSession{false};
  else
    end_debuggee(terminate, suspend);
  changed_.ring();
}

nlohmann::json SessionHost::status() const {
  const auto& prefetched = session_.prefetch_counters();
  nlohmann::json ends_at;
  if (linger_deadline_) {
    const auto left = std::chrono::duration_cast<seconds>(*linger_deadline_ - Clock::now());
    ends_at = io::unix_seconds() + left.count();
  }
  return {{"id", id_},
          {"adapter", adapter_ ? adapter_->plan().description : opening_.adapter},
          {"client", opening_.client},
          {"link", link_},
          {"program", session_.program()},
          {"phase", to_string(session_.phase())},
          {"state", !channel_  ? "orphaned"
                    : is_away_ ? "away"
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
