// What each client of a session wishes to stop at, and the one list that the adapter is sent of it:
// the union, one breakpoint a place. What always holds: who asks is answered with its own list, one
// to one; the others hear by `breakpoint` events; where two differ the last one to edit wins, and
// who is overruled is told so. A list that only one client has goes and comes as it is. Pure.
#pragma once

#include "core/dap/envelope.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nearside::session {

using ClientId = std::uint32_t;
/// Whose wishes those of an earlier session are: the first list of any client replaces them.
inline constexpr ClientId kNobody = 0;

class BreakpointWishes {
 public:
  /// One breakpoint of a client, as it said it.
  struct Wish {
    std::string place;   ///< What tells it from others: line and column, name, …
    std::string member;  ///< Of the request: the array that it stands in.
    nlohmann::json value;
    std::uint64_t edited = 0;  ///< When it became what it is: the latest wins.
    /// It is another client's, of which this one was told and which it sends back.
    bool is_echo = false;
  };
  using Wishes = std::vector<Wish>;
  /// A request under way.
  struct Plan {
    ClientId client = kNobody;
    std::string list;
    bool is_plain = true;               ///< It went as it came.
    std::vector<Wish> sent = {};        ///< What it set, in order.
    std::vector<std::size_t> own = {};  ///< Of each of the client's: which of these.
    std::uint64_t number = 0;
    std::map<ClientId, Wishes> former = {};  ///< In case that it fails.
  };
  struct Event {
    ClientId client;
    nlohmann::json body;  ///< Of `breakpoint`.
  };

  /// A set…Breakpoints request: makes it the union. Nothing for other requests.
  std::optional<Plan> handle_request(ClientId client, dap::Message& request);
  /// With the session's ids in it; makes it the client's own. What the others are to be told.
  std::vector<Event> handle_answer(const Plan& plan, dap::Message& answer);
  /// A `breakpoint` event of the adapter, with the session's ids in it.
  void handle_event(const dap::Message& event);

  void handle_joined(ClientId client) { joined_[client] = ++clock_; }
  /// From here on it hears of the others' breakpoints: first of those that there are.
  std::vector<nlohmann::json> introduce(ClientId client);
  /// Its wishes stay, until one that joins later sets that list, or one that was told of them takes
  /// them away.
  void handle_left(ClientId client);

 private:
  struct Shown {
    nlohmann::json answer;
    nlohmann::json value;  ///< What was asked.
  };
  struct List {
    std::string command;
    nlohmann::json source;
    std::map<ClientId, Wishes> wishes;
    std::map<std::string, Shown> shown;  ///< By place, as it was last answered.
    /// Places that a client knows, its own and others', with their ids as it knows them.
    std::map<ClientId, std::map<std::string, std::int64_t>> known;
    std::uint64_t requests = 0;
    /// Of requests that were not the last one when they were answered.
    std::optional<std::map<std::string, Shown>> answered;
  };

  bool has_gone_before(ClientId gone, ClientId client) const;
  Wishes inherit(List& list, ClientId client) const;
  Wishes read_wishes(List& list, ClientId client, Wishes given, const Wishes& inherited);
  static void take_away(List& list, const Plan& plan);
  void unite(const List& list, Plan& plan) const;
  static void rewrite(const List& list, const Plan& plan, dap::Message& request);
  void tell(List& list, const Plan& plan, std::map<std::string, Shown> now,
            std::vector<Event>& events) const;
  static nlohmann::json shown_body(const List& list, const char* reason, const Shown& shown);

  std::map<std::string, List> lists_;
  std::map<ClientId, std::uint64_t> joined_;
  std::map<ClientId, std::uint64_t> left_;
  std::set<ClientId> audience_;
  std::uint64_t clock_ = 0;
};

}  // namespace nearside::session
