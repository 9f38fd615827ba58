// A client's session towards the far end: its channel and what comes by it. Files that the far end
// names wait for the first index of the workspace, and behind them what comes later; nothing else
// does.
#include "core/session/wire.hpp"
#include "io/clock.hpp"
#include "io/faults.hpp"
#include "near/client_session_impl.hpp"
#include "near/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace nearside::near_end {
namespace {

using io::make_fault;

}  // namespace

asio::awaitable<void> ClientSession::Impl::start(std::weak_ptr<Impl> weak) {
  std::optional<io::Async<std::unique_ptr<Channel>>> opening;
  {
    const auto impl = weak.lock();
    if (!impl || impl->is_finished) co_return;
    impl->link_state = impl->links.observe(impl->options.target, [weak](const LinkState& state) {
      if (const auto observer = weak.lock()) observer->handle_link_state(state);
    });
    if (const auto& index = impl->options.paths.index)
      impl->index_changes = index->observe(impl->links.executor(), [weak] {
        if (const auto observer = weak.lock()) observer->handle_index_changed();
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
  opening.session = options.session;
  opening.role = options.role;
  opening.linger = options.linger;
  opening.times = true;
  opening.workspace = options.paths.workspace;
  opening.restore = options.restore;
  if (options.inspect.cache) opening.inspect = options.inspect.wish;
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
  for (auto& one : std::exchange(queued, {})) send_to_far(one.kind, std::move(one.bytes));
  tell_writable();
}

void ClientSession::Impl::handle_link_state(const LinkState& state) {
  if (is_finished) return;
  last_link_state = state;
  if (handlers.on_link_state) handlers.on_link_state(state);
  if (state.kind == LinkState::Kind::kReconnecting) handle_away(state);
  if (state.kind == LinkState::Kind::kConnected && away_since) handle_back(state);
  if (!state.progress.empty() && !std::exchange(progress_told, true))
    say(state.target + ": " + state.progress);
  if (state.kind == LinkState::Kind::kConnecting && !state.detail.empty() && !is_finished &&
      state.detail != last_trouble) {
    last_trouble = state.detail;
    say("No link to " + state.target + " yet, trying again: " + state.detail);
  }
}

// --- Messages ---

void ClientSession::Impl::handle_far_message(link::MessageKind kind, std::string bytes) {
  if (is_over || !channel) return;
  const auto came = io::precise_now();
  if (waiting.empty() && !is_releasing)
    take_far_message(kind, std::move(bytes), came);
  else
    waiting.push_back({kind, std::move(bytes), came});
}

void ClientSession::Impl::take_far_message(link::MessageKind kind, std::string bytes,
                                           inspect::Microseconds came) {
  if (kind == link::MessageKind::kControl) return take_far_control(std::move(bytes));
  const auto size = bytes.size();
  auto message = dap::Message::parse(std::move(bytes));
  if (!message) {
    channel->consumed(size);
    return lose(message.error());
  }
  credit = size;
  inspector_stage->stopwatch().set_time(came);
  note_event(message->envelope(), came);
  const auto& envelope = message->envelope();
  if (envelope.type == dap::MessageType::kResponse && envelope.name == "disconnect")
    disconnect_answered = true;
  take(pipeline.from_adapter(*std::move(message)));
  if (const auto left = std::exchange(credit, 0); left > 0 && channel) channel->consumed(left);
  if (start_stage->is_to_be_kept()) keep_start();
  finish_if_done();
}

void ClientSession::Impl::take_far_control(std::string bytes) {
  const auto control = session::decode_session_control(bytes);
  const auto* const seen = control ? std::get_if<session::SourcesSeen>(&*control) : nullptr;
  if (seen != nullptr && !may_judge_files()) {
    waiting.push_back({link::MessageKind::kControl, std::move(bytes), {}});
    tasks.spawn(release_after_limit(weak_from_this()));
    return;
  }
  channel->consumed(bytes.size());
  if (!control) return lose(control.error());
  if (const auto* failed = std::get_if<session::SessionFailed>(&*control))
    return lose(failed->fault);
  if (const auto* ready = std::get_if<session::SessionReady>(&*control)) {
    handle_ready(*ready);
  } else if (seen != nullptr) {
    StageOutput out;
    path_stage->handle_sources(seen->files, out);
    take(pipeline.from_stage(*path_stage, std::move(out)));
  }
}

void ClientSession::Impl::handle_ready(const session::SessionReady& ready) {
  session_id = ready.session;
  adapter = ready.adapter;
  if (entry)
    Logbook::name(
        *entry, {{"id", session_id}, {"adapter", adapter}, {"target", to_string(options.target)}});
  StageOutput out;
  path_stage->handle_ready(ready, out);
  if (!ready.notice.empty()) out.notices.push_back(ready.notice);
  take(pipeline.from_stage(*path_stage, std::move(out)));
  if (auto start = start_stage->handle_ready(ready.host)) {
    StageOutput again;
    again.to_adapter.push_back(*std::move(start));
    take(pipeline.from_stage(*start_stage, std::move(again)));
  }
}

void ClientSession::Impl::keep_start() {
  const auto link = links.counters(options.target);
  const auto kept = start_stage->keep(link ? link->round_trip : std::chrono::milliseconds(0));
  if (!kept) say(kept.error().message);
}

void ClientSession::Impl::handle_far_closed(std::optional<Fault> reason) {
  index_is_late = true;
  release_waiting();
  if (is_over) return;
  const bool is_orderly = !reason;
  if (is_orderly) {
    reason = make_fault(Errc::kSessionLost, Condition::kAdapterFailed,
                        "The debug adapter has ended the session.");
  }
  lose(*reason, is_orderly && disconnect_asked);
}

// --- Files that wait for the index ---

bool ClientSession::Impl::may_judge_files() const {
  const auto& index = options.paths.index;
  return index_is_late || !index || index->is_ready();
}

void ClientSession::Impl::release_waiting() {
  if (is_releasing) return;
  is_releasing = true;
  while (!waiting.empty() && !is_over && channel) {
    auto first = std::move(waiting.front());
    waiting.pop_front();
    take_far_message(first.kind, std::move(first.bytes), first.came);
  }
  is_releasing = false;
  waiting.clear();
}

asio::awaitable<void> ClientSession::Impl::release_after_limit(std::weak_ptr<Impl> weak) {
  asio::steady_timer limit(co_await asio::this_coro::executor, kIndexWaitLimit);
  co_await limit.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto impl = weak.lock();
  if (!impl || impl->is_finished) co_return;
  impl->index_is_late = true;
  impl->release_waiting();
}

void ClientSession::Impl::handle_index_changed() {
  if (is_finished) return;
  // What the workspace's files tell comes first: what waits is judged by it.
  StageOutput out;
  path_stage->handle_local_files(out);
  take(pipeline.from_stage(*path_stage, std::move(out)));
  release_waiting();
}

}  // namespace nearside::near_end
