// What a near end's sessions are and did, for `nearside status` and `nearside trace`: those that
// live, each by its own report; and the last spans, those of ended sessions too. What always holds:
// memory and each answer are bounded. It holds commands and times, never a value.
#pragma once

#include "core/inspect/span.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace nearside::near_end {

class Logbook {
 public:
  using Report = std::function<nlohmann::json()>;
  /// A session's place. The session is listed as long as it lives.
  class Entry;

  Logbook();

  /// `report` gives one object, as it shall be listed.
  std::shared_ptr<Entry> enter(Report report);
  /// Of this session; may outlive it.
  static void add(const Entry& entry, const inspect::Span& span);
  /// What it is called in traces, also when it has ended: an object.
  static void name(const Entry& entry, nlohmann::json name);

  /// {pid, version, since (Unix s), sessions: [each one's report, and its number]}
  nlohmann::json status() const;
  /// {pid, sessions: [{number, and its name}], spans: [[number of the session, a span]], next}:
  /// at most kTracePage spans from that one on; `next` is where to go on, missing at the end.
  nlohmann::json trace(std::uint64_t from) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace nearside::near_end
