// Where answers carry references to values (specification: Scope, Variable, EvaluateResponse).
#include "core/session/observed_values.hpp"

#include "core/json_members.hpp"
#include "core/session/limits.hpp"

#include <nlohmann/json.hpp>

namespace nearside::session {

using nlohmann::json;

void ObservedValues::handle_message(const dap::Message& message) {
  const auto& name = message.envelope().name;
  if (name != "scopes" && name != "variables" && name != "evaluate" && name != "output") return;
  const auto body = json::parse(message.payload(), nullptr, /*allow_exceptions=*/false);
  const auto note = [&](const json& value) {
    const auto reference = static_cast<std::int64_t>(count_of(value, "variablesReference"));
    if (reference == 0 || open_.size() >= kMaxObservedValues) return;
    if (is_true(member_of(value, "presentationHint"), "lazy"))
      open_.erase(reference);
    else
      open_.insert(reference);
  };
  note(body);
  for (const auto* const list : {"scopes", "variables"}) {
    const auto& values = member_of(body, list);
    if (values.is_array())
      for (const auto& value : values) note(value);
  }
}

}  // namespace nearside::session
