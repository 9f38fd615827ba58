// Expectations about envelopes: that they say what a whole parser does, and still do after a
// splice.
#pragma once

#include "core/dap/envelope.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace nearside::dap {

inline std::string_view cut(std::string_view text, ByteRange range) {
  return text.substr(range.begin, range.length);
}

/// The envelope says of `text` what a whole parser does.
inline void expect_agreement(const std::string& text) {
  const auto envelope = parse_envelope(text);
  ASSERT_TRUE(envelope) << envelope.error().message << "\n" << text;
  const auto parsed = nlohmann::json::parse(text);
  const std::string type = parsed["type"];
  EXPECT_EQ(envelope->type, type == "request"    ? MessageType::kRequest
                            : type == "response" ? MessageType::kResponse
                                                 : MessageType::kEvent);
  EXPECT_EQ(envelope->name, parsed[type == "event" ? "event" : "command"].get<std::string>());
  EXPECT_EQ(envelope->seq, parsed.value("seq", 0));
  if (parsed.contains("seq")) {
    EXPECT_EQ(cut(text, envelope->seq_range), parsed["seq"].dump());
  }
  if (type == "response") {
    EXPECT_EQ(envelope->request_seq, parsed["request_seq"]);
    EXPECT_EQ(cut(text, envelope->request_seq_range), parsed["request_seq"].dump());
    EXPECT_EQ(envelope->success, parsed["success"]);
  }
  const auto* const payload = type == "request" ? "arguments" : "body";
  ASSERT_EQ(envelope->payload.has_value(), parsed.contains(payload));
  if (envelope->payload) {
    EXPECT_EQ(nlohmann::json::parse(cut(text, *envelope->payload)), parsed[payload]);
  }
}

inline Message parsed(std::string_view text) {
  return Message::parse(std::string(text)).value();
}

/// After any splice the envelope must say what a fresh look at the bytes does.
inline void expect_consistent(const Message& message) {
  const auto fresh = parse_envelope(message.bytes());
  ASSERT_TRUE(fresh) << fresh.error().message << "\n" << message.bytes();
  const auto& held = message.envelope();
  EXPECT_EQ(fresh->seq, held.seq);
  EXPECT_EQ(fresh->seq_range, held.seq_range) << message.bytes();
  EXPECT_EQ(fresh->request_seq, held.request_seq);
  EXPECT_EQ(fresh->request_seq_range, held.request_seq_range) << message.bytes();
  EXPECT_EQ(fresh->payload, held.payload) << message.bytes();
  EXPECT_EQ(fresh->name, held.name);
}

}  // namespace nearside::dap
