// The far end's part in inspecting: it says of each answer whether it may be kept, learns what the
// client reads, and after a stop asks for that before the client does, one request at a time. What
// always holds: an answer is stamped only if the program stood still from its asking to its coming;
// nothing is asked that the client has not read before, or that could change the program (but
// what VS Code is known to read first); a client's request goes before the prefetcher's. Pure.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/inspect/client_view.hpp"
#include "core/inspect/habits.hpp"
#include "core/inspect/limits.hpp"
#include "core/inspect/options.hpp"
#include "core/inspect/program_state.hpp"
#include "core/inspect/references.hpp"
#include "core/inspect/request.hpp"
#include "core/inspect/stamp.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearside::inspect {

struct PrefetchCounters {
  std::uint64_t requests = 0;  ///< Asked of the adapter.
  std::uint64_t pushes = 0;    ///< Of these, sent to the client unasked.
  std::uint64_t joined = 0;    ///< Of these, asked for by the client before the answer came.
  std::uint64_t used = 0;      ///< Pushes that the client has read.
  std::uint64_t bytes = 0;     ///< Of pushes.
};

class Prefetcher {
 public:
  /// Without a wish nothing is stamped and nothing asked.
  void set_wish(const std::optional<InspectWish>& wish) { wish_ = wish; }
  const std::optional<InspectWish>& wish() const { return wish_; }
  void set_time(Habits::Time now) { now_ = now; }
  /// For this adapter, to look at a value may run the program's code (properties): it is asked
  /// about only if the client did so at the last stop.
  void set_reading_runs_code(bool runs) { reading_runs_code_ = runs; }
  /// `clientID` of `initialize`: what VS Code asks, and when, is known.
  void set_client(std::string_view id) { is_vscode_ = id == "vscode"; }
  /// The adapter can tell of exceptions.
  void set_tells_exceptions(bool tells) { tells_exceptions_ = tells; }
  /// Another client has joined in the place of this one: it was pushed nothing and has sent
  /// nothing.
  void handle_other_client();

  /// Of the session's other clients: what the adapter is handed for one of them, and a resume or a
  /// write of theirs that it has answered.
  void handle_others_request(RequestKind kind, std::string_view command,
                             std::optional<std::int64_t> frame);
  void handle_others_answer(RequestKind kind, bool success);
  /// Something that the client asked, or that is prefetched for it, is at the adapter.
  bool is_waiting() const { return is_client_waiting(); }

  /// A client's request: counted, in the client's order.
  Request hear(const dap::Message& request);
  /// What becomes of it.
  struct Verdict {
    bool is_pushed = false;                  ///< Its answer is on its way: nothing to be done.
    std::optional<std::int64_t> joins = {};  ///< It gets the answer to this seq of the adapter's.
    /// Before it, the adapter has to be asked for the scopes of this frame once more.
    std::optional<std::int64_t> scopes_of = {};
  };
  /// Followed by handed(), unless the verdict says that the adapter does not get it.
  Verdict handle_request(Request request, std::string_view command);
  /// What was decided on last, in handle_request or next_question, goes under this number.
  void handed(std::int64_t adapter_seq);
  /// Once for each answer of the adapter's. The stamp, if it may be kept; with a push if nobody
  /// asked for it.
  std::optional<Stamp> handle_answer(std::int64_t adapter_seq, const dap::Message& answer);
  void handle_event(const dap::Message& event);
  void handle_view(const ClientView& view);

  /// What is to be asked of the adapter now, followed by handed(): mostly nothing.
  struct Question {
    std::string command;
    nlohmann::json arguments;
    std::optional<std::int64_t> scopes_of = {};  ///< As in Verdict.
  };
  std::optional<Question> next_question();

  /// The user hovers, and the line where the program stands would tell over what.
  bool wishes_for_line() const;
  /// Is it the frame where the program stands? Then its line is wished for, once a stop.
  bool take_wish_for_line(std::int64_t frame);
  /// That line, of this frame: names on it are asked about when there is nothing else.
  void handle_line(std::int64_t frame, std::string_view line);

  const PrefetchCounters& counters() const { return counters_; }
  const Habits& habits() const { return habits_; }
  /// Kept from an earlier session; before the first stop.
  void load_habits(const nlohmann::json& saved) { habits_.load(saved); }

 private:
  /// A request, and for `variables` of a scope the frame, since adapters give each frame's the
  /// same.
  using Key = std::pair<std::string, std::optional<std::int64_t>>;
  struct Asked {
    Request request;
    std::string command;
    Moment moment;
    HabitId habit = kTheStop;
    std::optional<std::int64_t> scopes_frame = {};
    Habits::Time at{0};
    bool is_ours = false;
    bool is_stale = false;  ///< An event has made what was asked for another.
  };

  Verdict look_for_answer(const Asked& asked);
  void sync();
  void begin_stop();
  bool is_client_waiting() const;
  bool may_be_kept(const Asked& asked, const dap::Message& answer) const;
  std::optional<std::int64_t> thread_of(const Asked& asked) const;
  std::optional<Habit> habit_of(const Asked& asked) const;
  bool is_wanted(HabitId id, const Habit& habit) const;
  std::optional<Question> question(const Habit& habit, Asked& asked) const;
  std::optional<std::int64_t> note_scopes(const Asked& asked, std::optional<std::int64_t> frame);
  void expect_first_reads();
  void expect_first_scope(HabitId scopes);
  void expect_indexed(const Asked& asked, Habit habit);
  Stamp push(const Asked& asked, std::size_t bytes, Stamp stamp);
  void note_hover(const Asked& asked);
  std::optional<Question> ask(Question question, Asked asked);
  std::optional<Question> next_guess();

  std::optional<InspectWish> wish_;
  bool is_vscode_ = false;
  bool tells_exceptions_ = false;
  bool reading_runs_code_ = true;
  Habits::Time now_{0};
  ProgramState state_;
  Moment synced_;
  std::uint64_t seen_ = 0;
  Habits habits_;
  References references_;
  std::optional<Asked> unhanded_;
  std::map<std::int64_t, Asked> in_flight_;  ///< By the adapter's seq.
  std::set<Key> asked_;                      ///< In this moment, by anybody.
  std::map<Key, std::uint64_t> pushed_;      ///< In this moment: the push's number.
  std::map<std::uint64_t, HabitId> pushes_;  ///< The last kMaxReportedHits.
  std::map<std::uint64_t, Habit> guessed_;   ///< Of these, what nobody has read before.
  std::uint64_t processed_ = 0;              ///< The last push that the near end has processed.
  /// The frame whose scopes the adapter was asked for last.
  std::optional<std::int64_t> adapters_scopes_;
  /// The frame that the client means by references of scopes: whose it was passed on to ask, or
  /// the near end has said, last.
  std::optional<std::int64_t> clients_scopes_;
  /// Since the user hovered over something; kHoverStops: that is not known.
  std::uint32_t stops_without_hover_ = kHoverStops;
  bool knows_line_ = false;  ///< Of this stop; or it has been asked for.
  std::vector<Question> guesses_;
  Habits::Time moment_began_{0};
  std::uint32_t stop_requests_ = 0;
  std::uint64_t stop_bytes_ = 0;
  PrefetchCounters counters_;
};

}  // namespace nearside::inspect
