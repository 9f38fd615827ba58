// What an observer may look into: the values that it was given in answers, but for those that the
// adapter calls lazy, whose reading runs code. What is not known is refused: a number may be
// guessed. Pure.
#pragma once

#include "core/dap/envelope.hpp"

#include <cstdint>
#include <set>

namespace nearside::session {

class ObservedValues {
 public:
  /// An answer, or an event, that the observer is given.
  void handle_message(const dap::Message& message);
  bool may_read(std::int64_t reference) const { return open_.contains(reference); }
  /// The program has gone on.
  void handle_resume() { open_.clear(); }

 private:
  std::set<std::int64_t> open_;
};

}  // namespace nearside::session
