// The start of a session whose adapter is known from an earlier one: the client is told at once
// what it would be told, and the far end keeps the adapter's order
// (docs/decisions/0023-known-starts.md). Its place is above the path mapper. What always holds:
// what was told and turns out otherwise is put right, by an event or by sending the launch again.
#pragma once

#include "near/known_starts.hpp"
#include "near/pipeline.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace nearside::near_end {

class StartStage final : public Stage {
 public:
  /// What is known is used where the link's round trip takes `from`; without it, never.
  StartStage(KnownStarts starts, std::optional<std::chrono::milliseconds> from)
      : starts_(std::move(starts)), from_(from) {}

  void from_client(dap::Message message, StageOutput& out) override;
  void from_adapter(dap::Message message, StageOutput& out) override;

  /// By what a launch or attach that is sent now has its paths written; nothing: the far end has
  /// said it, or it is not known.
  const paths::HostFacts* assumed_host() const;
  /// The far end has said it. Gives a launch that was written by something else, to be sent again.
  std::optional<dap::Message> handle_ready(const paths::HostFacts& host);
  /// Call when the session runs: what it has shown is kept for the next one.
  Result<void> keep(std::chrono::milliseconds round_trip);
  /// The client has said all that it sets, and nothing has been kept yet.
  bool is_to_be_kept() const { return is_configured_ && !is_kept_; }

 private:
  void take_initialize(dap::Message message, StageOutput& out);
  void take_start(dap::Message message, StageOutput& out);
  void take_capabilities(const dap::Message& answer, StageOutput& out);

  KnownStarts starts_;
  std::optional<std::chrono::milliseconds> from_;
  std::string client_;               ///< Its arguments of initialize.
  std::optional<KnownStart> known_;  ///< Used, if it is there.
  bool may_use_ = false;
  KnownStart seen_;
  bool is_ready_ = false;
  std::string start_;  ///< "launch" or "attach", once it was asked.
  std::optional<dap::Message> again_;
  bool told_initialized_ = false;
  bool is_configured_ = false;
  bool is_kept_ = false;
};

}  // namespace nearside::near_end
