// The breakpoint ids that clients see: the session's own, given before a client sees a breakpoint,
// never given to another one (DESIGN.md, Sessions). What always holds: an adapter's id stands for
// one of ours; a breakpoint that the adapter gives no id keeps ours while it stays in its list; a
// message whose numbers are right already keeps its bytes. The specification has no request that
// carries an id, so nothing is translated back.
#pragma once

#include "core/dap/envelope.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace nearside::session {

class BreakpointIds {
 public:
  /// What a set…Breakpoints request asked for, to be kept until its answer.
  struct Asked {
    std::string list;  ///< The list that it replaces: of one source, of functions, …
    std::vector<std::string> places;  ///< What tells each breakpoint: line and column, name, …
    std::vector<std::optional<std::int64_t>> bound;  ///< Our ids that they have already.
  };

  /// Takes our member (session/wire.hpp: kOwnMember) out. Nothing for other requests.
  std::optional<Asked> handle_request(dap::Message& request);
  /// Puts our ids into the answer. An error answer changes nothing.
  void handle_answer(const Asked& asked, dap::Message& answer);
  /// The ids of `breakpoint` and `stopped`; other events are let alone.
  void handle_event(dap::Message& event);

 private:
  /// A breakpoint of a list, as the adapter's last answer left it.
  struct Entry {
    std::string place;
    std::int64_t id = 0;
    std::optional<std::int64_t> adapter_id;
  };
  using List = std::vector<Entry>;
  struct Known {
    std::int64_t id = 0;
    std::size_t uses = 0;  ///< Entries of lists that have it.
    bool was_listed = false;
    std::uint64_t age = 0;  ///< Its key in unlisted_, while it has no uses; 0: never was there.
    /// Its breakpoint is no longer asked for: events may come late, but in an answer it is a new
    /// one.
    bool is_gone() const { return uses == 0 && was_listed; }
  };

  void read_bound(const nlohmann::json& own, Asked& asked) const;
  List identify(const Asked& asked,
                const std::vector<std::optional<std::int64_t>>& adapter_ids) const;
  void store(const std::string& name, List& list);
  void drop_from_other_lists(const Asked& asked);
  void release(const Entry& entry);
  void unlist(std::int64_t adapter_id, Known& known);
  std::int64_t id_of(std::int64_t adapter_id);

  std::int64_t next_id_ = 1;
  std::map<std::string, List> lists_;
  std::unordered_map<std::int64_t, Known> by_adapter_id_;
  std::map<std::uint64_t, std::int64_t> unlisted_;  ///< Adapter ids without uses, the oldest first.
  std::uint64_t next_age_ = 1;
};

}  // namespace nearside::session
