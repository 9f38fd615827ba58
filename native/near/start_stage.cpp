// Answers from what is known, and compares it with what comes.
#include "near/start_stage.hpp"

#include "core/dap/build.hpp"
#include "core/json_members.hpp"
#include "core/session/payload.hpp"
#include "core/session/wire.hpp"

#include <utility>

namespace nearside::near_end {
namespace {

using nlohmann::json;

dap::Message own_message(std::string bytes) {
  // What our builders make is a message: a fault here is a bug.
  return dap::Message::parse(std::move(bytes)).value();
}

/// What `capabilities` has to say so that who was told `told` knows `now`.
json difference(const json& told, const json& now) {
  auto changed = json::object();
  for (const auto& [name, value] : now.items())
    if (!told.contains(name) || told[name] != value) changed[name] = value;
  for (const auto& [name, value] : told.items())
    if (!now.contains(name)) changed[name] = value.is_array() ? json::array() : json(false);
  return changed;
}

}  // namespace

void StartStage::from_client(dap::Message message, StageOutput& out) {
  const auto& envelope = message.envelope();
  const bool is_request = envelope.type == dap::MessageType::kRequest;
  if (is_request && envelope.name == "initialize") return take_initialize(std::move(message), out);
  if (is_request && start_.empty() && (envelope.name == "launch" || envelope.name == "attach"))
    return take_start(std::move(message), out);
  out.to_adapter.push_back(std::move(message));
}

void StartStage::take_initialize(dap::Message message, StageOutput& out) {
  client_ = message.payload();
  if (from_) known_ = starts_.find(client_);
  may_use_ = known_ && known_->round_trip >= *from_;
  const auto seq = message.envelope().seq;
  out.to_adapter.push_back(std::move(message));
  if (may_use_)
    out.to_client.push_back(
        own_message(dap::make_response(seq, "initialize", known_->capabilities)));
}

void StartStage::take_start(dap::Message message, StageOutput& out) {
  start_ = message.envelope().name;
  auto own = json::object();
  told_initialized_ = may_use_ && known_->initialized_after == start_;
  if (told_initialized_) {
    own["initialized"] = true;
    seen_.initialized_after = start_;
  }
  if (assumed_host() != nullptr) {
    again_ = message;
    if (!own.empty()) again_->set_payload_member(session::kOwnMember, own.dump());
    own["host"] = paths::to_json(known_->host);
  }
  if (!own.empty()) message.set_payload_member(session::kOwnMember, own.dump());
  out.to_adapter.push_back(std::move(message));
  if (told_initialized_)
    out.to_client.push_back(own_message(dap::make_event("initialized", nullptr)));
}

void StartStage::from_adapter(dap::Message message, StageOutput& out) {
  const auto& envelope = message.envelope();
  if (envelope.type == dap::MessageType::kResponse) {
    if (envelope.name == "initialize") {
      take_capabilities(message, out);
      if (may_use_) return;  // The client has been answered.
    } else if (envelope.name == "configurationDone" && envelope.success) {
      is_configured_ = true;
    }
  } else if (envelope.type == dap::MessageType::kEvent && envelope.name == "initialized") {
    if (told_initialized_) return;
    seen_.initialized_after = start_;
  }
  out.to_client.push_back(std::move(message));
}

void StartStage::take_capabilities(const dap::Message& answer, StageOutput& out) {
  const auto body = session::read_payload(answer);
  if (!answer.envelope().success) {
    if (may_use_)
      out.notices.push_back("The debug adapter has refused to begin: " + answer.bytes());
    return;
  }
  seen_.capabilities = body;
  if (!may_use_) return;
  if (auto changed = difference(known_->capabilities, body); !changed.empty())
    out.to_client.push_back(
        own_message(dap::make_event("capabilities", {{"capabilities", std::move(changed)}})));
}

const paths::HostFacts* StartStage::assumed_host() const {
  return may_use_ && !is_ready_ ? &known_->host : nullptr;
}

std::optional<dap::Message> StartStage::handle_ready(const paths::HostFacts& host) {
  is_ready_ = true;
  seen_.host = host;
  auto again = std::exchange(again_, std::nullopt);
  if (again && known_->host == host) again.reset();
  return again;
}

Result<void> StartStage::keep(std::chrono::milliseconds round_trip) {
  is_kept_ = true;
  seen_.round_trip = round_trip;
  const bool is_known =
      known_ && known_->capabilities == seen_.capabilities && known_->host == seen_.host &&
      known_->initialized_after == seen_.initialized_after && may_use_ == (round_trip >= *from_);
  if (!from_ || is_known) return {};
  return starts_.keep(client_, seen_);
}

}  // namespace nearside::near_end
