// Envelopes against any bytes. Whatever a strict parser takes for a DAP message we read as it does,
// unless we refuse it for a named reason; and what we take stays what it is when it is spliced.
#include "core/dap/envelope.hpp"
#include "core/dap/limits.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace nearside;
using namespace nearside::dap;
using nlohmann::json;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string_view cut(std::string_view text, ByteRange range) {
  return text.substr(range.begin, range.length);
}

json parse_strictly(std::string_view text) {
  // It takes NUL for the end of its input; to JSON it is an error.
  if (text.find('\0') != text.npos) return json(json::value_t::discarded);
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

/// The integer at `key`, if it is one that we take.
std::optional<std::int64_t> number(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > std::uint64_t{kMaxNumber})
    return std::nullopt;
  const auto value = found->get<std::int64_t>();
  if (value > kMaxNumber || value < -kMaxNumber) return std::nullopt;
  return value;
}

std::string text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A message as the specification has it, by a parser that shares no line with ours.
bool is_message(const json& object) {
  if (!object.is_object()) return false;
  const auto type = text(object, "type");
  if (type != "request" && type != "response" && type != "event") return false;
  const auto name = text(object, type == "event" ? "event" : "command");
  if (name.empty() || name.size() > kMaxNameBytes / 6) return false;
  if ((object.contains("seq") || type == "request") && !number(object, "seq")) return false;
  if (type != "response") return true;
  return number(object, "request_seq") && object.contains("success") &&
         object["success"].is_boolean();
}

void expect_same(const Envelope& envelope, std::string_view bytes, const json& object) {
  const auto type = text(object, "type");
  require(envelope.type == (type == "request"    ? MessageType::kRequest
                            : type == "response" ? MessageType::kResponse
                                                 : MessageType::kEvent));
  require(envelope.name == text(object, type == "event" ? "event" : "command"));
  require(envelope.seq == number(object, "seq").value_or(0));
  if (type == "response") {
    require(envelope.request_seq == *number(object, "request_seq"));
    require(envelope.success == object["success"].get<bool>());
  }
  const auto* const payload = type == "request" ? "arguments" : "body";
  require(envelope.payload.has_value() == object.contains(payload));
  if (envelope.payload) require(parse_strictly(cut(bytes, *envelope.payload)) == object[payload]);
}

/// The envelope that a message holds is the one that its bytes have.
void expect_consistent(const Message& message) {
  const auto fresh = parse_envelope(message.bytes());
  require(fresh.has_value());
  const auto& held = message.envelope();
  require(fresh->type == held.type && fresh->name == held.name && fresh->success == held.success);
  require(fresh->seq == held.seq && fresh->seq_range == held.seq_range);
  require(fresh->request_seq == held.request_seq &&
          fresh->request_seq_range == held.request_seq_range);
  require(fresh->payload == held.payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto parsed = Message::parse(std::string(bytes));
  const auto strict = parse_strictly(bytes);
  static_cast<void>(find_broken_request(bytes));

  if (!parsed) {
    const auto& message = parsed.error().message;
    require(!message.empty() && message.size() < 400);
    if (!is_message(strict)) return 0;
    // A strict parser takes it, so one of our own rules must be the reason.
    const bool rule = message.find("twice") != std::string::npos ||
                      message.find("deeper") != std::string::npos ||
                      message.find("byte order mark") != std::string::npos ||
                      message.find("bytes") != std::string::npos;
    require(rule);
    return 0;
  }

  expect_consistent(*parsed);
  if (strict.is_object()) expect_same(parsed->envelope(), bytes, strict);

  Message same = *parsed;
  if (parsed->envelope().seq_range.length > 0) same.set_seq(parsed->envelope().seq);
  same.set_request_seq(parsed->envelope().request_seq);
  require(same.bytes() == bytes);

  Message spliced = *parsed;
  const auto payload = std::string(spliced.payload());
  spliced.set_seq(-1234567);
  expect_consistent(spliced);
  spliced.set_request_seq(1);
  expect_consistent(spliced);
  require(spliced.payload() == payload);
  if (strict.is_object()) {
    auto expected = strict;
    expected["seq"] = -1234567;
    if (parsed->envelope().type == MessageType::kResponse) expected["request_seq"] = 1;
    require(parse_strictly(spliced.bytes()) == expected);
  }

  Message changed = *parsed;
  changed.set_payload_member("requestId", "77");
  expect_consistent(changed);
  const auto value = find_member(changed.payload(), "requestId");
  require(value && cut(changed.payload(), *value) == "77");
  return 0;
}
