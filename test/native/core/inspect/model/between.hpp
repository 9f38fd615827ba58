// What stands between the model's client and its adapter: nothing, our two ends, or something with
// a mistake in it that the oracle must find. Ordered queues; the schedule says when one moves.
#pragma once

#include "world.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace nearside::inspect::model {

class Between {
 public:
  Between() = default;
  Between(const Between&) = delete;
  Between& operator=(const Between&) = delete;
  virtual ~Between() = default;

  virtual void from_client(std::string message) = 0;
  virtual void from_adapter(std::string message) = 0;
  /// Something moves a little; false: nothing can.
  virtual bool move(Random& random) = 0;
  virtual void pass(std::chrono::milliseconds) {}
  virtual void forget() {}
  /// What is wrong with it, if it can be seen from outside.
  virtual std::optional<std::string> trouble() const { return std::nullopt; }

  bool pure_watches = false;  ///< It takes every watch for one that only looks.

  std::deque<std::string> to_client;
  std::deque<std::string> to_adapter;
};

class Direct : public Between {
 public:
  void from_client(std::string message) override { to_adapter.push_back(std::move(message)); }
  void from_adapter(std::string message) override { to_client.push_back(std::move(message)); }
  bool move(Random&) override { return false; }
};

enum class Mistake {
  kNone,
  kKeepsOverResume,   ///< Serves what was true at the last stop.
  kTakesLateAnswers,  ///< Forgets at a resume, but keeps what was in flight then.
  kKeepsOverEvents,   ///< Does not listen to `invalidated` and `memory`.
  kKeepsOverWrites,
  kKeyWithoutFrame,  ///< One frame's scope is another's.
  kLosesAnswer,
  kAnswersTwice,
  kLeavesStamp,
  kRepeatsResume,
  kReorders,  ///< A read after a write gets before it.
};
inline constexpr int kMistakes = 11;
std::unique_ptr<Between> make_mistaken(Mistake mistake);

}  // namespace nearside::inspect::model
