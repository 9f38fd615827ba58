// The program that the model's adapter debugs, at one moment: all that any answer depends on, so
// that a moment can be kept and asked again later. What always holds: every answer shows what it
// depends on (the stop, the writes before it, whose variables they are), so one that is stale, or
// another frame's, differs from the right one.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>

namespace nearside::inspect::model {

using nlohmann::json;

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }

 private:
  std::mt19937_64 engine_;
};

/// How a stack that was not asked for as a whole tells its length.
enum class Totals { kTrue, kNone, kOneMore };

/// What kind of adapter it is.
struct Traits {
  bool same_scope_references = false;  ///< 1, 2, 3 for every frame: those of the last `scopes`.
  bool numbers_restart = false;        ///< A reference of this stop meant something else before.
  bool new_frame_ids = false;          ///< By each stackTrace; else told by thread and index.
  bool sends_continued = false;
  bool mixes_answers = false;    ///< Late, and in any order.
  bool late_writes = false;      ///< A write takes effect when it is answered.
  bool dummy_threads = false;    ///< While the program runs.
  bool single_threads = false;   ///< They stop and go one by one.
  bool moves_by_itself = false;  ///< continued, invalidated, memory, thread and module events.
  std::size_t refuses = 0;       ///< One in that many resumes; 0: none.
  Totals totals = Totals::kTrue;

  static Traits of(Random& random);
};

inline constexpr int kThreads = 2;
inline constexpr const char* kScopes[] = {"Locals", "Globals", "Registers"};

struct World {
  std::uint64_t era = 0;  ///< Stops and resumes. References of another era mean nothing any more.
  std::uint64_t writes = 0;   ///< What variables, memory and expressions depend on, beside the era.
  std::uint64_t stacks = 0;   ///< What stacks depend on.
  std::uint64_t threads = 0;  ///< What the list of threads depends on.
  std::uint64_t modules = 0;
  std::set<int> stopped = {};
};

/// A request by what it means: references are told by the path of what they stand for, as
/// "t1/f0/Locals/obj".
struct Question {
  std::string command;
  std::string node;
  json arguments = json::object();
};

std::string thread_node(int thread);
/// The body of the answer, a reference where there is something behind (variablesReference 1, to
/// be numbered). Nothing: an error.
std::optional<json> look(const World& world, const Traits& traits, const Question& question);
/// The member of a body that holds what can have a reference; nullptr: the body itself does.
const char* list_of(const std::string& command);

}  // namespace nearside::inspect::model
