// One session at the far end: core's Session between an adapter and its clients' channels, and its
// waiting for the next one when all are gone. What always holds: neither side is read from faster
// than the other takes (but for the program's own output, whose newest part is kept); one client
// that does not read holds up no other, and is dropped in the end; whatever breaks, the clients
// hear why; and after run() nothing of the session is left but what the user chose to leave.
#pragma once

#include "core/dap/frame.hpp"
#include "core/session/output_tail.hpp"
#include "core/session/session.hpp"
#include "core/session/wire.hpp"
#include "far/adapter_process.hpp"
#include "far/client_channel.hpp"
#include "far/diagnosis.hpp"
#include "far/machine.hpp"
#include "far/seat.hpp"
#include "far/source_files.hpp"
#include "far/suspension.hpp"
#include "far/terminals.hpp"

#include <nlohmann/json_fwd.hpp>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace nearside::far_end {

class SessionHost {
 public:
  /// `opener_is_local`: its environment may be used. `link`: whose link it is, for lists.
  SessionHost(AgentResources& resources, std::string id, session::SessionOpening opening,
              bool opener_is_local, std::string link, std::unique_ptr<ClientChannel> channel);

  /// From start to the last process's end. `afterlife`: for terminals of kept debuggees.
  asio::awaitable<void> run(io::TaskGroup& afterlife);

  /// Of who opened it.
  static constexpr session::ClientId kOpener = 1;

  // What a client's channel says, between construction and the end of run().
  void handle_message(session::ClientId client, link::MessageKind kind, std::string bytes);
  void handle_writable();
  /// The channel was closed by the client or lost with its link; it is not used any more.
  void handle_client_gone(session::ClientId client);
  /// Its link has lost its transport, or has another.
  void handle_link_away(session::ClientId client);
  void handle_link_back(session::ClientId client);
  /// One more client, beside those that are there, in the place of its own ghost, or after all have
  /// gone. It owns the session if nobody does, else it is a controller; less, if `most` or the
  /// opening says so. A fault: there is nothing to join.
  Result<session::ClientId> join(const session::SessionOpening& opening, std::string link,
                                 std::unique_ptr<ClientChannel> channel,
                                 session::Role most = session::Role::kOwner);
  /// A fault: no such client.
  Result<void> set_role(session::ClientId client, session::Role role);
  /// As what it is here; nothing if it is not.
  std::optional<session::Role> role_of(session::ClientId client) const {
    return session_.role_of(client);
  }
  Result<void> drop_client(session::ClientId client, const Fault& reason);
  /// That client is no longer welcome: nothing waits for it, and a session of its own ends.
  void cut(session::ClientId client, const Fault& reason);
  /// It ends, whatever it waits for: the agent stops, or the user says so. The client hears why.
  /// `terminate`, `suspend`: as in session::Session::end_debuggee.
  void end(const Fault& reason, std::optional<bool> terminate = std::nullopt, bool suspend = false);

  const std::string& id() const { return id_; }
  /// Whose link opened it, or that of who owns it since.
  const std::string& link() const { return link_; }
  /// As `nearside status` shows it (session/wire.hpp).
  nlohmann::json status() const;
  /// Why it ended; nothing if as the client wished.
  const std::optional<Fault>& fault() const { return fault_; }

 private:
  using Deadline = asio::steady_timer::time_point;
  struct ToAdapter {
    std::string bytes;
    session::ClientId client = session::kNobody;
    std::size_t consumed = 0;  ///< Of that client's channel, once this is written.
  };
  using Commands = std::vector<session::SessionCommand>;

  io::Async<void> start();
  io::Async<AdapterPlan> make_plan();
  void say_ready(session::ClientId client);
  asio::awaitable<void> serve();
  asio::awaitable<void> take_leave(bool keep_debuggee);
  asio::awaitable<void> wait_for_end();
  asio::awaitable<void> read_adapter();
  asio::awaitable<void> write_adapter();
  Result<void> take_bytes(dap::FrameDecoder& decoder, std::string_view bytes);
  asio::awaitable<void> handle_adapter_lost(Errc code, std::string what);
  void take_message(session::ClientId client, link::MessageKind kind, std::string bytes);
  void apply(Commands commands, session::ClientId client = session::kNobody,
             std::size_t consumed = 0);
  void apply(session::SendToAdapter command);
  void apply(session::SendToClient command);
  void apply(session::LookAtSources command);
  void apply(const session::AwaitSources& command);
  void apply(session::ReadSource command);
  void apply(session::ReadLine command);
  void apply(const session::RunInTerminal& command);
  void apply(const session::EndSession& command);
  void apply(const session::FindDebuggee& command);
  void apply(const session::SuspendDebuggee& command);
  void apply(const session::ReleaseClient& command);
  // session_terminals.cpp
  void apply(const session::UseTerminal& command);
  // session_linger.cpp
  Seat* find_seat(session::ClientId client);
  bool is_away() const;
  bool has_owner() const;
  void release_seat(session::ClientId client);
  void close_seat(session::ClientId client, std::optional<Fault> reason);
  void make_way(const session::SessionOpening& opening, const std::string& link);
  void linger(std::chrono::seconds life, std::string why);
  void stop_lingering();
  void handle_linger_over();
  void handle_away_over(session::ClientId client);
  std::optional<session::ClientId> given_up() const;
  void end_debuggee(std::optional<bool> terminate, bool suspend = false);
  // session_watch.cpp
  void watch();
  void handle_watch();
  void handle_overdue(const session::Overdue& overdue);
  void handle_disconnect_late();
  /// kTraced: attached programs, too, for which all processes are gone through.
  enum class Search { kOffspring, kTraced };
  Sighting look(Search search);
  void note_words(const dap::Envelope& envelope);
  asio::awaitable<void> describe_machine();
  asio::awaitable<void> describe_sources();
  asio::awaitable<void> read_sources();
  asio::awaitable<void> read_line(session::ReadLine wanted);
  static void send_waiting(Seat& seat);
  std::optional<session::ReadSource> next_read();
  void handle_terminal(std::int64_t request, const Result<pid_t>& started);
  void take_terminal_output(std::int64_t terminal, bool has_user, std::string_view text);
  void handle_terminal_ended(std::int64_t terminal);
  void send_terminal_output();
  void take_output(dap::OutputCategory category, std::string_view text);
  void send_output();
  void flush();
  void flush_soon();
  void prefetch();
  void load_habits();
  void save_habits() const;
  bool waits_for_stored(link::MessageKind kind, const std::string& bytes);
  asio::awaitable<void> load_stored(std::string configuration);
  void save_breakpoints();
  KeptHabits::Key habits_key() const;
  void lose(const Fault& fault);
  /// Somebody takes more, or nobody is there.
  bool may_send() const;
  bool may_read() const { return may_send() || unheard_bytes_ < kMaxUnheardBytes; }
  bool keep_output(const dap::Message& message);
  std::optional<Deadline> next_deadline() const;
  void handle_time();

  AgentResources& resources_;
  const std::string id_;
  session::SessionOpening opening_;
  const bool opener_is_local_;
  std::string link_;
  const std::int64_t since_;
  std::map<session::ClientId, Seat> seats_;
  session::ClientId last_client_ = kOpener;
  session::Linger linger_;  ///< As the last one to own it wished.
  std::int64_t state_since_;
  std::optional<Deadline> linger_deadline_;
  std::string lingers_why_;
  /// What the adapter has said since every channel was full, but for output.
  std::size_t unheard_bytes_ = 0;
  std::string notice_;
  std::unique_ptr<AdapterProcess> adapter_;
  Suspension suspension_;
  session::Session session_;
  session::OutputTail output_;
  Terminals terminals_;
  struct TerminalTail {
    session::OutputTail output{kMaxKeptTerminalBytes};
    bool ended = false;  ///< To be told after what is left.
  };
  std::map<std::int64_t, TerminalTail> terminal_tails_;  ///< Of those that have a user.

  std::deque<ToAdapter> to_adapter_;
  bool writing_ = false;
  io::Wake to_write_;
  io::Wake writable_;
  io::Wake changed_;  ///< For run(): something below is different.

  io::Wake to_describe_;
  std::deque<session::ReadSource> to_read_;
  io::Wake reads_;
  session::AdapterKind kind_ = session::AdapterKind::kOther;
  io::Environment environment_;  ///< Until the machine has been described.
  paths::HostFacts facts_;
  bool facts_known_ = false;
  io::Wake facts_told_;

  bool habits_loaded_ = false;
  enum class Stored { kUnread, kReading, kRead } stored_ = Stored::kUnread;
  /// From the client: its launch or attach and what follows, until what is stored has been read.
  struct HeldMessage {
    session::ClientId client;
    link::MessageKind kind;
    std::string bytes;
  };
  std::deque<HeldMessage> held_;
  std::optional<session::EndSession> end_;
  bool ready_ = false;           ///< The adapter can be spoken to.
  bool adapter_closed_ = false;  ///< Its stream has ended or is broken; no more is read.
  bool adapter_lost_ = false;    ///< The session has been told that it ended by itself.
  bool spoke_ = false;           ///< It has sent a whole message.
  std::string first_words_;      ///< What it sent before that, for the fault.
  std::optional<Deadline> initialize_deadline_;
  std::optional<Deadline> disconnect_deadline_;
  std::optional<Deadline> watch_deadline_;
  std::map<pid_t, ProcessFacts> looks_;  ///< The last look at each process.
  std::string last_words_;               ///< What the adapter last said, and when.
  Deadline last_words_at_;
  std::optional<Deadline> sources_deadline_;
  bool hurries_ = false;                    ///< More than pushes waits to be flushed.
  std::optional<Deadline> flush_deadline_;  ///< Pushes wait for more of them.
  std::optional<Deadline> ended_deadline_;  ///< Its process has ended; its stream should, too.
  std::optional<Fault> fault_;
  io::TaskGroup tasks_;
};

}  // namespace nearside::far_end
