// Passes messages from stage to stage; what a stage answers by itself turns round there.
#include "near/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace nearside::near_end {
Pipeline::Pipeline(std::vector<std::unique_ptr<Stage>> stages) : stages_(std::move(stages)) {}

StageOutput Pipeline::from_client(dap::Message message) {
  StageOutput out;
  to_adapter(0, std::move(message), out);
  return out;
}

StageOutput Pipeline::from_adapter(dap::Message message) {
  StageOutput out;
  to_client(stages_.size(), std::move(message), out);
  return out;
}

StageOutput Pipeline::from_stage(const Stage& stage, StageOutput step) {
  StageOutput out;
  const auto found = std::ranges::find(stages_, &stage, &std::unique_ptr<Stage>::get);
  spread(static_cast<std::size_t>(found - stages_.begin()), std::move(step), out);
  return out;
}

// Depth first, so that what a stage lets go on in an order arrives in that order.
void Pipeline::to_adapter(std::size_t next, dap::Message message, StageOutput& out) {
  if (next == stages_.size()) {
    out.to_adapter.push_back(std::move(message));
    return;
  }
  StageOutput step;
  stages_[next]->from_client(std::move(message), step);
  spread(next, std::move(step), out);
}

void Pipeline::to_client(std::size_t below, dap::Message message, StageOutput& out) {
  if (below == 0) {
    out.to_client.push_back(std::move(message));
    return;
  }
  StageOutput step;
  stages_[below - 1]->from_adapter(std::move(message), step);
  spread(below - 1, std::move(step), out);
}

void Pipeline::spread(std::size_t stage, StageOutput step, StageOutput& out) {
  for (auto& message : step.to_client) to_client(stage, std::move(message), out);
  // Of what has just gone there nobody can tell by which rules it was written.
  if (step.rules_changed)
    for (std::size_t above = 0; above < stage; ++above) stages_[above]->handle_rules_changed();
  auto control = step.controls.begin();
  for (std::size_t at = 0; at < step.to_adapter.size(); ++at) {
    for (; control != step.controls.end() && control->before <= at; ++control)
      out.controls.push_back({out.to_adapter.size(), std::move(control->bytes)});
    to_adapter(stage + 1, std::move(step.to_adapter[at]), out);
  }
  for (auto& notice : step.notices) out.notices.push_back(std::move(notice));
}

}  // namespace nearside::near_end
