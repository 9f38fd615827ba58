// One link and its channels; target_link_run.cpp has how it comes and goes. All state changes
// happen on the executor; callbacks of users are called last in each step, since they may close
// channels or open new ones.
#include "near/target_link.hpp"

#include "io/faults.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace nearside::near_end {
namespace {

using io::make_fault;

Fault stopped_fault() {
  return make_fault(Errc::kStopped, Condition::kUnreachable, "This near end is closing.");
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

void TargetLink::retry_now() {
  if (current_ != nullptr && current_->driver.link().suspended()) current_->retry_now();
}

std::optional<link::LinkCounters> TargetLink::counters() const {
  if (current_ == nullptr) return std::nullopt;
  return current_->driver.link().counters();
}

std::optional<io::LinkCosts> TargetLink::costs() const {
  if (current_ == nullptr) return std::nullopt;
  return current_->driver.costs();
}

void TargetLink::close() {
  if (current_ == nullptr || current_->driver.link().suspended()) return stop();
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
  tasks_.spawn(end_pending(weak_from_this()));
}

void TargetLink::handle(Driven& driven, link::LinkRefused& event) {
  driven.refused = true;
  driven.fault = std::move(event.fault);
}

void TargetLink::handle(Driven& driven, link::LinkSuspended& event) {
  driven.fault = std::move(event.reason);
  driven.changed.cancel();
}

void TargetLink::handle(Driven& driven, link::LinkResumed&) {
  driven.fault.reset();
  if (current_ != &driven) return;
  publish(LinkState::Kind::kConnected, "");
  tasks_.spawn(end_pending(weak_from_this()));
}

void TargetLink::handle(Driven& driven, link::LinkEnded& event) {
  if (event.fault && !driven.refused) driven.fault = std::move(event.fault);
  // On one machine only the end of a process breaks a connection without a word.
  if (local_agent_ && driven.was_established && driven.fault &&
      (driven.fault->code == Errc::kLinkLost || driven.fault->code == Errc::kTransportFailed))
    driven.fault =
        make_fault(Errc::kLinkLost, Condition::kUnreachable,
                   "The agent on this machine has ended without a word (it was killed, or failed), "
                   "and its sessions with it. The next session starts another.");
  driven.changed.cancel();
  driven.pause.cancel();
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
  if (current_ != &driven) return;
  // With the link to an agent here: the link's own end comes next, and knows why.
  const bool with_link = local_agent_ && driven.driver.link().ended() && event.reason &&
                         event.reason->code == Errc::kLinkLost;
  if (!with_link) end_channel(event.channel, std::move(event.reason));
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
  publish(std::move(state));
}

void TargetLink::publish_reconnecting(std::string detail, int attempt,
                                      std::chrono::milliseconds next_try) {
  LinkState state;
  state.kind = LinkState::Kind::kReconnecting;
  state.target = to_string(target_);
  state.detail = std::move(detail);
  state.attempt = attempt;
  state.next_try = next_try;
  publish(std::move(state));
}

void TargetLink::publish(LinkState state) {
  if (state_ == state) return;
  state_ = state;
  const auto told = observers_;  // an observer may bring another one
  for (const auto& observer : told)
    if (const auto living = observer.lock()) (*living)(state);
}

}  // namespace nearside::near_end
