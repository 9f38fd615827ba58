// Attempts, one link, its channels. All state changes happen on the executor; callbacks of users
// are called last in each step, since they may close channels or open new ones.
#include "near/target_link.hpp"

#include "core/version.hpp"
#include "io/faults.hpp"
#include "near/command_transport.hpp"
#include "near/limits.hpp"
#include "near/link_id.hpp"
#include "near/reverse_transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace nearside::near_end {
namespace {

using io::make_fault;
using asio::experimental::awaitable_operators::operator&&;
using Clock = std::chrono::steady_clock;

Fault stopped_fault() {
  return make_fault(Errc::kStopped, Condition::kUnreachable, "This near end is closing.");
}

bool will_never_work(const Fault& fault) {
  return fault.condition == Condition::kMisconfigured || fault.condition == Condition::kInternal;
}

class LinkChannel final : public Channel {
 public:
  LinkChannel(std::weak_ptr<TargetLink> link, std::shared_ptr<TargetLink::Slot> slot)
      : link_(std::move(link)), slot_(std::move(slot)) {}
  LinkChannel(const LinkChannel&) = delete;
  LinkChannel& operator=(const LinkChannel&) = delete;
  ~LinkChannel() override { LinkChannel::close(std::nullopt); }

  Result<void> send(link::MessageKind kind, std::string bytes) override {
    if (const auto link = link_.lock()) return link->send(*slot_, kind, std::move(bytes));
    return stopped_fault();
  }
  bool may_send() const override {
    const auto link = link_.lock();
    return link && link->may_send(*slot_);
  }
  void consumed(std::size_t bytes) override {
    if (const auto link = link_.lock()) link->consumed(*slot_, bytes);
  }
  void close(std::optional<Fault> reason) override {
    if (const auto link = link_.lock()) link->close_channel(*slot_, std::move(reason));
  }

 private:
  std::weak_ptr<TargetLink> link_;
  std::shared_ptr<TargetLink::Slot> slot_;
};

}  // namespace

TargetLink::TargetLink(asio::any_io_executor executor,
                       std::shared_ptr<const NearEndOptions> options, Target target)
    : executor_(std::move(executor)),
      options_(std::move(options)),
      target_(std::move(target)),
      tasks_(executor_) {
  if (std::holds_alternative<LocalTarget>(target_))
    local_agent_ = std::make_shared<LocalAgent>(executor_, options_);
}

io::Async<std::unique_ptr<Channel>> TargetLink::open(std::shared_ptr<TargetLink> self,
                                                     std::string opening,
                                                     Channel::Handlers handlers) {
  if (self->stopped_) co_return stopped_fault();
  if (self->current_ == nullptr) {
    // Held before the attempt is spawned: one that fails at once is over, and forgotten, by then.
    auto attempt = self->attempt_;
    if (!attempt) {
      attempt = std::make_shared<Attempt>(self->executor_);
      self->attempt_ = attempt;
      self->tasks_.spawn(run(self));
    }
    if (!attempt->is_over) co_await attempt->over.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!attempt->is_over) co_return stopped_fault();  // the waiting was cancelled
    if (attempt->fault) co_return *attempt->fault;
    if (self->current_ == nullptr) {
      co_return make_fault(Errc::kLinkLost, Condition::kUnreachable,
                           "The link to " + to_string(self->target_) + " broke as it was made.");
    }
  }
  auto channel = self->current_->driver.link().open_channel(opening, io::now());
  if (!channel) co_return channel.error();
  auto slot = std::make_shared<Slot>();
  slot->id = *channel;
  slot->handlers = std::move(handlers);
  self->channels_.emplace(*channel, slot);
  self->current_->changed.cancel();
  std::unique_ptr<Channel> opened = std::make_unique<LinkChannel>(self, std::move(slot));
  self->current_->driver.flush();
  co_return std::move(opened);
}

std::shared_ptr<void> TargetLink::observe(Observer on_state) {
  auto observer = std::make_shared<Observer>(std::move(on_state));
  std::erase_if(observers_, [](const auto& gone) { return gone.expired(); });
  observers_.push_back(observer);
  if (state_) (*observer)(*state_);
  return observer;
}

std::optional<link::LinkCounters> TargetLink::counters() const {
  if (current_ == nullptr) return std::nullopt;
  return current_->driver.link().counters();
}

void TargetLink::close() {
  if (current_ == nullptr) return stop();
  stopped_ = true;
  current_->driver.link().close(std::nullopt, io::now());
  current_->driver.flush();
}

asio::awaitable<void> TargetLink::closed() {
  return tasks_.join();
}

void TargetLink::stop() {
  stopped_ = true;
  finish_attempt(stopped_fault());
  current_ = nullptr;
  end_channels(stopped_fault());
  tasks_.stop();
}

Result<void> TargetLink::send(const Slot& slot, link::MessageKind kind, std::string bytes) {
  if (!slot.open || current_ == nullptr) {
    return make_fault(Errc::kLinkLost, Condition::kUnreachable,
                      "The channel to " + to_string(target_) + " is closed.");
  }
  auto sent = current_->driver.link().send(slot.id, kind, std::move(bytes), io::now());
  current_->driver.flush();
  return sent;
}

bool TargetLink::may_send(const Slot& slot) const {
  return slot.open && current_ != nullptr && current_->driver.link().may_send(slot.id);
}

void TargetLink::consumed(const Slot& slot, std::size_t bytes) {
  if (!slot.open || current_ == nullptr) return;
  current_->driver.link().consumed(slot.id, bytes, io::now());
  current_->driver.flush();
}

void TargetLink::close_channel(Slot& slot, std::optional<Fault> reason) {
  if (!std::exchange(slot.open, false)) return;
  channels_.erase(slot.id);
  if (current_ == nullptr) return;
  current_->driver.link().close_channel(slot.id, std::move(reason), io::now());
  current_->driver.flush();
  current_->changed.cancel();
}

asio::awaitable<void> TargetLink::run(std::shared_ptr<TargetLink> self) {
  const auto deadline = Clock::now() + connect_limit(self->target_);
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

io::Async<Transport> TargetLink::connect(Deadline deadline) {
  if (const auto* tls = std::get_if<TlsTarget>(&target_))
    return open_tls_transport(executor_, options_, tls->address, deadline);
  if (const auto* reverse = std::get_if<ReverseTarget>(&target_))
    return open_reverse_transport(executor_, options_, reverse->address, deadline);
  if (!local_agent_) return open_command_transport(executor_, options_, target_, tasks_, deadline);
  return open_local_transport(local_agent_, deadline);
}

asio::awaitable<TargetLink::Outcome> TargetLink::drive(Transport transport, Deadline deadline) {
  security_ = std::move(transport.security);
  link::LinkOptions options;
  options.end = link::End::kNear;
  options.compress = transport.compress;
  options.link_id = random_link_id();
  options.product = kProduct;
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
            watch_pins(driven, std::move(transport.peer)));

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
  driven.is_over = true;
  driven.changed.cancel();
  driven.pins.stop();
}

asio::awaitable<void> TargetLink::watch(Driven& driven, Deadline deadline) {
  while (!driven.is_over) {
    const bool is_idle = current_ == &driven && channels_.empty();
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

// Events of a link that is no longer the current one concern nobody, but for its own end.
void TargetLink::handle(Driven& driven, link::LinkEvent event) {
  std::visit([&](auto& happened) { handle(driven, happened); }, event);
}

void TargetLink::handle(Driven& driven, link::LinkEstablished&) {
  driven.was_established = true;
  driven.changed.cancel();
  if (stopped_) return;
  current_ = &driven;
  publish(LinkState::Kind::kConnected, "");
  finish_attempt(std::nullopt);
}

void TargetLink::handle(Driven& driven, link::LinkRefused& event) {
  driven.refused = true;
  driven.fault = std::move(event.fault);
}

void TargetLink::handle(Driven& driven, link::LinkEnded& event) {
  if (!driven.fault) driven.fault = std::move(event.fault);
  driven.changed.cancel();
  if (current_ != &driven) return;
  current_ = nullptr;
  const auto reason = driven.fault.value_or(make_fault(
      Errc::kLinkLost, Condition::kUnreachable, to_string(target_) + " has closed the link."));
  publish(LinkState::Kind::kLost, reason.message);
  end_channels(reason);
}

void TargetLink::handle(Driven& driven, link::ChannelOpened& event) {
  driven.driver.link().close_channel(
      event.channel,
      make_fault(Errc::kFrameUnexpected, Condition::kPeerViolation,
                 "A near end of this version takes no channels from an agent."),
      io::now());
}

void TargetLink::handle(Driven& driven, link::MessageReceived& event) {
  const auto found = channels_.find(event.channel);
  if (current_ != &driven || found == channels_.end()) {
    driven.driver.link().consumed(event.channel, event.bytes.size(), io::now());
    return;
  }
  const auto slot = found->second;
  slot->handlers.on_message(event.kind, std::move(event.bytes));
}

void TargetLink::handle(Driven& driven, link::ChannelClosed& event) {
  if (current_ == &driven) end_channel(event.channel, std::move(event.reason));
}

void TargetLink::handle(Driven& driven, link::ChannelWritable& event) {
  const auto found = channels_.find(event.channel);
  if (current_ != &driven || found == channels_.end()) return;
  const auto slot = found->second;
  slot->handlers.on_writable();
}

void TargetLink::end_channel(link::ChannelId channel, std::optional<Fault> reason) {
  const auto found = channels_.find(channel);
  if (found == channels_.end()) return;
  const auto slot = found->second;
  channels_.erase(found);
  slot->open = false;
  if (current_ != nullptr) current_->changed.cancel();
  slot->handlers.on_closed(std::move(reason));
}

void TargetLink::end_channels(const Fault& reason) {
  while (!channels_.empty()) end_channel(channels_.begin()->first, reason);
}

void TargetLink::finish_attempt(std::optional<Fault> fault) {
  const auto attempt = std::exchange(attempt_, nullptr);
  if (!attempt) return;
  attempt->is_over = true;
  attempt->fault = std::move(fault);
  attempt->over.cancel();
}

void TargetLink::publish(LinkState::Kind kind, std::string detail) {
  LinkState state;
  state.kind = kind;
  state.target = to_string(target_);
  state.detail = std::move(detail);
  if (kind == LinkState::Kind::kConnected) state.security = security_;
  if (state_ == state) return;
  state_ = state;
  const auto told = observers_;  // an observer may bring another one
  for (const auto& observer : told)
    if (const auto living = observer.lock()) (*living)(state);
}

}  // namespace nearside::near_end
