// Breakpoints of an earlier session that are set again: the requests for it, and what the user is
// told of how it went. What always holds: what the debugger did not take is named with its reason;
// a list that the client has set itself is not touched.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/session/stored_breakpoints.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nearside::session {

class Restore {
 public:
  /// `when`: that the lists were last changed, for people. Watch expressions are no part of it.
  Restore(std::vector<StoredList> lists, std::string when);

  struct Request {
    std::string command;
    nlohmann::json arguments;
    StoredList list;  ///< As it stays stored, once it is answered.
  };
  bool is_begun() const { return is_begun_; }
  /// One a list that `own` does not have. To be called once; each is answered to handle_answer.
  std::vector<Request> take_requests(const StoredBreakpoints& own);
  /// With the session's ids in it. Gives `breakpoint` events for the client.
  std::vector<nlohmann::json> handle_answer(const StoredList& list, const dap::Message& answer);
  /// Requests that are not answered yet.
  std::size_t waits() const { return waits_; }
  /// One line, when nothing waits; empty if there was nothing to restore.
  std::string report() const;
  /// The client's own list has been set in the place of a restored one: events for those that are
  /// gone.
  std::vector<nlohmann::json> handle_replaced(const StoredList& list, const dap::Message& answer);

 private:
  void fail(std::string name, const std::string& reason);
  void judge(const StoredList& list, const nlohmann::json& answered, std::size_t at,
             std::vector<nlohmann::json>& events);

  std::vector<StoredList> lists_;
  std::string when_;
  bool is_begun_ = false;
  std::size_t waits_ = 0;
  std::size_t set_ = 0;
  std::size_t failed_ = 0;
  std::string failures_;  ///< The first of them, with reasons.
  /// Ids that the client was told of, by kind and place.
  std::map<std::pair<std::string, std::string>, std::set<std::int64_t>> told_;
};

}  // namespace nearside::session
