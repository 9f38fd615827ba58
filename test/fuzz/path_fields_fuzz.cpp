// The fields of any message. What is found are whole values inside the payload, in order, and what
// a parser that shares no line with ours finds at the same places; replacing them leaves a message
// that says what was put in; and the session's breakpoint ids hold for any answer.
#include "core/dap/path_fields.hpp"
#include "core/session/breakpoint_ids.hpp"
#include "core/session/named_sources.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace nearside;
using namespace nearside::dap;
using nlohmann::json;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Expected {
  std::vector<std::string> paths;  ///< Of Sources and others alike.
  std::vector<std::int64_t> numbers;
};

bool is_number(const json& value) {
  return value.is_number_integer() && read_integer(value.dump());
}

void take(const json& value, FieldKind kind, Expected& expected) {
  switch (kind) {
    case FieldKind::kPath:
      if (value.is_string()) expected.paths.push_back(value);
      return;
    case FieldKind::kBreakpointId:
    case FieldKind::kSourceReference:
      if (is_number(value)) expected.numbers.push_back(value);
      return;
    case FieldKind::kBreakpoint:
      if (!value.is_object()) return;
      if (value.contains("id")) take(value["id"], FieldKind::kBreakpointId, expected);
      if (value.contains("source")) take(value["source"], FieldKind::kSource, expected);
      return;
    case FieldKind::kSource:
      if (!value.is_object()) return;
      if (value.contains("path")) take(value["path"], FieldKind::kPath, expected);
      if (value.contains("sourceReference"))
        take(value["sourceReference"], FieldKind::kSourceReference, expected);
      if (value.contains("sources") && value["sources"].is_array())
        for (const auto& source : value["sources"]) take(source, kind, expected);
  }
}

void walk(const json& value, std::string_view place, FieldKind kind, Expected& expected) {
  if (place.empty()) return take(value, kind, expected);
  if (place.starts_with("[]")) {
    if (!value.is_array()) return;
    for (const auto& element : value) walk(element, place.substr(2), kind, expected);
    return;
  }
  if (place.starts_with('.')) place.remove_prefix(1);
  const auto key = place.substr(0, place.find_first_of(".["));
  if (!value.is_object()) return;
  const auto found = value.find(key);
  if (found != value.end()) walk(*found, place.substr(key.size()), kind, expected);
}

std::vector<ByteRange> ranges_of(const FoundFields& found) {
  std::vector<ByteRange> ranges = found.paths;
  const auto take_one = [&ranges](const std::optional<ByteRange>& range) {
    if (range) ranges.push_back(*range);
  };
  for (const auto& source : found.sources) {
    take_one(source.path);
    take_one(source.source_reference);
  }
  for (const auto& breakpoint : found.breakpoints) take_one(breakpoint.id);
  ranges.insert(ranges.end(), found.breakpoint_ids.begin(), found.breakpoint_ids.end());
  take_one(found.source_reference);
  std::ranges::sort(ranges, {}, &ByteRange::begin);
  return ranges;
}

std::string_view cut(const Message& message, ByteRange range) {
  return std::string_view(message.bytes()).substr(range.begin, range.length);
}

void expect_same(const Message& message, const json& payload,
                 const std::vector<ByteRange>& ranges) {
  Expected expected;
  const auto& envelope = message.envelope();
  for (const auto& field : path_fields())
    if (field.type == envelope.type && field.name == envelope.name &&
        !(field.name == "variables" &&
          message.payload().find("$__lldb_extensions") == std::string_view::npos))
      walk(payload, field.place, field.kind, expected);
  Expected found;
  for (const auto range : ranges) {
    const auto value = json::parse(cut(message, range));
    if (value.is_string()) {
      found.paths.push_back(value);
    } else {
      found.numbers.push_back(value);
    }
  }
  for (auto* const each : {&expected, &found}) {
    std::ranges::sort(each->paths);
    std::ranges::sort(each->numbers);
  }
  require(expected.paths == found.paths && expected.numbers == found.numbers);
}

void run_session(const Message& message) {
  session::BreakpointIds ids;
  auto request = message;
  auto answer = message;
  session::BreakpointIds::Asked nothing;
  const auto asked = ids.handle_request(request);
  ids.handle_answer(asked.value_or(nothing), answer);
  for (int i = 0; i < 2; ++i) {
    auto event = message;
    ids.handle_event(event);
    require(parse_envelope(event.bytes()).has_value());
  }
  for (const auto& each : {request, answer}) {
    const auto fresh = parse_envelope(each.bytes());
    require(fresh && fresh->payload == each.envelope().payload);
  }
  if (asked) require(!request.take_payload_member("nearside"));
  session::NamedSources named;
  for (const auto& path : named.take_new(message)) require(named.contains(path));
  require(named.take_new(message).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto parsed = Message::parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!parsed) return 0;
  const auto found = find_fields(*parsed, Extensions::kLldb);
  const auto ranges = ranges_of(found);
  const auto payload = parsed->envelope().payload.value_or(ByteRange{});
  auto end = payload.begin;
  for (const auto range : ranges) {
    require(range.begin >= end && range.length > 0);
    end = range.begin + range.length;
  }
  require(end <= payload.begin + payload.length);
  for (const auto& source : found.sources)
    require(cut(*parsed, source.object).starts_with('{') &&
            cut(*parsed, source.object).ends_with('}'));

  // NUL ends the input of that parser, and is none of JSON's; what it refuses is not compared.
  const auto strict = parsed->payload().find('\0') == std::string_view::npos
                          ? json::parse(parsed->payload(), nullptr, /*allow_exceptions=*/false)
                          : json(json::value_t::discarded);
  if (strict.is_object()) expect_same(*parsed, strict, ranges);
  run_session(*parsed);

  auto replaced = *parsed;
  std::vector<Message::Splice> splices;
  for (const auto range : ranges)
    splices.push_back({range, cut(*parsed, range).starts_with('"') ? "\"/replaced\"" : "4711"});
  replaced.replace(splices);
  const auto again = ranges_of(find_fields(replaced, Extensions::kLldb));
  require(again.size() == ranges.size());
  for (std::size_t i = 0; i < again.size(); ++i)
    require(cut(replaced, again[i]) == splices[i].text);
  return 0;
}
