// The inspector's place in the pipeline, between the session's front and the path mapper: core's
// Inspector, what it tells the far end, and what makes it forget. What always holds: a view goes
// out right before the request that it is told for.
#pragma once

#include "core/inspect/inspector.hpp"
#include "near/pipeline.hpp"

namespace nearside::near_end {

class InspectorStage final : public Stage {
 public:
  explicit InspectorStage(const inspect::InspectOptions& options) : inspector_(options) {}

  void from_client(dap::Message message, StageOutput& out) override;
  void from_adapter(dap::Message message, StageOutput& out) override;
  void handle_rules_changed() override { inspector_.forget(); }

  const inspect::InspectorCounters& counters() const { return inspector_.counters(); }

 private:
  inspect::Inspector inspector_;
};

}  // namespace nearside::near_end
