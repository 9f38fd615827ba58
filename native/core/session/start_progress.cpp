#include "core/session/start_progress.hpp"

#include "core/dap/build.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nearside::session {
namespace {

using nlohmann::json;

std::string id_of(int number) {
  return "nearside-start-" + std::to_string(number);
}

}  // namespace

void StartProgress::handed(std::int64_t seq, std::string_view command, milliseconds now) {
  if (answer_kind(command) != AnswerKind::kStart) return;
  // `configurationDone` while `launch` still waits is the same start, waited for anew.
  seq_ = seq;
  if (!is_shown_) since_ = now;
  next_ = now + kProgressAfter;
}

std::string StartProgress::show(std::string_view title, std::string_view message,
                                milliseconds now) {
  next_ = now + kProgressPause;
  if (std::exchange(is_shown_, true)) {
    return dap::make_event("progressUpdate",
                           json{{"progressId", id_of(number_)}, {"message", message}});
  }
  return dap::make_event("progressStart", json{{"progressId", id_of(++number_)},
                                               {"title", title},
                                               {"message", message},
                                               {"cancellable", false}});
}

std::optional<std::string> StartProgress::answered(std::int64_t seq) {
  if (seq != seq_) return std::nullopt;
  return end();
}

std::optional<std::string> StartProgress::end() {
  since_.reset();
  next_.reset();
  if (!std::exchange(is_shown_, false)) return std::nullopt;
  return dap::make_event("progressEnd", json{{"progressId", id_of(number_)}});
}

}  // namespace nearside::session
