// An inspector between a scripted client and a scripted far end. What goes on is told in lines:
// `> threads 3` a request passed on (seq 3), `view 7 [1,2] @5` what is said before it (processed,
// used, frame), `< threads 3 BODY` an answer to the client, `< stopped` an event.
#pragma once

#include "core/dap/build.hpp"
#include "core/inspect/inspector.hpp"
#include "core/inspect/stamp.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace nearside::inspect {

using nlohmann::json;
using Lines = std::vector<std::string>;

inline std::string describe(const ClientView& view) {
  auto text = "view " + std::to_string(view.processed);
  if (!view.used.empty()) text += " " + json(view.used).dump();
  if (view.scopes_frame) text += " @" + std::to_string(*view.scopes_frame);
  return text;
}

inline Lines describe(const InspectorOutput& out) {
  Lines lines;
  for (const auto& message : out.to_client) {
    EXPECT_TRUE(dap::Message::parse(message.bytes()).has_value()) << message.bytes();
    const auto& envelope = message.envelope();
    if (envelope.type == dap::MessageType::kEvent)
      lines.push_back("< " + envelope.name);
    else
      lines.push_back("< " + envelope.name + " " + std::to_string(envelope.request_seq) + " " +
                      (envelope.success ? std::string(message.payload()) : "failed"));
    EXPECT_EQ(message.bytes().find(R"(,"nearside":)"), std::string::npos) << message.bytes();
  }
  for (const auto& [view, message] : out.to_adapter) {
    if (view) lines.push_back(describe(*view));
    lines.push_back("> " + message.envelope().name + " " + std::to_string(message.envelope().seq));
  }
  return lines;
}

class InspectorTest : public testing::Test {
 protected:
  explicit InspectorTest(InspectOptions options = {}) : inspector(std::move(options)) {}

  Lines ask(std::int64_t seq, const std::string& command, const json& arguments = json::object()) {
    auto message = dap::Message::parse(dap::make_request(command, arguments)).value();
    message.set_seq(seq);
    InspectorOutput out;
    inspector.from_client(std::move(message), out);
    return describe(out);
  }
  Lines hear(const std::string& bytes) {
    InspectorOutput out;
    inspector.from_adapter(dap::Message::parse(bytes).value(), out);
    return describe(out);
  }
  /// The far end's answer; stamped as `now` says, or not.
  Lines answer(std::int64_t seq, const std::string& command, const json& body,
               const std::optional<Stamp>& stamp) {
    auto bytes = dap::make_response(seq, command, body);
    if (stamp) append_stamp(bytes, *stamp);
    return hear(bytes);
  }
  Lines answer(std::int64_t seq, const std::string& command, const json& body) {
    return answer(seq, command, body, now);
  }
  Lines fail(std::int64_t seq, const std::string& command) {
    return hear(dap::make_error_response(
        seq, command, {Errc::kMessageInvalid, Condition::kAdapterFailed, "No."}));
  }
  Lines push(std::uint64_t number, const std::string& command, const json& arguments,
             const json& body, std::optional<std::int64_t> frame = {}) {
    auto bytes = dap::make_response(0, command, body);
    auto stamp = now;
    stamp.push = Push{number, frame, arguments};
    append_stamp(bytes, stamp);
    return hear(bytes);
  }
  Lines event(const std::string& name) { return hear(dap::make_event(name, json::object())); }
  /// As the far end does it: a stop begins an epoch.
  void stop() {
    ++now.epoch;
    event("stopped");
  }
  /// A resume or write of the client, as it reaches the far end.
  Lines change(std::int64_t seq, const std::string& command, const json& arguments = {}) {
    const bool is_write = command.starts_with("set");
    ++now.seen;
    ++(is_write ? now.writes : now.epoch);
    return ask(seq, command, arguments);
  }

  Inspector inspector;
  Stamp now;
};

}  // namespace nearside::inspect
