// The inspector's place in the pipeline, between the session's front and the path mapper: core's
// Inspector, what it tells the far end, what makes it forget, and load limits. What always holds: a
// view goes out right before the request that it is told for.
#pragma once

#include "core/inspect/inspector.hpp"
#include "near/pipeline.hpp"

#include <string>
#include <utility>

namespace nearside::near_end {

class InspectorStage final : public Stage {
 public:
  /// `adapter`: as in session::SessionOpening.
  InspectorStage(const inspect::InspectOptions& options, std::string adapter)
      : inspector_(options), load_(options.load), adapter_(std::move(adapter)) {}

  void from_client(dap::Message message, StageOutput& out) override;
  void from_adapter(dap::Message message, StageOutput& out) override;
  void handle_rules_changed() override { inspector_.forget(); }

  const inspect::InspectorCounters& counters() const { return inspector_.counters(); }
  inspect::Stopwatch& stopwatch() { return inspector_.stopwatch(); }

 private:
  inspect::Inspector inspector_;
  inspect::LoadLimits load_;  ///< For the next launch or attach.
  std::string adapter_;
};

}  // namespace nearside::near_end
