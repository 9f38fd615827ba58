// The link to one target: connecting (and trying again), its channels, going on when its transport
// breaks, its end. What always holds: one attempt at a time, shared by all who wait for it; each
// channel hears of its end exactly once; when the link has ended, the next open() makes a new one.
#pragma once

#include "io/link_driver.hpp"
#include "io/task_group.hpp"
#include "near/links.hpp"
#include "near/network_watch.hpp"
#include "near/pin_watch.hpp"
#include "near/transport.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nearside::near_end {

class TargetLink : public std::enable_shared_from_this<TargetLink> {
 public:
  TargetLink(asio::any_io_executor executor, std::shared_ptr<const NearEndOptions> options,
             Target target);

  static io::Async<std::unique_ptr<Channel>> open(std::shared_ptr<TargetLink> self,
                                                  std::string opening, Channel::Handlers handlers);
  std::shared_ptr<void> observe(std::function<void(const LinkState&)> on_state);
  /// While the link is down: no pause before the next attempt.
  void retry_now();
  std::optional<link::LinkCounters> counters() const;
  std::optional<io::LinkCosts> costs() const;
  /// Says goodbye; closed() returns when that has been heard (bounded by io's farewell limit).
  void close();
  asio::awaitable<void> closed();
  /// Ends everything at once, without a goodbye.
  void stop();

  /// What a channel is for this link. `open` turns false when it is closed, by whom ever.
  struct Slot {
    link::ChannelId id = 0;
    bool open = true;
    Channel::Handlers handlers;
  };
  Result<void> send(const Slot& slot, link::MessageKind kind, std::string bytes);
  bool may_send(const Slot& slot) const;
  void consumed(const Slot& slot, std::size_t bytes);
  void close_channel(Slot& slot, std::optional<Fault> reason);

 private:
  using Observer = std::function<void(const LinkState&)>;
  /// Those who wait for the link share this; the fault is set before the timer is cancelled.
  struct Attempt {
    explicit Attempt(const asio::any_io_executor& executor)
        : over(executor, asio::steady_timer::time_point::max()) {}
    asio::steady_timer over;
    bool is_over = false;
    std::optional<Fault> fault;
  };
  /// One link with its transports, and what became of it. Lives in drive().
  struct Driven {
    Driven(asio::any_io_executor executor, const std::filesystem::path& state, io::StreamPtr stream,
           link::LinkOptions options, io::LinkDriver::OnEvent on_event)
        : driver(std::move(stream), std::move(options), std::move(on_event)),
          changed(executor, asio::steady_timer::time_point::max()),
          pause(executor),
          pins(executor, state),
          network(executor) {}
    io::LinkDriver driver;
    asio::steady_timer changed;  ///< Cancelled when what watch() looks at has changed.
    asio::steady_timer pause;    ///< Between attempts to reconnect.
    PinWatch pins;
    NetworkWatch network;
    bool skip_pause = false;
    bool was_established = false;
    bool is_over = false;
    bool refused = false;  ///< By the agent that we meant: trying again will not help.
    std::optional<Fault> fault;
    void retry_now() {
      skip_pause = true;
      pause.cancel();
    }
  };
  struct Outcome {
    std::optional<Fault> fault;  ///< Nothing: there was a link.
    bool is_final = false;
  };

  static asio::awaitable<void> run(std::shared_ptr<TargetLink> self);
  /// `deadline` is later when something had to be brought over first.
  io::Async<Transport> connect(Deadline& deadline);
  io::Async<Transport> connect_by_command(Deadline& deadline);
  asio::awaitable<Outcome> drive(Transport transport, Deadline deadline);
  asio::awaitable<void> run_driver(Driven& driven);
  asio::awaitable<void> reconnect(Driven& driven);
  /// A new transport, and the link over it until that breaks, too. A fault: there is none.
  io::Async<void> try_again(Driven& driven, Deadline deadline);
  bool is_worth_reconnecting(Driven& driven) const;
  /// After a change of the network, or the machine's sleep.
  asio::awaitable<void> watch_network(Driven& driven);
  /// Closes a link that takes too long to be established, and one that has been idle.
  asio::awaitable<void> watch(Driven& driven, Deadline deadline);
  /// Cuts the link to an agent that is no longer welcome here.
  asio::awaitable<void> watch_pins(Driven& driven, std::optional<io::TlsPeer> peer);
  /// What users have ended while there was no link.
  static asio::awaitable<void> end_pending(std::weak_ptr<TargetLink> weak);
  void handle(Driven& driven, link::LinkEvent event);
  void handle(Driven& driven, link::LinkEstablished& event);
  void handle(Driven& driven, link::LinkRefused& event);
  void handle(Driven& driven, link::LinkSuspended& event);
  void handle(Driven& driven, link::LinkResumed& event);
  void handle(Driven& driven, link::LinkEnded& event);
  void handle(Driven& driven, link::ChannelOpened& event);
  void handle(Driven& driven, link::MessageReceived& event);
  void handle(Driven& driven, link::ChannelClosed& event);
  void handle(Driven& driven, link::ChannelWritable& event);
  void handle(Driven&, link::PairingRequested&) {}
  void handle(Driven&, link::PairingAccepted&) {}
  void handle(Driven&, link::ResumeRequested&) {}
  void end_channel(link::ChannelId channel, std::optional<Fault> reason);
  void end_channels(const Fault& reason);
  void finish_attempt(std::optional<Fault> fault);
  void publish(LinkState::Kind kind, std::string detail);
  void publish_reconnecting(std::string detail, int attempt, std::chrono::milliseconds next_try);
  void publish(LinkState state);

  asio::any_io_executor executor_;
  std::shared_ptr<const NearEndOptions> options_;
  Target target_;
  std::shared_ptr<LocalAgent> local_agent_;
  std::shared_ptr<Attempt> attempt_;  ///< While connecting.
  Driven* current_ = nullptr;         ///< The established link that new channels go to.
  std::map<link::ChannelId, std::shared_ptr<Slot>> channels_;
  std::string security_;
  std::optional<LinkState> state_;
  std::vector<std::weak_ptr<Observer>> observers_;
  bool stopped_ = false;
  io::TaskGroup tasks_;
};

}  // namespace nearside::near_end
