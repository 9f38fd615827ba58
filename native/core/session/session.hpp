// A session at the far end: one adapter and its clients, each with a role. It owns the numbers that
// the adapter sees, knows whose request each answer belongs to, and how far the session has come.
// Answers go to who asked, events to all who know them. Messages to a client keep the `seq` that
// they came with, but for requests: their front numbers them. Pure.
#pragma once

#include "core/dap/build.hpp"
#include "core/dap/envelope.hpp"
#include "core/fault.hpp"
#include "core/inspect/client_view.hpp"
#include "core/inspect/options.hpp"
#include "core/inspect/prefetcher.hpp"
#include "core/paths/host.hpp"
#include "core/session/breakpoint_ids.hpp"
#include "core/session/breakpoint_wishes.hpp"
#include "core/session/client.hpp"
#include "core/session/commands.hpp"
#include "core/session/named_sources.hpp"
#include "core/session/output_tail.hpp"
#include "core/session/present.hpp"
#include "core/session/restore.hpp"
#include "core/session/role.hpp"
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
#include <vector>

namespace nearside::session {

enum class Phase { kStarting, kInitialized, kLaunched, kDisconnecting, kEnded };
enum class StartMode { kNone, kLaunch, kAttach };

class Session {
 public:
  /// Before the first message: how the adapter is asked for its sources.
  void set_adapter(AdapterKind kind);
  /// Before that client's first message: what its near end may keep and wants prefetched. Without
  /// it no answer to it is stamped.
  void set_inspection(ClientId client, const std::optional<inspect::InspectWish>& wish);
  /// Before the first message: programs are suspended here where the adapter cannot.
  void set_suspends(bool suspends) { suspends_ = suspends; }
  /// How long an answer may take before the user is told; 0: that is never told.
  void set_watchdog(milliseconds limit) { watchdog_.set_limit(limit); }
  /// Whether that client's answers say what time they took here.
  void set_tells_times(ClientId client, bool tells);
  /// When what follows happens, by any clock that does not go back; for the prefetcher's limits,
  /// the watchdog, and times.
  void set_time(std::chrono::microseconds now);
  /// The adapter takes the next message of those that it was sent, at that time.
  void handle_handed(std::chrono::microseconds now);
  /// Who comes after another one joins what is there: its initialize, launch or attach, and
  /// configurationDone are answered here, and it is told of the present stop. A fault
  /// (kSessionBusy) while another one has not started the program yet, and when there are too many.
  /// Each has a number of its own, from 1. One owner at most: who let it in sees to that.
  Result<void> attach(ClientId client, Role role = Role::kOwner);
  /// Nothing: no such client.
  std::optional<Role> role_of(ClientId client) const;
  /// Who may do what from now on; who was the owner is a controller when another one becomes it.
  /// Each whose role changes is told.
  std::vector<SessionCommand> set_role(ClientId client, Role role);
  std::size_t clients() const { return clients_.size(); }
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
  /// To be called after anything else, while that client's channel takes more: the next thing to be
  /// prefetched for it, mostly nothing.
  std::vector<SessionCommand> prefetch(ClientId client);
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
  bool takes_terminal_output() const { return is_heard(); }
  std::vector<SessionCommand> handle_terminal_output(std::int64_t terminal, std::string_view text);
  std::vector<SessionCommand> handle_terminal_ended(std::int64_t terminal);
  /// What the near end is told of this machine, before the adapter is written to.
  std::vector<SessionCommand> handle_host(const paths::HostFacts& host);
  /// `initialized` waits no longer for the list of sources; a later answer still counts.
  std::vector<SessionCommand> handle_sources_late();
  std::vector<SessionCommand> handle_source_read(ClientId client, std::int64_t seq,
                                                 Result<std::string> content);
  void handle_line_read(const ReadLine& wanted, std::string_view line);

  // session_watch.cpp
  /// When overdue() or slow_start() may have something, by the clock of set_time.
  std::optional<milliseconds> next_watch() const;
  /// Requests whose answer is late, each told once.
  std::vector<Overdue> overdue();
  /// A start has taken that long, and its client would be shown how it goes: call show_progress.
  std::optional<milliseconds> slow_start() const;
  std::vector<SessionCommand> show_progress(std::string_view title, std::string_view message);
  /// One line for the users, or for that one.
  std::vector<SessionCommand> say(std::string_view line, ClientId client = kNobody);

  Phase phase() const { return phase_; }
  StartMode start_mode() const { return start_mode_; }
  /// What the program is, for lists: `program`, `processId`, … of the launch or attach. May be
  /// empty.
  const std::string& program() const { return program_; }
  /// The launch's or attach's own name (`name`, as VS Code says it), else program().
  const std::string& configuration() const { return configuration_; }
  /// What the client reads after a stop, to be kept for the next session; and from an earlier one.
  const inspect::Habits& habits() const { return first().prefetcher.habits(); }
  void load_habits(const nlohmann::json& saved) { first().prefetcher.load_habits(saved); }
  /// What was stored of earlier sessions. `restore`: is to be set again, before the client's
  /// configurationDone goes on; `when` it was last changed, for people.
  void load_stored(std::vector<StoredList> lists, bool restore, std::string when);
  /// What the client has set since the last call, to be stored.
  StoredChanges take_stored_changes();
  const inspect::PrefetchCounters& prefetch_counters() const {
    return first().prefetcher.counters();
  }
  /// Messages of both sides that answered nothing, or came too late.
  std::uint64_t dropped() const { return dropped_; }

 private:
  struct InFlight {
    ClientId asker = kNobody;    ///< Who asked it, or for whom it is prefetched.
    bool is_waited_for = false;  ///< The asker gets the answer: it asked, and is still there.
    std::int64_t client_seq = 0;
    std::string command;
    std::optional<BreakpointIds::Asked> breakpoints = {};  ///< Of a set…Breakpoints.
    std::optional<BreakpointWishes::Plan> wishes = {};
    bool is_prefetch = false;  ///< Our own, whose answer is for the client.
    bool is_resume = false;
    bool is_write = false;                       ///< Noted for the other clients only.
    std::optional<nlohmann::json> resumes = {};  ///< What the others are to be told of it.
    std::optional<StoredList> stored = {};       ///< Kept, if the answer is a success.
    bool restores = false;                       ///< Our own, of an earlier session.
    std::chrono::microseconds came = {};         ///< The request that the answer is for.
    std::chrono::microseconds handed = {};       ///< To the adapter; 0: not yet.
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
    ClientId client = kNobody;              ///< Who has to answer it.
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
  void prepare_request(ClientId client, dap::Message& message, Commands& commands);
  void take_response(dap::Message message, Commands& commands);
  void take_reverse_request(dap::Message message, Commands& commands);
  void send_to_adapter(dap::Message message, Commands& commands);
  void send_to_adapter(std::string own, Commands& commands);
  void send_early_output(ClientId client, Commands& commands);
  void end(Commands& commands);
  // session_watch.cpp
  bool is_watched() const;
  bool shows_progress() const;
  void watch_request(const dap::Message& message, std::int64_t seq);
  void watch_answer(std::int64_t seq, Commands& commands);
  void watch_initialized(Commands& commands);
  void end_progress(Commands& commands);
  // session_inspect.cpp
  bool forward_read(ClientId client, const dap::Message& message, inspect::Request request,
                    Commands& commands);
  void note_scopes_for_others(ClientId asker, std::optional<std::int64_t> frame);
  void ask_scopes(ClientId client, std::int64_t frame, Commands& commands);
  void read_line(ClientId client, const dap::Message& stack, Commands& commands);
  inspect::Spent spent_on(const InFlight& in_flight) const;
  void send_answer(const InFlight& in_flight, dap::Message message,
                   const std::optional<inspect::Stamp>& stamp, Commands& commands);
  // session_clients.cpp
  Client* find(ClientId client);
  const Client& first() const { return clients_.empty() ? spare_ : clients_.begin()->second; }
  Client& first() { return clients_.empty() ? spare_ : clients_.begin()->second; }
  inspect::Prefetcher* prefetcher_of(ClientId client);
  void send_to(ClientId client, std::string bytes, Commands& commands) const;
  void send_to_all(dap::Message event, Commands& commands);
  void send_to_all(std::string own, Commands& commands);
  static bool takes(const Client& client, std::string_view event);
  std::optional<ClientId> launcher() const;
  bool reading_runs_code() const;
  /// Some client takes events.
  bool is_heard() const;
  void listen_for_others();
  // session_shared.cpp
  std::optional<Fault> refuse_request(ClientId client, const dap::Message& message,
                                      const inspect::Request& request);
  std::optional<Fault> refuse_late_resume(ClientId client, const dap::Message& message) const;
  void note_for_others(InFlight& asked, const dap::Message& message, inspect::RequestKind kind,
                       std::optional<std::int64_t> frame);
  void tell_others(InFlight& asked, const dap::Message& answer, Commands& commands);
  void tell_resumed(const InFlight& asked, const nlohmann::json& body, Commands& commands);
  bool has_others(const InFlight& asked) const;
  void tell_resumes_in_flight(std::string_view event, Commands& commands);
  void tell_breakpoints(const std::vector<BreakpointWishes::Event>& events, Commands& commands);
  // session_terminals.cpp
  bool run_in_terminal(const dap::Message& message, std::optional<Fault>& fault,
                       Commands& commands);
  void use_terminal(ClientId client, const dap::Message& message, Commands& commands);
  void tell_of_terminal(const std::string& event, Commands& commands) const;
  void show_terminals(ClientId client, Commands& commands);
  // session_join.cpp
  bool answer_joining(ClientId client, const dap::Message& message, Commands& commands);
  void answer_joining_initialize(ClientId client, const dap::Message& message, Commands& commands);
  bool answer_again(ClientId client, const dap::Message& message, Commands& commands);
  bool release_client(ClientId client, const dap::Message& message, Commands& commands);
  void note_client(Client& client, const nlohmann::json& initialize);
  void note_event(const dap::Message& message);
  void note_resume(bool refused);
  void keep_output(const dap::Message& message);
  void show_present(ClientId client, Commands& commands);
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
  void look_at_sources(ClientId client, const dap::Message& message, Commands& commands);
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

  std::map<ClientId, Client> clients_;
  /// While there is none: what is kept of the last one for the next, above all its habits.
  Client spare_;
  ClientId spare_id_ = kNobody;
  std::optional<ClientId> launcher_;    ///< Whose launch or attach the adapter got.
  std::optional<ClientId> resumed_by_;  ///< Since the last stop.
  bool told_running_ = false;           ///< The others have heard of a resume since then.
  Present present_;
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
  BreakpointWishes wishes_;
  OutputTail early_output_;  ///< That no client has heard.
  AdapterKind adapter_ = AdapterKind::kOther;
  milliseconds now_{};
  Watchdog watchdog_;
  StartProgress start_progress_;
  std::chrono::microseconds precise_now_{0};  ///< The same time.
  std::int64_t next_handed_ = 1;  ///< The seq of the next message that the adapter takes.
  SourceList source_list_;
  std::optional<std::string> held_initialized_;  ///< Until the list is there.
  /// Files that may be read: of that list, and named since. The first message that names one of the
  /// list has it looked at again, more closely.
  NamedSources listed_;
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
  bool suspends_ = false;          ///< We can.
  bool adapter_suspends_ = false;  ///< It can.
  bool suspend_debuggee_ = false;  ///< We are to, when the adapter has let go.
  std::int64_t process_ = 0;       ///< The debuggee, as far as it was told.
  bool configuration_done_ = false;
  nlohmann::json capabilities_;
  bool counts_as_usual_ = false;  ///< Lines and columns from 1, paths: else nothing is stored.
  std::string conventions_;  ///< Of the first client: how lines and paths are counted and written.
  std::optional<Fault> lost_;
  std::string program_;
  std::string configuration_;
};

}  // namespace nearside::session
