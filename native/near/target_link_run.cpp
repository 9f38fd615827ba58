// How a link comes, goes on, and goes: attempts, transports, what ends it from here.
#include "core/version.hpp"
#include "io/clock.hpp"
#include "io/faults.hpp"
#include "io/random_id.hpp"
#include "near/agent_questions.hpp"
#include "near/bring_over.hpp"
#include "near/command_transport.hpp"
#include "near/limits.hpp"
#include "near/pending_ends.hpp"
#include "near/reverse_transport.hpp"
#include "near/target_link.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace nearside::near_end {
namespace {

using io::make_fault;
using asio::experimental::awaitable_operators::operator&&;
using io::Clock;

bool will_never_work(const Fault& fault) {
  return fault.condition == Condition::kMisconfigured || fault.condition == Condition::kInternal;
}

/// From half of it to all: many near ends of one network do not come back in the same moment.
std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::chrono::milliseconds::rep> share(pause.count() / 2,
                                                                      pause.count());
  return std::chrono::milliseconds(share(random));
}

}  // namespace

asio::awaitable<void> TargetLink::run(std::shared_ptr<TargetLink> self) {
  auto deadline = Clock::now() + connect_limit(self->target_);
  auto backoff = kFirstBackoff;
  self->publish(LinkState::Kind::kConnecting, "");
  for (;;) {
    Outcome outcome;
    auto transport = co_await self->connect(deadline);
    if (transport)
      outcome = co_await self->drive(std::move(*transport), deadline);
    else
      outcome.fault = transport.error();
    if (!outcome.fault || self->stopped_) co_return;
    const auto& fault = *outcome.fault;
    if (outcome.is_final || will_never_work(fault) || time_left(deadline) <= backoff) {
      self->publish(LinkState::Kind::kLost, fault.message);
      self->finish_attempt(fault);
      co_return;
    }
    self->publish(LinkState::Kind::kConnecting, fault.message);
    asio::steady_timer pause(self->executor_, backoff);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    backoff = std::min(2 * backoff, kMaxBackoff);
  }
}

io::Async<Transport> TargetLink::connect(Deadline& deadline) {
  if (const auto* tls = std::get_if<TlsTarget>(&target_))
    return open_tls_transport(executor_, options_, tls->address, deadline);
  if (const auto* reverse = std::get_if<ReverseTarget>(&target_))
    return open_reverse_transport(executor_, options_, reverse->address, deadline);
  if (!local_agent_) return connect_by_command(deadline);
  return open_local_transport(local_agent_, deadline);
}

io::Async<Transport> TargetLink::connect_by_command(Deadline& deadline) {
  const auto words = stdio_command(target_, kPlatform).value();
  std::optional<FarSystem> missing;
  auto found = co_await open_command_transport(executor_, options_, target_, words, tasks_,
                                               deadline, missing);
  if (found || !missing) co_return std::move(found);
  const auto platform = platform_of(*missing);
  auto brought_words = words;
  if (!platform && !missing->other.empty()) {
    // One that somebody built for that system: another version is better than none.
    brought_words = script_command(target_, find_any_script()).value();
  } else {
    std::function<void(std::string)> tell = [this](std::string progress) {
      LinkState state;
      state.target = to_string(target_);
      state.progress = std::move(progress);
      publish(std::move(state));
    };
    auto brought =
        co_await bring_over(executor_, options_, target_, *missing, tasks_, std::move(tell));
    if (!brought) co_return brought.error();
    deadline = Clock::now() + connect_limit(target_);
  }
  co_return co_await open_command_transport(executor_, options_, target_, brought_words, tasks_,
                                            deadline, missing);
}

asio::awaitable<TargetLink::Outcome> TargetLink::drive(Transport transport, Deadline deadline) {
  security_ = std::move(transport.security);
  link::LinkOptions options;
  options.end = link::End::kNear;
  options.compress = transport.compress;
  options.link_id = io::random_id(io::kLinkIdBytes);
  options.product = kProduct;
  options.silence_limit = options_->silence_limit;
  // What breaks on one machine is a process, which no transport brings back.
  options.resume = !std::holds_alternative<LocalTarget>(target_);
  Driven* made = nullptr;
  Driven driven(executor_, options_->state, std::move(transport.stream), std::move(options),
                [this, &made](link::LinkEvent event) { handle(*made, std::move(event)); });
  made = &driven;
  // However this ends, nobody may find a link that is gone.
  struct Forget {
    Driven*& current;
    Driven* gone;
    ~Forget() {
      if (current == gone) current = nullptr;
    }
  } forget{current_, &driven};
  co_await (run_driver(driven) && watch(driven, deadline) &&
            watch_pins(driven, std::move(transport.peer)) && watch_network(driven));

  Outcome outcome;
  if (driven.was_established) co_return outcome;
  outcome.is_final = driven.refused;
  outcome.fault = std::move(driven.fault);
  if (!outcome.fault) {
    outcome.fault = make_fault(Errc::kLinkLost, Condition::kUnreachable,
                               to_string(target_) + " closed the link before it was made.");
  }
  co_return outcome;
}

asio::awaitable<void> TargetLink::run_driver(Driven& driven) {
  co_await driven.driver.run();
  if (driven.driver.link().suspended()) co_await reconnect(driven);
  driven.is_over = true;
  driven.changed.cancel();
  driven.pins.stop();
  driven.network.stop();
}

/// Until the link is over: it goes on over one transport after another, first try at once.
asio::awaitable<void> TargetLink::reconnect(Driven& driven) {
  auto give_up = Clock::now() + options_->reconnect_limit;
  auto backoff = kFirstBackoff;
  for (int attempt = 1; driven.driver.link().suspended(); ++attempt) {
    // One that has no time to succeed would only hide why those before it failed.
    if (give_up - Clock::now() < kFirstBackoff) break;
    publish_reconnecting(driven.fault ? driven.fault->message : "", attempt, {});
    const auto tried_at = Clock::now();
    const auto resumes = driven.driver.link().counters().resumes;
    auto tried = co_await try_again(driven, std::min(tried_at + connect_limit(target_), give_up));
    if (driven.driver.link().ended()) co_return;
    if (!tried) driven.fault = tried.error();
    if (driven.driver.link().counters().resumes > resumes) {
      give_up = Clock::now() + options_->reconnect_limit;
      backoff = kFirstBackoff;
      attempt = 0;
      // One that breaks as soon as it is made is not hammered.
      if (Clock::now() - tried_at > kFirstBackoff) continue;
    }
    if (stopped_ || Clock::now() >= give_up || !is_worth_reconnecting(driven)) break;
    const auto pause = jittered(backoff);
    publish_reconnecting(driven.fault ? driven.fault->message : "", attempt + 1, pause);
    if (!std::exchange(driven.skip_pause, false)) {
      driven.pause.expires_after(pause);
      co_await driven.pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    driven.skip_pause = false;
    backoff = std::min(2 * backoff, kMaxReconnectBackoff);
  }
  if (driven.driver.link().ended()) co_return;
  driven.driver.abandon(
      driven.fault.value_or(make_fault(Errc::kLinkLost, Condition::kUnreachable,
                                       "The link to " + to_string(target_) + " is lost.")));
}

io::Async<void> TargetLink::try_again(Driven& driven, Deadline deadline) {
  auto transport = co_await connect(deadline);
  if (!transport) co_return transport.error();
  if (!driven.driver.link().suspended()) co_return boost::system::in_place_value;
  security_ = std::move(transport->security);
  driven.driver.link().begin_resume(io::now());
  driven.driver.move_to(std::move(transport->stream));
  co_await driven.driver.run();
  co_return boost::system::in_place_value;
}

/// Not when nothing is to be carried, or who is meant is no longer welcome here.
bool TargetLink::is_worth_reconnecting(Driven& driven) const {
  if (channels_.empty() && driven.driver.link().is_delivered()) return false;
  return !driven.fault || driven.fault->condition != Condition::kMisconfigured ||
         (driven.fault->code != Errc::kPeerUnknown && driven.fault->code != Errc::kPeerRevoked);
}

asio::awaitable<void> TargetLink::watch_network(Driven& driven) {
  while (!driven.is_over) {
    co_await driven.network.changed();
    if (driven.is_over) co_return;
    if (driven.driver.link().suspended()) {
      driven.retry_now();
    } else {
      driven.driver.link().check_peer(io::now());
      driven.driver.flush();
    }
  }
}

asio::awaitable<void> TargetLink::watch(Driven& driven, Deadline deadline) {
  while (!driven.is_over) {
    const bool is_idle = current_ == &driven && channels_.empty() &&
                         (!driven.driver.link().suspended() || driven.driver.link().is_delivered());
    auto until = Clock::time_point::max();
    if (!driven.was_established) until = deadline;
    if (is_idle) until = Clock::now() + kIdleLinkLimit;
    driven.changed.expires_at(until);
    const auto [error] = co_await driven.changed.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error || driven.is_over) continue;  // something has changed: look again
    if (is_idle && current_ == &driven && channels_.empty()) {
      current_ = nullptr;  // who comes now gets a new link
      driven.driver.link().close(std::nullopt, io::now());
    } else if (!driven.was_established) {
      driven.driver.link().close(
          make_fault(Errc::kHandshakeTimeout, Condition::kUnreachable,
                     to_string(target_) + " was reached and did not answer in time."),
          io::now());
    }
    driven.driver.flush();
  }
}

asio::awaitable<void> TargetLink::watch_pins(Driven& driven, std::optional<io::TlsPeer> peer) {
  if (!peer) co_return;
  while (!driven.is_over) {
    co_await driven.pins.changed();
    if (driven.is_over) co_return;
    const auto judged = judge_agent(*options_, target_, *peer);
    if (judged) continue;
    driven.driver.link().close(judged.error(), io::now());
    driven.driver.flush();
    co_return;
  }
}

asio::awaitable<void> TargetLink::end_pending(std::weak_ptr<TargetLink> weak) {
  std::vector<PendingEnd> ends;
  if (const auto self = weak.lock())
    ends = pending_ends(self->options_->state, to_string(self->target_));
  for (const auto& end : ends) {
    const auto self = weak.lock();
    if (!self || self->stopped_) co_return;
    session::AgentRequest request{"end-session", {{"session", end.session}}};
    if (end.terminate) request.arguments["terminate"] = *end.terminate;
    if (end.suspend) request.arguments["suspend"] = true;
    OpenChannel open = [weak](std::string opening, Channel::Handlers handlers) {
      return TargetLink::open(weak.lock(), std::move(opening), std::move(handlers));
    };
    auto answer = co_await ask_over(self->executor_, std::move(open), std::move(request));
    // One that is gone already has ended, too.
    const bool is_done = answer || answer.error().code == Errc::kSessionLost;
    if (is_done) (void)forget_pending_end(self->options_->state, end);
  }
}

}  // namespace nearside::near_end
