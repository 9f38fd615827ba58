// One client: front, pipeline, channel. Messages that come before the channel is open wait in a
// bounded queue. Callbacks may destroy the session: each way in holds the state until it is done.
#include "near/client_session.hpp"

#include "core/session/front.hpp"
#include "core/session/wire.hpp"
#include "io/faults.hpp"
#include "io/task_group.hpp"
#include "near/limits.hpp"
#include "near/pipeline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <utility>
#include <vector>

namespace nearside::near_end {
namespace {

using io::make_fault;

bool is_answer_to(const dap::Envelope& envelope, std::string_view command) {
  return envelope.type == dap::MessageType::kResponse && envelope.name == command;
}

}  // namespace

struct ClientSession::Impl : std::enable_shared_from_this<Impl> {
  Impl(Links& shared, SessionOptions chosen, Handlers told)
      : links(shared),
        options(std::move(chosen)),
        handlers(std::move(told)),
        tasks(links.executor()) {}

  static asio::awaitable<void> start(std::weak_ptr<Impl> weak);
  static asio::awaitable<void> linger_until_limit(std::weak_ptr<Impl> weak);
  std::string opening() const;
  Channel::Handlers channel_handlers(const std::weak_ptr<Impl>& weak) const;
  void handle_opened(Result<std::unique_ptr<Channel>> opened);
  void handle_link_state(const LinkState& state);

  void handle_client_message(std::string body);
  void handle_client_gone(std::optional<Fault> fault);
  void handle_far_message(link::MessageKind kind, std::string bytes);
  void handle_far_control(std::string_view json);
  void handle_far_closed(std::optional<Fault> reason);

  /// Front and pipeline, until everything has gone where it belongs.
  void take(session::FrontCommands commands);
  void take(StageOutput output);
  void send_to_far(std::string bytes);
  void send_to_client(std::string body);
  void say(std::string line);

  /// The session is over; the client is told and, if it has not asked for the end, waited for.
  void lose(const Fault& fault, bool is_clients_wish = false);
  void finish_if_done();
  void finish();

  bool may_send() const;
  void tell_writable();
  void delivered(std::size_t bytes);

  Links& links;
  SessionOptions options;
  Handlers handlers;
  session::Front front;
  Pipeline pipeline;
  std::unique_ptr<Channel> channel;
  std::shared_ptr<void> link_state;
  std::deque<std::string> queued;  ///< From the client, before the channel is open.
  std::size_t queued_bytes = 0;
  /// What the client has been given and has not taken: bytes, and what that is worth to the far
  /// end.
  struct Handed {
    std::size_t bytes;
    std::size_t credit;
  };
  std::deque<Handed> handed;
  std::size_t taken_bytes = 0;  ///< Of the first of `handed`.
  std::size_t credit = 0;       ///< Of the message that is being handed on.
  std::size_t own_bytes = 0;    ///< In `handed`, made here: no window of the link bounds them.
  std::size_t unheeded = 0;     ///< Sent by the client while it should have waited.
  int handing_on = 0;           ///< Above 0: a list is being handed on, which has to come whole.
  bool told_to_wait = false;
  bool disconnect_asked = false;
  bool disconnect_answered = false;
  bool initialize_answered = false;
  std::vector<std::string> held_lines;  ///< No event may come before the answer to `initialize`.
  std::string last_trouble;
  bool is_over = false;  ///< Nothing goes to the far end any more; the front answers.
  bool is_finished = false;
  std::optional<Fault> ended_by;
  SessionCounters counters;
  io::TaskGroup tasks;
};

ClientSession::ClientSession(Links& links, SessionOptions options, Handlers handlers)
    : impl_(std::make_shared<Impl>(links, std::move(options), std::move(handlers))) {
  impl_->tasks.spawn(Impl::start(impl_));
}

ClientSession::~ClientSession() {
  // Callbacks further up the stack may hold the state for a moment longer.
  impl_->is_finished = true;
  impl_->tasks.stop();
  impl_->link_state.reset();
  impl_->channel.reset();
}

void ClientSession::handle_client_message(std::string body) {
  const auto impl = impl_;
  if (!impl->is_finished) impl->handle_client_message(std::move(body));
}

void ClientSession::handle_client_gone(std::optional<Fault> fault) {
  const auto impl = impl_;
  if (!impl->is_finished) impl->handle_client_gone(std::move(fault));
}

bool ClientSession::may_send() const {
  const bool may = impl_->may_send();
  if (!may) impl_->told_to_wait = true;
  return may;
}

void ClientSession::delivered(std::size_t bytes) {
  const auto impl = impl_;
  if (!impl->is_finished) impl->delivered(bytes);
}

void ClientSession::close() {
  const auto impl = impl_;
  if (impl->is_finished) return;
  impl->is_over = true;
  impl->ended_by.reset();
  impl->finish();
}

SessionCounters ClientSession::counters() const {
  auto counters = impl_->counters;
  counters.dropped_responses = impl_->front.dropped_responses();
  return counters;
}

// --- The way to the far end ---

asio::awaitable<void> ClientSession::Impl::start(std::weak_ptr<Impl> weak) {
  std::optional<io::Async<std::unique_ptr<Channel>>> opening;
  {
    const auto impl = weak.lock();
    if (!impl || impl->is_finished) co_return;
    impl->link_state = impl->links.observe(impl->options.target, [weak](const LinkState& state) {
      if (const auto observer = weak.lock()) observer->handle_link_state(state);
    });
    if (impl->is_finished) co_return;
    opening.emplace(
        impl->links.open(impl->options.target, impl->opening(), impl->channel_handlers(weak)));
  }
  // Not holding the session: it may go while the link is being made.
  auto opened = co_await std::move(*opening);
  if (const auto impl = weak.lock(); impl && !impl->is_finished)
    impl->handle_opened(std::move(opened));
}

std::string ClientSession::Impl::opening() const {
  session::SessionOpening opening;
  opening.adapter = options.adapter;
  opening.working_directory = options.working_directory;
  opening.client = options.client;
  if (std::holds_alternative<LocalTarget>(options.target))
    opening.environment = options.environment.value_or(links.environment());
  return session::encode(session::Opening(std::move(opening)));
}

Channel::Handlers ClientSession::Impl::channel_handlers(const std::weak_ptr<Impl>& weak) const {
  Channel::Handlers told;
  told.on_message = [weak](link::MessageKind kind, std::string bytes) {
    if (const auto impl = weak.lock()) impl->handle_far_message(kind, std::move(bytes));
  };
  told.on_closed = [weak](std::optional<Fault> reason) {
    if (const auto impl = weak.lock()) impl->handle_far_closed(std::move(reason));
  };
  told.on_writable = [weak] {
    if (const auto impl = weak.lock()) impl->tell_writable();
  };
  return told;
}

void ClientSession::Impl::handle_opened(Result<std::unique_ptr<Channel>> opened) {
  if (is_over) return;
  if (!opened) return lose(opened.error());
  channel = *std::move(opened);
  queued_bytes = 0;
  for (auto& bytes : std::exchange(queued, {})) send_to_far(std::move(bytes));
  tell_writable();
}

void ClientSession::Impl::handle_link_state(const LinkState& state) {
  if (is_finished) return;
  if (handlers.on_link_state) handlers.on_link_state(state);
  if (state.kind == LinkState::Kind::kConnecting && !state.detail.empty() && !is_finished &&
      state.detail != last_trouble) {
    last_trouble = state.detail;
    say("No link to " + state.target + " yet, trying again: " + state.detail);
  }
}

// --- Messages ---

void ClientSession::Impl::handle_client_message(std::string body) {
  ++counters.messages_to_adapter;
  counters.bytes_to_adapter += body.size();
  if (!may_send()) {
    unheeded += body.size();
    if (unheeded > kMaxUnheededBytes) {
      if (is_over) return finish();
      lose(make_fault(Errc::kMessageTooLarge, Condition::kPeerViolation,
                      "The client went on sending while it was asked to wait, more than " +
                          std::to_string(kMaxUnheededBytes >> 20) + " MiB."));
    }
  }
  auto message = dap::Message::take(body);
  if (!message) return take(front.handle_client_fault(message.error(), body));
  const auto& envelope = message->envelope();
  if (envelope.type == dap::MessageType::kRequest && envelope.name == "disconnect")
    disconnect_asked = true;
  take(front.handle_client_message(*std::move(message)));
  finish_if_done();
}

void ClientSession::Impl::handle_client_gone(std::optional<Fault> fault) {
  is_over = true;
  if (fault) take(front.handle_session_lost(*fault));
  auto reason = fault;
  if (!reason && !disconnect_asked) {
    reason = make_fault(Errc::kSessionLost, Condition::kUnreachable,
                        "The client left without a `disconnect`.");
  }
  if (channel) channel->close(std::move(reason));
  ended_by = std::move(fault);
  finish();
}

void ClientSession::Impl::handle_far_message(link::MessageKind kind, std::string bytes) {
  const auto size = bytes.size();
  if (is_over || !channel) return;
  if (kind == link::MessageKind::kControl) {
    channel->consumed(size);
    return handle_far_control(bytes);
  }
  auto message = dap::Message::parse(std::move(bytes));
  if (!message) {
    channel->consumed(size);
    return lose(message.error());
  }
  credit = size;
  const bool is_initialize = is_answer_to(message->envelope(), "initialize");
  if (is_answer_to(message->envelope(), "disconnect")) disconnect_answered = true;
  take(pipeline.from_adapter(*std::move(message)));
  if (const auto left = std::exchange(credit, 0); left > 0 && channel) channel->consumed(left);
  if (is_initialize && !std::exchange(initialize_answered, true))
    for (auto& line : std::exchange(held_lines, {})) say(std::move(line));
  finish_if_done();
}

void ClientSession::Impl::handle_far_control(std::string_view json) {
  const auto control = session::decode_session_control(json);
  if (!control) return lose(control.error());
  if (const auto* failed = std::get_if<session::SessionFailed>(&*control))
    return lose(failed->fault);
  const auto* ready = std::get_if<session::SessionReady>(&*control);
  if (ready != nullptr && !ready->notice.empty()) say(ready->notice);
}

void ClientSession::Impl::handle_far_closed(std::optional<Fault> reason) {
  if (is_over) return;
  const bool is_orderly = !reason;
  if (is_orderly) {
    reason = make_fault(Errc::kSessionLost, Condition::kAdapterFailed,
                        "The debug adapter has ended the session.");
  }
  lose(*reason, is_orderly && disconnect_asked);
}

void ClientSession::Impl::take(session::FrontCommands commands) {
  ++handing_on;
  for (auto& message : commands.to_adapter) take(pipeline.from_client(std::move(message)));
  for (auto& body : commands.to_client) send_to_client(std::move(body));
  --handing_on;
}

void ClientSession::Impl::take(StageOutput output) {
  for (auto& message : output.to_client) take(front.handle_adapter_message(std::move(message)));
  for (auto& message : output.to_adapter) send_to_far(std::move(message).take_bytes());
}

void ClientSession::Impl::send_to_far(std::string bytes) {
  if (is_over) return;
  if (!channel) {
    queued_bytes += bytes.size();
    queued.push_back(std::move(bytes));
    return;
  }
  // A channel that is closed says so by on_closed, too.
  (void)channel->send(link::MessageKind::kDap, std::move(bytes));
}

void ClientSession::Impl::send_to_client(std::string body) {
  if (is_finished) return;
  ++counters.messages_to_client;
  counters.bytes_to_client += body.size();
  handed.push_back({body.size(), std::exchange(credit, 0)});
  if (handed.back().credit == 0) own_bytes += body.size();
  handlers.on_message(std::move(body));
}

void ClientSession::Impl::say(std::string line) {
  if (!initialize_answered)
    held_lines.push_back(std::move(line));
  else
    take(front.say(dap::OutputCategory::kConsole, line));
}

// --- The end ---

void ClientSession::Impl::lose(const Fault& fault, bool is_clients_wish) {
  if (is_over) return;
  is_over = true;
  if (!is_clients_wish && !disconnect_answered) ended_by = fault;
  queued.clear();
  queued_bytes = 0;
  if (channel) channel->close(fault);
  take(front.handle_session_lost(fault));
  finish_if_done();
  if (is_finished) return;
  tasks.spawn(linger_until_limit(weak_from_this()));
  tell_writable();
}

asio::awaitable<void> ClientSession::Impl::linger_until_limit(std::weak_ptr<Impl> weak) {
  asio::steady_timer limit(co_await asio::this_coro::executor, kLingerLimit);
  co_await limit.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto impl = weak.lock();
  if (impl && !impl->is_finished) impl->finish();
}

void ClientSession::Impl::finish_if_done() {
  // Not everything delivered: delivered() comes back here.
  if (is_over && !is_finished && disconnect_asked && handed.empty() && handing_on == 0) finish();
}

void ClientSession::Impl::finish() {
  if (std::exchange(is_finished, true)) return;
  tasks.stop();
  link_state.reset();
  channel.reset();
  if (handlers.on_closed) handlers.on_closed(std::move(ended_by));
}

// --- Backpressure ---

bool ClientSession::Impl::may_send() const {
  if (own_bytes > kQueueHighWater) return false;
  if (is_over) return true;
  return channel ? channel->may_send() : queued_bytes <= kQueueHighWater;
}

void ClientSession::Impl::tell_writable() {
  if (is_finished || !may_send()) return;
  unheeded = 0;
  if (std::exchange(told_to_wait, false) && handlers.on_writable) handlers.on_writable();
}

void ClientSession::Impl::delivered(std::size_t bytes) {
  taken_bytes += bytes;
  std::size_t returned = 0;
  while (!handed.empty() && taken_bytes >= handed.front().bytes) {
    const auto first = handed.front();
    handed.pop_front();
    taken_bytes -= first.bytes;
    returned += first.credit;
    if (first.credit == 0) own_bytes -= first.bytes;
  }
  if (returned > 0 && channel && !is_over) channel->consumed(returned);
  tell_writable();
  finish_if_done();
}

}  // namespace nearside::near_end
