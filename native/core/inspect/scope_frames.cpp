// References out of the answers to `scopes`.
#include "core/inspect/scope_frames.hpp"

#include "core/inspect/limits.hpp"

#include <nlohmann/json.hpp>

namespace nearside::inspect {

using nlohmann::json;

void ScopeFrames::learn(std::optional<std::int64_t> frame, std::uint64_t order,
                        const dap::Message& answer) {
  if (!frame || answer.payload().size() > kMaxIndexedAnswerBytes) return lose_track();
  const auto body = json::parse(answer.payload(), nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return lose_track();
  const auto scopes = body.find("scopes");
  if (scopes == body.end() || !scopes->is_array()) return lose_track();
  for (const auto& scope : *scopes) {
    if (!scope.is_object()) return lose_track();
    const auto found = scope.find("variablesReference");
    if (found == scope.end() || !found->is_number_integer()) return lose_track();
    if (origins_.size() >= kMaxReferences) return lose_track();
    auto& origin =
        origins_.try_emplace(found->get<std::int64_t>(), Origin{*frame, 0, epoch_}).first->second;
    if (origin.order <= order) origin = {*frame, order, epoch_};
  }
}

void ScopeFrames::begin_epoch() {
  if (origins_.size() > kMaxReferences / 2) origins_.clear();
  ++epoch_;
  is_certain_ = true;
}

std::optional<std::int64_t> ScopeFrames::frame_of(std::int64_t reference) const {
  const auto found = origins_.find(reference);
  if (found == origins_.end() || found->second.epoch != epoch_) return std::nullopt;
  return found->second.frame;
}

std::optional<std::int64_t> ScopeFrames::frame_meant(std::int64_t reference) const {
  const auto found = origins_.find(reference);
  if (found == origins_.end()) return std::nullopt;
  return found->second.frame;
}

}  // namespace nearside::inspect
