// A session at the far end: one adapter and its clients (today one at a time; the numbering, the
// client ids and the lists are made for many). It owns the numbers that the adapter sees, knows
// whose request each answer belongs to, and how far the session has come. Messages to a client
// keep the `seq` that they came with, but for requests: their front numbers them. Pure.
#pragma once

#include "core/dap/build.hpp"
#include "core/dap/envelope.hpp"
#include "core/fault.hpp"
#include "core/inspect/client_view.hpp"
#include "core/inspect/options.hpp"
#include "core/inspect/prefetcher.hpp"
#include "core/paths/host.hpp"
#include "core/session/breakpoint_ids.hpp"
#include "core/session/named_sources.hpp"
#include "core/session/output_tail.hpp"
#include "core/session/restore.hpp"
#include "core/session/source_list.hpp"
#include "core/session/start_progress.hpp"
#include "core/session/stored_breakpoints.hpp"
#include "core/session/watchdog.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nearside::session {

using ClientId = std::uint32_t;

/// What the session wants done, in order.
struct SendToAdapter {
  std::string bytes;
  bool operator==(const SendToAdapter&) const = default;
};
struct SendToClient {
  ClientId client;
  std::string bytes;
  bool may_wait = false;  ///< For what is_prefetching() says comes next, a moment.
  bool operator==(const SendToClient&) const = default;
};
/// Run this at the far end on a pty; answer with handle_terminal_started / _failed.
struct RunInTerminal {
  std::int64_t request = 0;            ///< To be given back with the answer.
  std::vector<std::string> arguments;  ///< argv; never empty.
  std::string cwd;                     ///< Empty: the adapter's.
  std::vector<std::pair<std::string, std::optional<std::string>>> environment;  ///< nullopt: unset.
  std::string title;
  bool has_user = false;  ///< The client shows it, and its user types into it.
  bool operator==(const RunInTerminal&) const = default;
};
/// What the user does with such a terminal; answer with handle_terminal_used.
struct UseTerminal {
  ClientId client;
  std::int64_t seq = 0;  ///< To be given back.
  std::int64_t terminal = 0;
  std::string input;
  std::uint16_t columns = 0;  ///< 0: as it was; so for rows.
  std::uint16_t rows = 0;
  bool close = false;
  bool operator==(const UseTerminal&) const = default;
};
/// The conversation is over: end the adapter and what it started.
struct EndSession {
  bool keep_debuggee =
      false;  ///< The user said `terminateDebuggee: false`, or the session attached.
  bool operator==(const EndSession&) const = default;
};
/// The adapter names these files: look at them, and tell the client before anything that follows.
struct LookAtSources {
  std::vector<std::string> paths;
  bool is_list = false;  ///< All that the program was made of; else what one message names.
  bool operator==(const LookAtSources&) const = default;
};
/// Our questions for the list are out: call handle_sources_late when they take too long.
struct AwaitSources {
  bool operator==(const AwaitSources&) const = default;
};
/// Read this file for the client; answer with handle_source_read.
struct ReadSource {
  ClientId client;
  std::int64_t seq = 0;  ///< To be given back.
  std::string path;
  bool operator==(const ReadSource&) const = default;
};
/// The program is to stay suspended when the adapter has let go of it, which that cannot do: find
/// its processes, since the adapter hears of its end next. `process`: what it has told; 0: nothing.
struct FindDebuggee {
  std::int64_t process = 0;
  bool operator==(const FindDebuggee&) const = default;
};
/// The adapter has let go of it, or is gone: it is to be stopped, and the user to be told.
struct SuspendDebuggee {
  bool operator==(const SuspendDebuggee&) const = default;
};
/// Read this line of a file that the adapter has named, for the prefetcher; answer with
/// handle_line_read, or not at all.
struct ReadLine {
  std::string path;
  std::size_t line = 0;  ///< From 1.
  std::int64_t frame = 0;
  bool operator==(const ReadLine&) const = default;
};
/// The client has said that it goes, and the debuggee stays: close its channel after what was sent,
/// and say handle_client_left.
struct ReleaseClient {
  ClientId client;
  bool operator==(const ReleaseClient&) const = default;
};
using SessionCommand = std::variant<SendToAdapter, SendToClient, RunInTerminal, EndSession,
                                    LookAtSources, AwaitSources, ReadSource, ReadLine, FindDebuggee,
                                    SuspendDebuggee, ReleaseClient, UseTerminal>;

enum class Phase { kStarting, kInitialized, kLaunched, kDisconnecting, kEnded };
enum class StartMode { kNone, kLaunch, kAttach };

class Session {
 public:
  /// Before the first message: how the adapter is asked for its sources.
  void set_adapter(AdapterKind kind);
  /// Before the first message: what the near end may keep and wants prefetched. Without it no
  /// answer is stamped.
  void set_inspection(const inspect::InspectWish& wish);
  /// Before the first message: programs are suspended here where the adapter cannot.
  void set_suspends(bool suspends) { suspends_ = suspends; }
  /// How long an answer may take before the user is told; 0: that is never told.
  void set_watchdog(milliseconds limit) { watchdog_.set_limit(limit); }
  /// Whether answers say what time they took here.
  void set_tells_times(bool tells) { tells_times_ = tells; }
  /// When what follows happens, by any clock that does not go back; for the prefetcher's limits,
  /// the watchdog, and times.
  void set_time(std::chrono::microseconds now);
  /// The adapter takes the next message of those that it was sent, at that time.
  void handle_handed(std::chrono::microseconds now);
  /// One client at a time: a fault (kSessionBusy) while another is attached. Who comes after
  /// another one joins what is there: its initialize, launch or attach, and configurationDone are
  /// answered here, and it is told of the present stop. Each has a number of its own.
  Result<void> attach(ClientId client);
  /// The client is gone, and nothing happens to the debuggee.
  std::vector<SessionCommand> handle_client_left(ClientId client);
  /// Whether there is something to keep: the program was started and has not ended.
  bool may_outlive_client() const { return phase_ == Phase::kLaunched && !terminated_seen_; }
  /// Nobody comes any more: `disconnect` to the adapter. `terminate`: whether the debuggee ends,
  /// too; nothing: as it began (launched: terminated, attached: let go). `suspend`: as a client's
  /// `suspendDebuggee`.
  std::vector<SessionCommand> end_debuggee(std::optional<bool> terminate, bool suspend = false);
  std::vector<SessionCommand> handle_client_message(ClientId client, dap::Message message);
  void handle_client_view(ClientId client, const inspect::ClientView& view);
  /// To be called after anything else, while the client's channel takes more: the next thing to be
  /// prefetched, mostly nothing.
  std::vector<SessionCommand> prefetch();
  /// Something that was asked by prefetch() is on its way.
  bool is_prefetching() const;
  std::vector<SessionCommand> handle_adapter_message(dap::Message message);
  /// The adapter's process ended, its stream broke, or it spoke what is no DAP. Requests in flight
  /// are answered with the fault, the user is told in one `output`, then `terminated`, then the
  /// session ends. An adapter that exits instead of answering `disconnect` has done as it was told,
  /// and one whose program has ended may exit: then no `output`. After EndSession nothing comes.
  std::vector<SessionCommand> handle_adapter_lost(const Fault& fault);
  /// Output that did not come through DAP: the adapter's stderr, the program's stdout. What comes
  /// before `initialize` is answered is kept until then (specification: Initialization), the newest
  /// kMaxKeptOutputBytes of it.
  std::vector<SessionCommand> handle_program_output(dap::OutputCategory category,
                                                    std::string_view text);
  // session_terminals.cpp
  std::vector<SessionCommand> handle_terminal_started(std::int64_t request,
                                                      std::int64_t process_id);
  std::vector<SessionCommand> handle_terminal_failed(std::int64_t request, const Fault& fault);
  std::vector<SessionCommand> handle_terminal_used(ClientId client, std::int64_t seq,
                                                   const Result<void>& done);
  /// Whether there is a client that shows terminals, or one that takes their output as a program's.
  bool takes_terminal_output() const { return client_ && initialize_answered_; }
  std::vector<SessionCommand> handle_terminal_output(std::int64_t terminal, std::string_view text);
  std::vector<SessionCommand> handle_terminal_ended(std::int64_t terminal);
  /// What the near end is told of this machine, before the adapter is written to.
  std::vector<SessionCommand> handle_host(const paths::HostFacts& host);
  /// `initialized` waits no longer for the list of sources; a later answer still counts.
  std::vector<SessionCommand> handle_sources_late();
  std::vector<SessionCommand> handle_source_read(ClientId client, std::int64_t seq,
                                                 Result<std::string> content);
  void handle_line_read(const ReadLine& wanted, std::string_view line) {
    prefetcher_.handle_line(wanted.frame, line);
  }

  // session_watch.cpp
  /// When overdue() or slow_start() may have something, by the clock of set_time.
  std::optional<milliseconds> next_watch() const;
  /// Requests whose answer is late, each told once.
  std::vector<Overdue> overdue();
  /// A start has taken that long, and its client would be shown how it goes: call show_progress.
  std::optional<milliseconds> slow_start() const;
  std::vector<SessionCommand> show_progress(std::string_view title, std::string_view message);
  /// One line for the user.
  std::vector<SessionCommand> say(std::string_view line);

  Phase phase() const { return phase_; }
  StartMode start_mode() const { return start_mode_; }
  /// What the program is, for lists: `program`, `processId`, … of the launch or attach. May be
  /// empty.
  const std::string& program() const { return program_; }
  /// The launch's or attach's own name (`name`, as VS Code says it), else program().
  const std::string& configuration() const { return configuration_; }
  /// What the client reads after a stop, to be kept for the next session; and from an earlier one.
  const inspect::Habits& habits() const { return prefetcher_.habits(); }
  void load_habits(const nlohmann::json& saved) { prefetcher_.load_habits(saved); }
  /// What was stored of earlier sessions. `restore`: is to be set again, before the client's
  /// configurationDone goes on; `when` it was last changed, for people.
  void load_stored(std::vector<StoredList> lists, bool restore, std::string when);
  /// What the client has set since the last call, to be stored.
  StoredChanges take_stored_changes();
  const inspect::PrefetchCounters& prefetch_counters() const { return prefetcher_.counters(); }
  /// Messages of both sides that answered nothing, or came too late.
  std::uint64_t dropped() const { return dropped_; }

 private:
  struct InFlight {
    std::optional<ClientId> client;  ///< Nothing: our own, or its client has gone.
    std::int64_t client_seq = 0;
    std::string command;
    std::optional<BreakpointIds::Asked> breakpoints = {};  ///< Of a set…Breakpoints.
    bool is_prefetch = false;  ///< Our own, whose answer is for the client.
    bool is_resume = false;
    std::optional<StoredList> stored = {};  ///< Kept, if the answer is a success.
    bool restores = false;                  ///< Our own, of an earlier session.
    std::chrono::microseconds came = {};    ///< The request that the answer is for.
    std::chrono::microseconds handed = {};  ///< To the adapter; 0: not yet.
  };
  /// A client's request that waits: for breakpoints that are restored, or for the start.
  struct Held {
    ClientId client;
    dap::Message message;
    inspect::Request request;
  };
  struct ReverseRequest {
    std::int64_t adapter_seq = 0;
    std::string command;
    std::optional<std::string> title = {};  ///< Of a terminal that the client is to show.
  };
  struct ShownTerminal {
    std::string title;
    std::int64_t process = 0;
  };
  using Commands = std::vector<SessionCommand>;

  void take_request(ClientId client, dap::Message message, Commands& commands);
  void forward_request(ClientId client, dap::Message message, inspect::Request request,
                       Commands& commands);
  void prepare_request(dap::Message& message, Commands& commands);
  void take_response(dap::Message message, Commands& commands);
  void take_reverse_request(dap::Message message, Commands& commands);
  void send_to_adapter(dap::Message message, Commands& commands);
  void send_to_adapter(std::string own, Commands& commands);
  void send_to_client(std::string bytes, Commands& commands) const;
  void send_early_output(Commands& commands);
  void end(Commands& commands);
  // session_watch.cpp
  bool is_watched() const;
  void watch_request(const dap::Message& message, std::int64_t seq);
  void watch_answer(std::int64_t seq, Commands& commands);
  void watch_initialized(Commands& commands);
  void end_progress(Commands& commands);
  // session_inspect.cpp
  bool forward_read(ClientId client, const dap::Message& message, inspect::Request request,
                    Commands& commands);
  void ask_scopes(std::int64_t frame, Commands& commands);
  void read_line(const dap::Message& stack, Commands& commands);
  inspect::Spent spent_on(const InFlight& in_flight) const;
  void send_answer(const InFlight& in_flight, dap::Message message,
                   const std::optional<inspect::Stamp>& stamp, Commands& commands);
  // session_terminals.cpp
  bool run_in_terminal(const dap::Message& message, std::optional<Fault>& fault,
                       Commands& commands);
  void use_terminal(ClientId client, const dap::Message& message, Commands& commands);
  void show_terminals(Commands& commands) const;
  // session_join.cpp
  bool answer_joining(const dap::Message& message, Commands& commands);
  void answer_joining_initialize(const dap::Message& message, Commands& commands);
  bool release_client(ClientId client, const dap::Message& message, Commands& commands);
  void note_client(const nlohmann::json& initialize);
  void note_event(const dap::Message& message);
  void note_resume(bool refused);
  void keep_output(const dap::Message& message);
  void show_present(Commands& commands);
  // session_suspend.cpp
  void declare_ours(dap::Message& answer);
  void keep_declared(dap::Message& event);
  void note_process(const nlohmann::json& payload);
  void prepare_disconnect(dap::Message& message, Commands& commands);
  void suspend_debuggee(Commands& commands);
  // session_start.cpp
  bool hold_for_start(ClientId client, dap::Message& message, inspect::Request& request,
                      Commands& commands);
  void release_start(Commands& commands);
  void tell_initialized(std::string event, Commands& commands);
  void release_early(Commands& commands);
  void refuse_early(const Fault& why, Commands& commands);
  // session_sources.cpp
  void hold_initialized(dap::Message message, Commands& commands);
  void release_initialized(Commands& commands);
  void look_at_sources(const dap::Message& message, Commands& commands);
  bool take_source_answer(const dap::Message& message, Commands& commands);
  void read_source(ClientId client, const dap::Message& message, Commands& commands);
  bool keep_debuggee() const;
  // session_store.cpp
  std::optional<StoredList> note_set(const dap::Message& request);
  void take_set_answer(const InFlight& in_flight, const dap::Message& answer, Commands& commands);
  bool hold_for_restore(ClientId client, dap::Message& message, inspect::Request& request,
                        Commands& commands);
  void begin_restore(Commands& commands);
  void begin_restore_early(Commands& commands);
  void finish_restore(Commands& commands);
  void release_held(Commands& commands);
  void refuse_held(const Fault& fault, Commands& commands);
  void show_breakpoints(const std::vector<nlohmann::json>& events, Commands& commands);

  std::optional<ClientId> client_;
  std::int64_t next_adapter_seq_ = 1;
  std::map<std::int64_t, InFlight> in_flight_;  ///< By the seq that the adapter saw.
  std::int64_t last_answered_ = 0;              ///< Such a seq that nothing waits for any more.
  /// Our seq of a reverse request → the adapter's, of those that the client has to answer, and of
  /// those that handle_terminal_* does. One count for both.
  std::map<std::int64_t, ReverseRequest> reverse_;
  std::map<std::int64_t, ReverseRequest> terminals_;
  std::map<std::int64_t, ShownTerminal> shown_terminals_;  ///< By the number of their request.
  std::int64_t next_reverse_seq_ = 1;
  BreakpointIds breakpoint_ids_;
  bool initialize_answered_ = false;
  OutputTail early_output_;  ///< From before that.
  inspect::Prefetcher prefetcher_;
  bool is_inspecting_ = false;
  milliseconds now_{};
  Watchdog watchdog_;
  StartProgress start_progress_;
  bool tells_times_ = false;
  std::chrono::microseconds precise_now_{0};  ///< The same time.
  std::int64_t next_handed_ = 1;  ///< The seq of the next message that the adapter takes.
  SourceList source_list_;
  std::optional<std::string> held_initialized_;  ///< Until the list is there.
  /// Files that may be read: of that list, and named since. The first message that names one of the
  /// list has it looked at again, more closely.
  NamedSources listed_;
  NamedSources named_;
  StoredBreakpoints stored_;
  std::optional<Restore> restore_;
  bool is_restoring_ = false;
  std::vector<Held> held_;
  /// Of a near end that does not wait for what it knows already.
  struct EarlyStart {
    std::optional<Held> start;                ///< Until the adapter may have it.
    std::optional<paths::HostFacts> assumed;  ///< What its paths were written by.
    bool told = false;  ///< The client knows of `initialized`, which the adapter has still to say.
  };
  EarlyStart early_;
  std::optional<paths::HostFacts> host_;
  std::uint64_t dropped_ = 0;

  Phase phase_ = Phase::kStarting;
  StartMode start_mode_ = StartMode::kNone;
  std::optional<bool> terminate_debuggee_;  ///< What the `disconnect` said.
  bool terminated_seen_ = false;
  bool suspends_ = false;                 ///< We can.
  bool adapter_suspends_ = false;         ///< It can.
  bool suspend_debuggee_ = false;         ///< We are to, when the adapter has let go.
  std::int64_t process_ = 0;              ///< The debuggee, as far as it was told.
  bool client_starts_debugging_ = false;  ///< The client declared supportsStartDebuggingRequest.
  bool client_allows_shell_ = false;      ///< …supportsArgsCanBeInterpretedByShell.
  bool client_shows_terminals_ = false;   ///< Ours: kTerminalName.
  bool client_shows_progress_ = false;    ///< …supportsProgressReporting.
  /// What a client that joins is told.
  bool is_joining_ = false;
  bool is_vscode_ = false;
  bool configuration_done_ = false;
  nlohmann::json capabilities_;
  bool counts_as_usual_ = false;  ///< Lines and columns from 1, paths: else nothing is stored.
  std::string conventions_;  ///< Of the first client: how lines and paths are counted and written.
  std::vector<std::string> stops_;  ///< `stopped` events, while what they say holds.
  std::vector<std::string>
      resumed_from_;                  ///< The same, until the resume is known to have happened.
  std::vector<std::string> endings_;  ///< `exited` and `terminated`.
  std::optional<Fault> lost_;
  std::string program_;
  std::string configuration_;
};

}  // namespace nearside::session
