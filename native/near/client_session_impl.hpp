// What a client's session is made of: shared by client_session.cpp, which has the client's side,
// and client_session_far.cpp, which has the far one. Callbacks may destroy the session: each way in
// holds the state until it is done.
#pragma once

#include "core/session/front.hpp"
#include "io/task_group.hpp"
#include "near/client_session.hpp"
#include "near/inspector_stage.hpp"
#include "near/logbook.hpp"
#include "near/path_stage.hpp"
#include "near/pipeline.hpp"
#include "near/start_stage.hpp"

#include <chrono>
#include <ctime>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nearside::near_end {

struct ClientSession::Impl : std::enable_shared_from_this<Impl> {
  Impl(Links& shared, SessionOptions chosen, Handlers told)
      : links(shared),
        options(std::move(chosen)),
        handlers(std::move(told)),
        tasks(links.executor()) {
    auto inspector = std::make_unique<InspectorStage>(options.inspect, options.adapter);
    inspector_stage = inspector.get();
    // Who takes a session up hears how it is; whose answers are not kept, nothing but the adapter.
    std::optional<std::chrono::milliseconds> known_from;
    if (options.inspect.cache && options.session.empty())
      known_from = options.inspect.wish.least_round_trip;
    auto start = std::make_unique<StartStage>(
        KnownStarts(links.state(), to_string(options.target), options.adapter), known_from);
    start_stage = start.get();
    auto paths = std::make_unique<PathStage>(options.paths, to_string(options.target),
                                             options.adapter, links.state());
    path_stage = paths.get();
    last_link_state.target = to_string(options.target);
    entry = links.logbook().enter([this] { return report(); });
    std::vector<std::unique_ptr<Stage>> stages;
    stages.push_back(std::move(inspector));
    stages.push_back(std::move(start));
    stages.push_back(std::move(paths));
    pipeline = Pipeline(std::move(stages));
  }

  static asio::awaitable<void> start(std::weak_ptr<Impl> weak);
  static asio::awaitable<void> linger_until_limit(std::weak_ptr<Impl> weak);
  std::string opening() const;
  Channel::Handlers channel_handlers(const std::weak_ptr<Impl>& weak) const;
  void handle_opened(Result<std::unique_ptr<Channel>> opened);
  void handle_link_state(const LinkState& state);
  // client_session_away.cpp
  void handle_away(const LinkState& state);
  void handle_back(const LinkState& state);
  bool take_while_away(dap::Message& message);
  std::optional<Fault> away_refusal() const;
  void disconnect_while_away(dap::Message message);

  void handle_client_message(std::string body, std::optional<inspect::Microseconds> handed_over);
  void handle_client_gone(std::optional<Fault> fault);
  void handle_far_message(link::MessageKind kind, std::string bytes);
  void take_far_message(link::MessageKind kind, std::string bytes, inspect::Microseconds came);
  void take_far_control(std::string bytes);
  void handle_ready(const session::SessionReady& ready);
  void keep_start();
  void handle_far_closed(std::optional<Fault> reason);

  /// Files that the far end names are judged when the first index of the workspace is there, or
  /// when it takes too long.
  bool may_judge_files() const;
  void release_waiting();
  static asio::awaitable<void> release_after_limit(std::weak_ptr<Impl> weak);
  void handle_index_changed();

  /// Front and pipeline, until everything has gone where it belongs.
  void take(session::FrontCommands commands);
  void take(StageOutput output);
  void send_to_far(link::MessageKind kind, std::string bytes);
  void send_to_client(std::string body);
  void say(std::string line);

  /// The session is over; the client is told and, if it has not asked for the end, waited for.
  void lose(const Fault& fault, bool is_clients_wish = false);
  void finish_if_done();
  void finish();

  bool may_send() const;
  void tell_writable();
  void delivered(std::size_t bytes);

  void note_sent(const dap::Envelope& envelope);
  void note_event(const dap::Envelope& envelope, inspect::Microseconds came);
  void note_taken(std::int64_t seq);
  nlohmann::json report() const;

  Links& links;
  SessionOptions options;
  Handlers handlers;
  session::Front front;
  Pipeline pipeline;
  InspectorStage* inspector_stage = nullptr;  ///< The pipeline's.
  StartStage* start_stage = nullptr;          ///< Likewise.
  PathStage* path_stage = nullptr;            ///< Likewise.
  std::shared_ptr<void> index_changes;
  std::unique_ptr<Channel> channel;
  std::shared_ptr<void> link_state;
  struct Queued {
    link::MessageKind kind;
    std::string bytes;
    inspect::Microseconds came = {};
  };
  std::deque<Queued> queued;  ///< From the client, before the channel is open.
  std::size_t queued_bytes = 0;
  /// What the client has been given and has not taken: bytes, and what that is worth to the far
  /// end.
  struct Handed {
    std::size_t bytes;
    std::size_t credit;
    std::optional<std::int64_t> answers;  ///< The client's seq.
  };
  std::deque<Handed> handed;
  /// Not consumed, so the link's windows bound it. Behind files that wait for the index.
  std::deque<Queued> waiting;
  bool is_releasing = false;
  bool index_is_late = false;
  std::optional<std::int64_t> answering;  ///< Of the message that is being handed on, likewise.
  std::size_t taken_bytes = 0;            ///< Of the first of `handed`.
  std::size_t credit = 0;                 ///< Of the message that is being handed on.
  std::size_t own_bytes = 0;  ///< In `handed`, made here: no window of the link bounds them.
  std::size_t unheeded = 0;   ///< Sent by the client while it should have waited.
  int handing_on = 0;         ///< Above 0: a list is being handed on, which has to come whole.
  bool told_to_wait = false;
  bool disconnect_asked = false;
  bool disconnect_answered = false;
  bool initialize_answered = false;
  std::vector<std::string> held_lines;  ///< No event may come before the answer to `initialize`.
  std::string last_trouble;
  bool progress_told = false;
  std::string session_id;  ///< The far end's name for it, once it has said so.
  bool is_vscode = false;
  /// The link is down: since when, and why.
  std::optional<std::chrono::steady_clock::time_point> away_since;
  std::string away_reason;
  bool is_over = false;  ///< Nothing goes to the far end any more; the front answers.
  bool is_finished = false;
  std::optional<Fault> ended_by;
  SessionCounters counters;
  std::shared_ptr<SessionTimes> times = std::make_shared<SessionTimes>();
  std::shared_ptr<Logbook::Entry> entry;
  std::string adapter;  ///< What it is, as the far end says.
  LinkState last_link_state;
  const std::int64_t since = std::time(nullptr);
  io::TaskGroup tasks;
};

}  // namespace nearside::near_end
