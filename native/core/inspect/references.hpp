// Where the numbers of one stop come from: which frame, scope, variable or result an adapter's
// `frameId` or `variablesReference` stands for, and the other way round. Learned from answers.
// What always holds: at most kMaxReferences are known. Pure.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/inspect/habits.hpp"
#include "core/inspect/request.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace nearside::inspect {

/// A number of the adapter, and what it stands for.
struct Reference {
  std::int64_t number = 0;
  HabitId read = kTheStop;  ///< Whose answer gave it; kTheStop: of no known habit.
  Origin origin = {};
  std::optional<std::int64_t> thread = {};
  std::optional<std::int64_t> scopes_frame = {};  ///< A scope: its frame.
  std::optional<std::int64_t> indexed = {};       ///< `indexedVariables`
  bool is_costly = false;                         ///< An `expensive` scope, a `lazy` value.
};

class References {
 public:
  References();
  ~References();
  References(References&&) noexcept;
  References& operator=(References&&) noexcept;

  /// What a read was answered. `scopes_frame`: of a `variables` of a scope.
  void handle_answer(HabitId read, const Request& request, std::optional<std::int64_t> scopes_frame,
                     const dap::Message& answer);
  const Reference* frame(std::int64_t id) const;
  /// `scopes_frame`: whose scope it is, if it is one; adapters may give each frame's the same.
  const Reference* variable(std::int64_t reference, std::optional<std::int64_t> scopes_frame) const;
  /// What that read's answer gave there; nothing if it has not been answered since forget_answers.
  const Reference* find(HabitId read, const Origin& origin) const;
  /// The first scope that is not costly of that `scopes`.
  const Reference* first_scope(HabitId read) const;
  /// Whether that number may mean a scope of any frame, of the one that the adapter was asked for
  /// last: until two frames were seen to have scopes of their own.
  bool may_be_any_frames(std::int64_t reference) const;

  /// Values may be others now: numbers still mean what they meant.
  void forget_answers();
  /// Numbers mean nothing any more.
  void forget_all();

 private:
  struct Reader;  ///< Parses answers; references.cpp.
  bool has_room() const { return frames_.size() + variables_.size() < kMaxReferences; }
  void add_frame(Reference reference);
  void add_variable(Reference reference);
  void note_scope(std::int64_t reference, std::int64_t frame);

  std::unique_ptr<Reader> reader_;
  std::map<std::int64_t, Reference> frames_;
  /// By the number and, of scopes, the frame.
  std::map<std::pair<std::int64_t, std::optional<std::int64_t>>, Reference> variables_;
  std::map<std::pair<HabitId, Origin>, Reference> answers_;
  std::map<HabitId, Origin> first_scopes_;
  // What the adapter is like: never forgotten.
  bool frames_differ_ = false;  ///< Two frames were seen to have scopes,
  bool frames_share_ = false;   ///< and some of these to have the same numbers.
};

}  // namespace nearside::inspect
