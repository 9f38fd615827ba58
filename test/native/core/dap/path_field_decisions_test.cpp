// The table against what was decided of each field of the specification
// (test/fixtures/dap/path_field_decisions.json; test/specification/ holds that file against the
// specification itself): the same fields, and each found and replaced with the rest byte for byte.
#include "agreement.hpp"
#include "core/dap/path_fields.hpp"
#include "recording.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace nearside::dap {
namespace {

using nlohmann::json;

const std::vector<json>& decided_for_the_table() {
  static const auto fields = [] {
    std::ifstream file(find_recording().parent_path() / "dap/path_field_decisions.json");
    std::vector<json> read;
    for (auto& each : json::parse(file, nullptr, false))
      if (each.is_object() && each["decision"] == "table") read.push_back(each);
    EXPECT_GT(read.size(), 20U);
    return read;
  }();
  return fields;
}

/// A message that has `value` at the field's place, between neighbours that look like it.
struct Made {
  std::string before, after;
};
Made make(const std::string& message, std::string_view place) {
  const auto space = message.find(' ');
  const auto type = message.substr(0, space);
  const auto name = message.substr(space + 1);
  Made made;
  made.before = R"({"seq" : 3,"type":")" + type + "\"," +
                (type == "event" ? R"("event":")" : R"("command":")") + name + "\"," +
                (type == "response" ? R"("request_seq":2,"success":true,)" : "") +
                (type == "request" ? R"("arguments": )" : R"("body": )");
  made.after = R"(,"other":{"source":{"path":"/decoy"},"path":"/decoy","id":5}})";
  std::string close;
  while (!place.empty()) {
    if (place.starts_with("[]")) {
      place.remove_prefix(2);
      made.before += "[ ";
      close.insert(0, R"(, {"not it":[]} ])");
      continue;
    }
    if (place.starts_with('.')) place.remove_prefix(1);
    const auto key = place.substr(0, place.find_first_of(".["));
    place.remove_prefix(key.size());
    made.before += R"({"decoy":{"source":{"path":"/decoy"}}, ")" + std::string(key) + "\": ";
    close.insert(0, R"( ,"text":"\"path\":\"/decoy\""})");
  }
  made.after = close + made.after;
  return made;
}

void expect_replaced(const Made& made, const std::string& value,
                     const std::vector<std::string>& expected,
                     const std::vector<std::string>& replacements, const std::string& result) {
  const auto text = made.before + value + made.after;
  auto message = parsed(text);
  ASSERT_TRUE(may_carry_fields(message.envelope(), Extensions::kLldb)) << text;
  const auto found = find_fields(message, Extensions::kLldb);
  std::vector<ByteRange> ranges = found.paths;
  for (const auto& source : found.sources) {
    if (source.path) ranges.push_back(*source.path);
    if (source.source_reference) ranges.push_back(*source.source_reference);
  }
  for (const auto& breakpoint : found.breakpoints)
    if (breakpoint.id) ranges.push_back(*breakpoint.id);
  ranges.insert(ranges.end(), found.breakpoint_ids.begin(), found.breakpoint_ids.end());
  if (found.source_reference) ranges.push_back(*found.source_reference);
  std::ranges::sort(ranges, {}, &ByteRange::begin);

  std::vector<std::string> tokens;
  std::vector<Message::Splice> splices;
  for (const auto range : ranges) {
    tokens.emplace_back(cut(text, range));
    if (splices.size() < replacements.size())
      splices.push_back({range, replacements[splices.size()]});
  }
  ASSERT_EQ(tokens, expected) << text;
  message.replace(splices);
  EXPECT_EQ(message.bytes(), made.before + result + made.after);
  expect_consistent(message);
}

TEST(PathFieldDecisions, AreWhatTheTableHolds) {
  std::set<std::string> decided, held;
  for (const auto& field : decided_for_the_table()) {
    const auto message = field["message"].get<std::string>();
    if (!message.starts_with("type "))
      decided.insert(message + " " + field["place"].get<std::string>());
  }
  for (const auto& field : path_fields()) {
    const auto* const type = field.type == MessageType::kRequest    ? "request "
                             : field.type == MessageType::kResponse ? "response "
                                                                    : "event ";
    held.insert(type + std::string(field.name) + " " + std::string(field.place));
  }
  EXPECT_EQ(decided, held);
}

TEST(PathFieldDecisions, AreCarriedOutForEveryField) {
  for (const auto& field : decided_for_the_table()) {
    const auto message = field["message"].get<std::string>();
    const auto place = field["place"].get<std::string>();
    const auto type = field["type"].get<std::string>();
    SCOPED_TRACE(message + " " + place);
    if (message.starts_with("type ")) continue;
    const auto made = make(message, place);
    if (type == "Source") {
      expect_replaced(made, R"({"name":"a","path":"/far/a.go", "sourceReference":4})",
                      {R"("/far/a.go")", "4"}, {R"("C:\\near\\a.go")", "0"},
                      R"({"name":"a","path":"C:\\near\\a.go", "sourceReference":0})");
    } else if (type == "Breakpoint") {
      expect_replaced(made, R"({"id":7,"source":{"path":"/far/a.go"},"line":2})",
                      {"7", R"("/far/a.go")"}, {"1007", R"("/a.go")"},
                      R"({"id":1007,"source":{"path":"/a.go"},"line":2})");
    } else if (type == "string") {
      expect_replaced(made, R"("/far/a")", {R"("/far/a")"}, {R"("")"}, R"("")");
    } else {
      expect_replaced(made, "12", {"12"}, {"123456"}, "123456");
    }
  }
}

TEST(PathFieldDecisions, OfSourcesAndBreakpointsHoldInsideOfThem) {
  std::set<std::string> inside;
  for (const auto& field : decided_for_the_table()) {
    if (field["message"].get<std::string>().starts_with("type "))
      inside.insert(field["message"].get<std::string>() + " " + field["place"].get<std::string>());
  }
  // What the test above and PathFields.FindsSourcesWithinSourcesToAnyDepth look for.
  EXPECT_EQ(inside, (std::set<std::string>{"type Breakpoint id", "type Breakpoint source",
                                           "type Source path", "type Source sourceReference",
                                           "type Source sources[]"}));
}

}  // namespace
}  // namespace nearside::dap
