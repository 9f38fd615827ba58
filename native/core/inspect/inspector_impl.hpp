// What an inspector is made of: shared by inspector.cpp, which has the client's side, and
// inspector_answers.cpp, which has the far one. Nothing else includes it.
#pragma once

#include "core/inspect/cache.hpp"
#include "core/inspect/inspector.hpp"
#include "core/inspect/request.hpp"
#include "core/inspect/scope_frames.hpp"
#include "core/inspect/stamp.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace nearside::inspect {

/// A read, as the client asked it.
struct Read {
  std::int64_t seq = 0;
  std::uint64_t order = 0;  ///< Counts up with what the client asks.
  std::string command;
  std::string key;       ///< What makes two the same, but for whose scope it is.
  std::string kept_key;  ///< With the frame, of `variables` of a scope.
  bool for_session = false;
  bool may_keep = false;  ///< What it asks is known; so its answer may be kept and shared.
  FrameRange frames = {};
  std::string stack = {};  ///< stackTrace: how the keys of all parts of this stack begin.
  /// scopes: whose. variables: the frame that the client means by scopes' references; once sent,
  /// that the far end takes for it.
  std::optional<std::int64_t> frame = {};
};

/// Waits for the answer to another that asks the same.
struct Joined {
  Read read;
  dap::Message request;
};

struct InFlight {
  Read read;
  std::uint64_t sent = 0;   ///< Resumes and writes that had been sent before.
  std::uint64_t epoch = 0;  ///< Ours: of the scopes' references.
  std::vector<Joined> joined = {};
};

struct Inspector::Impl {
  explicit Impl(InspectOptions chosen)
      : options(std::move(chosen)), cache(options.cache ? options.cache_bytes : 0) {}

  // inspector.cpp
  void take_request(dap::Message message, InspectorOutput& out);
  void note_client(const dap::Message& initialize);
  /// `origin`: the frame whose scope's reference it names.
  Read describe(std::string_view command, Request request,
                std::optional<std::int64_t> origin) const;
  bool serve(const Read& read, InspectorOutput& out);
  bool join(const Read& read, dap::Message& message);
  void send(Read read, dap::Message message, InspectorOutput& out);
  void pass(dap::Message message, std::optional<std::int64_t> frame, bool says_pushes,
            InspectorOutput& out);
  /// `says_pushes`: what was pushed and used, too; else the frame alone makes it worth saying.
  std::optional<ClientView> view(std::optional<std::int64_t> frame, bool says_pushes);
  std::optional<std::int64_t> frame_meant(const Request& request) const;
  /// Those that wait for another's answer are sent themselves, in the client's order.
  void send_joined(std::vector<Joined> joined, InspectorOutput& out);

  // inspector_answers.cpp
  /// What it says of times the stopwatch hears.
  std::optional<Stamp> take_off_stamp(dap::Message& answer);
  void take_answer(InFlight flight, dap::Message message, InspectorOutput& out);
  void take_push(dap::Message message, const Stamp& stamp, InspectorOutput& out);
  /// Whether the client gets it.
  bool take_event(std::string_view name, InspectorOutput& out);
  /// False if it is behind what has been seen. A newer one empties the cache.
  bool note_pair(const Stamp& stamp);
  /// `is_known`: that references in it mean something now.
  void give(const Read& read, dap::Message answer, bool is_known, InspectorOutput& out);
  /// To who asked it, and to who joined.
  void share(const InFlight& flight, const dap::Message& answer, bool is_known,
             InspectorOutput& out);
  /// That the client has read it; once.
  void report(std::uint64_t& push);

  // what is forgotten
  void forget_values();  ///< What a write may have changed.
  void forget_epoch();   ///< And what references mean.
  void forget_all();
  void forget_commands(bool (*goes)(std::string_view), InspectorOutput& out);

  InspectOptions options;
  Cache cache;
  ScopeFrames scopes;
  InspectorCounters counters;
  Stopwatch stopwatch;

  std::map<std::int64_t, InFlight> in_flight;              ///< By the client's seq.
  std::unordered_map<std::string, std::int64_t> joinable;  ///< Kept key → such a seq.
  std::set<std::int64_t> writes;                           ///< Not answered yet; likewise.
  std::uint64_t sent = 0;                                  ///< Resumes and writes.
  std::uint64_t order = 0;
  std::uint64_t epoch = 0;                           ///< Ours; only to tell two apart.
  std::pair<std::uint64_t, std::uint64_t> newest{};  ///< The far end's epoch and writes.
  bool is_stamped = false;    ///< The far end stamps, so it understands a view.
  bool stands_still = false;  ///< As far as is known here; else joining would only cost time.

  bool hides_invalidated = false;  ///< The client knows no such event.
  bool hides_memory = false;

  std::uint64_t processed = 0;  ///< The last push.
  std::uint64_t said_processed = 0;
  /// Reads that were pushed since it was said what has been processed: that is said before one of
  /// them goes, or the far end might think that the push is still to come.
  std::unordered_set<std::string> pushed_unsaid;
  std::vector<std::uint64_t> used;  ///< Pushes, not said yet.
  /// What the far end takes for the frame that scopes' references mean: that of the last `scopes`
  /// that went on, or what it was told since.
  std::optional<std::int64_t> far_scopes_frame;
};

}  // namespace nearside::inspect
