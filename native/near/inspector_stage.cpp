// Hands messages to the inspector, and its views to the channel.
#include "near/inspector_stage.hpp"

#include "core/session/wire.hpp"

#include <string>
#include <utility>

namespace nearside::near_end {
namespace {

void settle(inspect::InspectorOutput done, StageOutput& out) {
  out.to_client = std::move(done.to_client);
  for (auto& [view, message] : done.to_adapter) {
    if (view) out.controls.push_back({out.to_adapter.size(), session::encode(*view)});
    out.to_adapter.push_back(std::move(message));
  }
}

}  // namespace

void InspectorStage::from_client(dap::Message message, StageOutput& out) {
  const auto& envelope = message.envelope();
  if (envelope.type == dap::MessageType::kRequest &&
      (envelope.name == "launch" || envelope.name == "attach")) {
    out.notices = inspect::warnings_of(load_);
    if (auto said = inspect::apply_load_limits(load_, adapter_, message); !said.empty())
      out.notices.push_back(std::move(said));
  }
  inspect::InspectorOutput done;
  inspector_.from_client(std::move(message), done);
  settle(std::move(done), out);
}

void InspectorStage::from_adapter(dap::Message message, StageOutput& out) {
  inspect::InspectorOutput done;
  inspector_.from_adapter(std::move(message), done);
  settle(std::move(done), out);
}

}  // namespace nearside::near_end
