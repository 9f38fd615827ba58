// Whether a session's program stands still, and the two counters by which an answer can be told to
// be of another moment: `epoch` counts stops and resumes, `writes` what may have changed values.
// Pure.
#pragma once

#include "core/dap/envelope.hpp"

#include <cstdint>
#include <optional>

namespace nearside::inspect {

/// Two answers of one moment have the same.
struct Moment {
  std::uint64_t epoch = 0;
  std::uint64_t writes = 0;
  bool operator==(const Moment&) const = default;
};

class ProgramState {
 public:
  void handle_resume_handed();
  /// A refused one leaves the program as it stood, if nothing else was told meanwhile.
  void handle_resume_answered(bool success);
  /// Once when it is handed on, once when it is answered.
  void handle_write();
  /// `stopped`, `continued`, `terminated`, `exited`, `invalidated`, `memory`; others change
  /// nothing.
  void handle_event(const dap::Message& event);

  Moment moment() const { return moment_; }
  /// Of a thread; or, without one, of the whole program.
  bool stands_still(std::optional<std::int64_t> thread) const;
  /// The thread that the last stop was told of, while the program stands.
  std::optional<std::int64_t> stopped_thread() const { return standing_.thread; }
  /// It stands because of an exception.
  bool has_thrown() const { return standing_.has_thrown; }

 private:
  struct Standing {
    bool all = false;                         ///< All threads stand.
    std::optional<std::int64_t> thread = {};  ///< This one does.
    bool has_thrown = false;
  };
  void set_standing(Standing standing);

  Moment moment_;
  Standing standing_;
  std::optional<Standing> before_resume_;  ///< While that is not answered and no event has come.
  std::uint32_t resumes_in_flight_ = 0;
};

}  // namespace nearside::inspect
