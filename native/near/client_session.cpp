// One client: front, pipeline, channel. Messages that come before the channel is open wait in a
// bounded queue. Callbacks may destroy the session: each way in holds the state until it is done.
#include "near/client_session.hpp"

#include "core/session/payload.hpp"
#include "io/clock.hpp"
#include "io/faults.hpp"
#include "near/client_session_impl.hpp"
#include "near/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace nearside::near_end {

using io::make_fault;

namespace {

bool is_answer_to(const dap::Envelope& envelope, std::string_view command) {
  return envelope.type == dap::MessageType::kResponse && envelope.name == command;
}

bool starts(const dap::Envelope& envelope) {
  return envelope.type == dap::MessageType::kRequest &&
         (envelope.name == "launch" || envelope.name == "attach");
}

}  // namespace

ClientSession::ClientSession(Links& links, SessionOptions options, Handlers handlers)
    : impl_(std::make_shared<Impl>(links, std::move(options), std::move(handlers))) {
  impl_->tasks.spawn(Impl::start(impl_));
}

ClientSession::~ClientSession() {
  // Callbacks further up the stack may hold the state for a moment longer.
  impl_->is_finished = true;
  impl_->tasks.stop();
  impl_->entry.reset();
  impl_->link_state.reset();
  impl_->index_changes.reset();
  impl_->channel.reset();
}

void ClientSession::handle_client_message(std::string body,
                                          std::optional<inspect::Microseconds> handed_over) {
  const auto impl = impl_;
  if (!impl->is_finished) impl->handle_client_message(std::move(body), handed_over);
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

void ClientSession::retry_now() {
  const auto impl = impl_;
  if (!impl->is_finished) impl->links.retry_now(impl->options.target);
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

const inspect::InspectorCounters& ClientSession::inspection() const {
  return impl_->inspector_stage->counters();
}

std::shared_ptr<const SessionTimes> ClientSession::times() const {
  return impl_->times;
}

paths::RuleSet ClientSession::rules() const {
  return impl_->path_stage->rules();
}

// --- Messages ---

void ClientSession::Impl::handle_client_message(std::string body,
                                                std::optional<inspect::Microseconds> handed_over) {
  const auto now = io::precise_now();
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
  if (envelope.type == dap::MessageType::kRequest) {
    if (envelope.name == "disconnect") disconnect_asked = true;
    if (envelope.name == "initialize")
      is_vscode = session::read_payload(*message).value("clientID", nlohmann::json()) == "vscode";
  }
  auto& stopwatch = inspector_stage->stopwatch();
  stopwatch.set_time(now);
  if (envelope.type == dap::MessageType::kRequest)
    stopwatch.asked(envelope.seq, envelope.name, now - handed_over.value_or(now));
  if (away_since && take_while_away(*message)) return finish_if_done();
  if (const auto* host = start_stage->assumed_host(); host != nullptr && starts(envelope)) {
    StageOutput out;
    path_stage->handle_far_host(*host, out);
    take(pipeline.from_stage(*path_stage, std::move(out)));
  }
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

void ClientSession::Impl::take(session::FrontCommands commands) {
  ++handing_on;
  for (auto& message : commands.to_adapter) take(pipeline.from_client(std::move(message)));
  for (auto& body : commands.to_client) send_to_client(std::move(body));
  --handing_on;
}

void ClientSession::Impl::take(StageOutput output) {
  for (auto& message : output.to_client) {
    const auto& envelope = message.envelope();
    if (envelope.type == dap::MessageType::kResponse) answering = envelope.request_seq;
    const bool is_initialize = is_answer_to(envelope, "initialize");
    take(front.handle_adapter_message(std::move(message)));
    answering.reset();
    if (is_initialize && !std::exchange(initialize_answered, true))
      for (auto& line : std::exchange(held_lines, {})) say(std::move(line));
  }
  auto control = output.controls.begin();
  for (std::size_t at = 0; at < output.to_adapter.size(); ++at) {
    for (; control != output.controls.end() && control->before <= at; ++control)
      send_to_far(link::MessageKind::kControl, std::move(control->bytes));
    note_sent(output.to_adapter[at].envelope());
    send_to_far(link::MessageKind::kDap, std::move(output.to_adapter[at]).take_bytes());
  }
  for (auto& notice : output.notices) say(std::move(notice));
}

void ClientSession::Impl::note_sent(const dap::Envelope& envelope) {
  if (envelope.type == dap::MessageType::kRequest)
    inspector_stage->stopwatch().sent(envelope.seq, io::precise_now());
}

/// Those that tell why the times after them are as they are.
void ClientSession::Impl::note_event(const dap::Envelope& envelope, inspect::Microseconds came) {
  if (envelope.type != dap::MessageType::kEvent || !entry) return;
  const auto number = inspect::command_number(envelope.name);
  if (inspect::command_name(number) != envelope.name) return;
  inspect::Span span;
  span.began = came;
  span.command = number;
  span.way = inspect::Way::kEvent;
  Logbook::add(*entry, span);
}

void ClientSession::Impl::send_to_far(link::MessageKind kind, std::string bytes) {
  if (is_over) return;
  if (!channel) {
    queued_bytes += bytes.size();
    queued.push_back({kind, std::move(bytes), {}});
    return;
  }
  // A channel that is closed says so by on_closed, too.
  (void)channel->send(kind, std::move(bytes));
}

void ClientSession::Impl::send_to_client(std::string body) {
  if (is_finished) return;
  ++counters.messages_to_client;
  counters.bytes_to_client += body.size();
  handed.push_back({body.size(), std::exchange(credit, 0), std::exchange(answering, {})});
  if (const auto seq = handed.back().answers)
    inspector_stage->stopwatch().handed(*seq, io::precise_now());
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
  waiting.clear();
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
  entry.reset();
  link_state.reset();
  index_changes.reset();
  channel.reset();
  if (handlers.on_closed) handlers.on_closed(std::move(ended_by));
}

// --- Backpressure ---

bool ClientSession::Impl::may_send() const {
  if (own_bytes > kQueueHighWater) return false;
  // While the link is down the client is read on: it must be able to say `disconnect`.
  if (is_over || away_since) return true;
  return channel ? channel->may_send() : queued_bytes <= kQueueHighWater;
}

void ClientSession::Impl::tell_writable() {
  if (is_finished || !may_send()) return;
  unheeded = 0;
  if (std::exchange(told_to_wait, false) && handlers.on_writable) handlers.on_writable();
}

void ClientSession::Impl::note_taken(std::int64_t seq) {
  const auto span = inspector_stage->stopwatch().taken(seq, io::precise_now());
  if (!span) return;
  times->add(*span);
  if (entry) Logbook::add(*entry, *span);
}

void ClientSession::Impl::delivered(std::size_t bytes) {
  taken_bytes += bytes;
  std::size_t returned = 0;
  while (!handed.empty() && taken_bytes >= handed.front().bytes) {
    const auto first = handed.front();
    handed.pop_front();
    taken_bytes -= first.bytes;
    returned += first.credit;
    if (first.answers) note_taken(*first.answers);
    if (first.credit == 0) own_bytes -= first.bytes;
  }
  if (returned > 0 && channel && !is_over) channel->consumed(returned);
  tell_writable();
  finish_if_done();
}

}  // namespace nearside::near_end
