// What the client of a session has set, as it can be set again in another one: the breakpoints of
// each source, of functions, data and exceptions, and the watch expressions that were asked. What
// always holds: only what the adapter has answered with success counts; paths are those of the far
// end; what means nothing in another session (sources by reference, instruction addresses) is not
// in it. Hit counts are best effort: a stop tells of at least one hit, other hits tell nothing.
#pragma once

#include "core/dap/envelope.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearside::session {

/// What one set… request replaces as a whole, or the watch expressions.
struct StoredList {
  std::string kind;   ///< "source", "function", "data", "exception" or "watch".
  std::string place;  ///< Of "source": its path. Else empty.
  /// {breakpoints: [as in the request, and `hits`, of data `persists`]}, of exceptions {filters,
  /// filterOptions, exceptionOptions}, {expressions: [text]}. Null: nothing is left.
  nlohmann::json content = nullptr;
  bool operator==(const StoredList&) const = default;
};
/// What has changed, to be kept in one piece.
struct StoredChanges {
  std::vector<StoredList> lists;
  /// Lists of breakpoints that are not among these are to be forgotten.
  bool replaces = false;
  bool empty() const { return lists.empty() && !replaces; }
  bool operator==(const StoredChanges&) const = default;
};

class StoredBreakpoints {
 public:
  /// What the request, our own member taken out of it already, sets if it succeeds.
  std::optional<StoredList> handle_request(const dap::Message& request);
  /// Its answer, a success, with the session's ids in it.
  void handle_answer(StoredList asked, const dap::Message& answer);
  /// A `stopped` event, with the session's ids in it.
  void handle_stop(const nlohmann::json& body);
  /// Watch expressions of earlier sessions come before those of this one.
  void load_watches(const StoredList& earlier);
  /// The client has said all that it sets: it is what holds, if it is anything.
  void handle_configured();
  /// Whether the client has asked to set that list, whatever came of it.
  bool is_clients_own(const StoredList& list) const;
  /// Since the last call.
  StoredChanges take_changes();

 private:
  using Name = std::pair<std::string, std::string>;  ///< Kind and place.
  struct Kept {
    nlohmann::json content;
    std::vector<std::int64_t> ids;  ///< Of its breakpoints, in order; 0: none was given.
  };

  void note_data_id(const dap::Message& answer);
  void add_watch(const nlohmann::json& expression);
  static void carry_hits(const Kept& before, Kept& now);
  void put(const Name& name, Kept kept);

  std::map<Name, Kept> lists_;
  std::set<Name> asked_;
  std::set<Name> changed_;
  std::set<std::string> persistent_data_;  ///< Ids that hold in another session.
  bool replaces_ = false;
};

/// A plain count ("5", ">= 5", "> 5") with the hits that were seen taken off; others as they are.
std::string remaining_hit_condition(std::string_view condition, std::uint64_t hits);

}  // namespace nearside::session
