// The life of a session: start, serve, take leave. The traffic is in session_traffic.cpp.
#include "far/session_host.hpp"

#include "io/clock.hpp"
#include "io/deadline.hpp"
#include "io/unix_time.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace nearside::far_end {
namespace {

using asio::experimental::awaitable_operators::operator||;
using io::Clock;

}  // namespace

SessionHost::SessionHost(AgentResources& resources, std::string id, session::SessionOpening opening,
                         bool opener_is_local, std::string link,
                         std::unique_ptr<ClientChannel> channel)
    : resources_(resources),
      id_(std::move(id)),
      opening_(std::move(opening)),
      opener_is_local_(opener_is_local),
      link_(std::move(link)),
      since_(io::unix_seconds()),
      linger_(opening_.linger.over(resources.linger)),
      state_since_(since_),
      terminals_(resources, {[this](std::int64_t terminal, bool has_user, std::string_view text) {
                               take_terminal_output(terminal, has_user, text);
                             },
                             [this](std::int64_t terminal) { handle_terminal_ended(terminal); }}),
      to_write_(resources.executor),
      writable_(resources.executor),
      changed_(resources.executor),
      to_describe_(resources.executor),
      reads_(resources.executor),
      facts_told_(resources.executor),
      tasks_(resources.executor) {
  session_.attach(kOpener).value();  // A new session has no other client.
  session_.set_watchdog(resources.times.answer);
  session_.set_inspection(kOpener, opening_.inspect);
  session_.set_tells_times(kOpener, opening_.times);
  seats_.emplace(
      kOpener, Seat{std::move(channel), link_, opening_.client, opening_.inspect, linger_, since_});
}

asio::awaitable<void> SessionHost::run(io::TaskGroup& afterlife) {
  tasks_.spawn(write_adapter());
  tasks_.spawn(describe_sources());
  tasks_.spawn(read_sources());
  auto started = co_await (start() || wait_for_end());
  const bool reached = started.index() == 0 && std::get<0>(started).has_value();
  if (reached) {
    say_ready(kOpener);
    tasks_.spawn(read_adapter());
    co_await wait_for_end();
  } else if (started.index() == 0) {
    fault_ = std::get<0>(started).error();
    if (auto* const seat = find_seat(kOpener)) {
      seat->channel->send(
          link::MessageKind::kControl,
          session::encode(session::SessionControl(session::SessionFailed{*fault_})));
    }
    close_seat(kOpener, fault_);
  }
  save_habits();
  const bool keep_debuggee = end_ && end_->keep_debuggee;
  if (reached) co_await take_leave(keep_debuggee);
  while (!seats_.empty()) close_seat(seats_.begin()->first, std::nullopt);
  if (adapter_) co_await adapter_->finish(keep_debuggee);
  suspension_.handle_adapter_ended();
  tasks_.stop();
  co_await tasks_.join();
  co_await terminals_.finish(keep_debuggee, afterlife);
}

io::Async<void> SessionHost::start() {
  auto plan = co_await make_plan();
  if (!plan) co_return plan.error();
  if (notice_.empty()) notice_ = plan->notice;
  AdapterProcess::Handlers handlers;
  handlers.on_output = [this](dap::OutputCategory category, std::string_view text) {
    take_output(category, text);
  };
  handlers.on_output_end = [this](dap::OutputCategory category) {
    output_.finish(category);
    send_output();
  };
  handlers.on_ended = [this] {
    if (end_) suspension_.handle_adapter_ended();
    ended_deadline_ = Clock::now() + kLastWordsLimit;
    changed_.ring();
  };
  handlers.on_terminal = [this](std::int64_t request, const Result<pid_t>& process) {
    handle_terminal(request, process);
  };
  adapter_ =
      std::make_unique<AdapterProcess>(resources_, id_, std::move(*plan), std::move(handlers));
  kind_ = session::adapter_kind_of(adapter_->plan().name, adapter_->plan().command.arguments);
  session_.set_adapter(kind_);
  // Who listens already may be anybody's, and its processes another machine's.
  session_.set_suspends(adapter_->plan().speech != Speech::kTcp);
  const auto facts_deadline = Clock::now() + kMachineLimit;
  tasks_.spawn(describe_machine());
  auto started = co_await adapter_->start();
  if (!started) co_return started.error();
  while (!facts_known_ && Clock::now() < facts_deadline)
    co_await facts_told_.wait_until(facts_deadline);
  co_return Result<void>();
}

io::Async<AdapterPlan> SessionHost::make_plan() {
  AdapterRequest request;
  request.adapter = opening_.adapter;
  request.working_directory = opening_.working_directory;
  request.home = resources_.account.home;
  if (opener_is_local_ && opening_.environment) {
    request.environment = *opening_.environment;
  } else {
    auto login = co_await resources_.login_shell.environment();
    request.environment = std::move(login.variables);
    notice_ = std::move(login.notice);
  }
  opening_.environment.reset();
  environment_ = request.environment;
  co_return co_await resources_.catalog.resolve(std::move(request));
}

void SessionHost::say_ready(session::ClientId client) {
  ready_ = true;
  to_write_.ring();
  auto* const seat = find_seat(client);
  if (seat == nullptr) return;
  if (seat->is_away) handle_link_away(client);  // It was lost before the adapter was there.
  seat->channel->send(link::MessageKind::kControl,
                      session::encode(session::SessionControl(session::SessionReady{
                          id_, adapter_->plan().description, notice_, facts_})));
  apply(session_.handle_host(facts_));
  send_output();
}

asio::awaitable<void> SessionHost::wait_for_end() {
  while (!end_) {
    co_await changed_.wait_until(next_deadline().value_or(Deadline::max()));
    handle_time();
  }
}

std::optional<SessionHost::Deadline> SessionHost::next_deadline() const {
  std::optional<Deadline> next;
  for (const auto& deadline : {initialize_deadline_, disconnect_deadline_, sources_deadline_,
                               flush_deadline_, ended_deadline_, linger_deadline_, watch_deadline_})
    if (deadline && (!next || *deadline < *next)) next = deadline;
  for (const auto& [id, seat] : seats_)
    if (seat.away_deadline && (!next || *seat.away_deadline < *next)) next = seat.away_deadline;
  return next;
}

void SessionHost::handle_time() {
  const auto now = Clock::now();
  if (session_.phase() != session::Phase::kStarting) initialize_deadline_.reset();
  if (initialize_deadline_ && now >= *initialize_deadline_) {
    initialize_deadline_.reset();
    lose({Errc::kAdapterProtocol, Condition::kAdapterFailed,
          "The debug adapter " + adapter_->plan().description +
              " has not answered `initialize` within " +
              std::to_string(resources_.times.initialize.count() / 1000) +
              " s. Is this a debug adapter at all?"});
  }
  if (sources_deadline_ && now >= *sources_deadline_) {
    sources_deadline_.reset();
    apply(session_.handle_sources_late());
    flush();
  }
  if (flush_deadline_ && now >= *flush_deadline_) flush();
  if (ended_deadline_ && now >= *ended_deadline_) {
    ended_deadline_.reset();
    if (ready_ && !adapter_closed_) adapter_->stream().close();  // The reader sees it.
  }
  if (linger_deadline_ && now >= *linger_deadline_) handle_linger_over();
  while (const auto client = given_up()) handle_away_over(*client);
  if (watch_deadline_ && now >= *watch_deadline_) handle_watch();
  if (disconnect_deadline_ && now >= *disconnect_deadline_) handle_disconnect_late();
}

/// The conversation is over; what adapters and programs still say is passed on, for a while. Of one
/// that was lost, the last words have been heard.
asio::awaitable<void> SessionHost::take_leave(bool keep_debuggee) {
  if (adapter_lost_) {
    adapter_->end(keep_debuggee);
    co_return;
  }
  const auto deadline = Clock::now() + kFarewellDrainLimit;
  const auto unwritten = [this] { return writing_ || !to_adapter_.empty(); };
  while (!adapter_closed_ && unwritten() && Clock::now() < deadline)
    co_await changed_.wait_until(deadline);
  if (!adapter_closed_ && !writing_) co_await adapter_->stream().end_output();
  adapter_->end(keep_debuggee);
  while (!adapter_closed_ && Clock::now() < deadline) co_await changed_.wait_until(deadline);
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  co_await adapter_->drain(std::max(left, milliseconds(0)));
  send_output();
}

}  // namespace nearside::far_end
