// Counts by what the specification says of events. What does not say that all threads stand stands
// alone.
#include "core/inspect/program_state.hpp"

#include "core/inspect/limits.hpp"

#include <nlohmann/json.hpp>

namespace nearside::inspect {

void ProgramState::set_standing(Standing standing) {
  ++moment_.epoch;
  standing_ = standing;
  before_resume_.reset();
}

void ProgramState::handle_resume_handed() {
  const auto standing = standing_;
  set_standing({});
  if (resumes_in_flight_++ == 0) before_resume_ = standing;
}

void ProgramState::handle_resume_answered(bool success) {
  if (resumes_in_flight_ > 0) --resumes_in_flight_;
  if (!success && before_resume_) {
    standing_ = *before_resume_;
    ++moment_.epoch;
  }
  if (resumes_in_flight_ == 0 || success) before_resume_.reset();
}

void ProgramState::handle_write() {
  ++moment_.writes;
}

void ProgramState::handle_event(const dap::Message& event) {
  const auto& name = event.envelope().name;
  if (name == "continued" || name == "terminated" || name == "exited") return set_standing({});
  if (name == "invalidated" || name == "memory") {
    ++moment_.writes;
    return;
  }
  if (name != "stopped") return;
  Standing standing;
  if (event.payload().size() <= kMaxReadRequestBytes) {
    const auto body = nlohmann::json::parse(event.payload(), nullptr, /*allow_exceptions=*/false);
    if (body.is_object()) {
      const auto all = body.find("allThreadsStopped");
      standing.all = all != body.end() && *all == nlohmann::json(true);
      if (const auto thread = body.find("threadId");
          thread != body.end() && thread->is_number_integer())
        standing.thread = thread->get<std::int64_t>();
      const auto reason = body.find("reason");
      standing.has_thrown = reason != body.end() && *reason == "exception";
    }
  }
  set_standing(standing);
}

bool ProgramState::stands_still(std::optional<std::int64_t> thread) const {
  if (resumes_in_flight_ > 0) return false;
  return standing_.all || (thread && thread == standing_.thread);
}

}  // namespace nearside::inspect
