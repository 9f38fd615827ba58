// What find_fields finds, and that replacing it leaves the rest byte for byte. That every field of
// the specification is in the table: path_field_decisions_test.cpp.
#include "core/dap/path_fields.hpp"

#include "agreement.hpp"
#include "recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace nearside::dap {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string response(std::string_view command, std::string_view body) {
  return R"({"seq":1,"type":"response","request_seq":1,"success":true,"command":")" +
         std::string(command) + R"(","body":)" + std::string(body) + "}";
}
std::string event(std::string_view name, std::string_view body) {
  return R"({"seq":1,"type":"event","event":")" + std::string(name) + R"(","body":)" +
         std::string(body) + "}";
}

std::vector<std::string> paths_of(const std::string& text, Extensions extensions) {
  const auto message = parsed(text);
  const auto found = find_fields(message, extensions);
  std::vector<std::string> paths;
  for (const auto& source : found.sources)
    paths.emplace_back(source.path ? cut(message.bytes(), *source.path) : "none");
  for (const auto& path : found.paths) paths.emplace_back(cut(message.bytes(), path));
  return paths;
}
std::vector<std::string> paths_of(const std::string& text) {
  return paths_of(text, Extensions::kNone);
}

TEST(PathFields, FindsTheSourceOfEachFrameWithItsReference) {
  const auto message = parsed(response("stackTrace", R"({"stackFrames":[
    {"id":1,"source":{"name":"a","path":"/a.go","sourceReference":0},"line":1},
    {"id":2,"line":1},
    {"id":3,"source":{"sourceReference" : 7 , "presentationHint":"deemphasize"}}],"totalFrames":3})"));
  const auto found = find_fields(message);
  ASSERT_EQ(found.sources.size(), 2U);
  EXPECT_EQ(cut(message.bytes(), found.sources[0].object),
            R"({"name":"a","path":"/a.go","sourceReference":0})");
  EXPECT_EQ(cut(message.bytes(), found.sources[0].path.value()), R"("/a.go")");
  EXPECT_EQ(cut(message.bytes(), found.sources[0].source_reference.value()), "0");
  EXPECT_FALSE(found.sources[1].path);
  EXPECT_EQ(cut(message.bytes(), found.sources[1].source_reference.value()), "7");
}

TEST(PathFields, FindsSourcesWithinSourcesToAnyDepth) {
  EXPECT_THAT(
      paths_of(event("loadedSource",
                     R"({"source":{"path":"/a","sources":[{"sources":[{"path":"/c"}],"path":"/b"},
                        {"path":"/d"}]},"reason":"new"})")),
      ElementsAre(R"("/a")", R"("/b")", R"("/c")", R"("/d")"));
  std::string deep = R"({"path":"/x"})";
  constexpr std::size_t kLevels = 500;
  for (std::size_t i = 1; i < kLevels; ++i) deep = R"({"path":"/x","sources":[)" + deep + "]}";
  EXPECT_EQ(paths_of(response("loadedSources", R"({"sources":[)" + deep + "]}")).size(), kLevels);
}

TEST(PathFields, FindsBreakpointsWithTheirIdsAndSources) {
  const auto message = parsed(response(
      "setBreakpoints",
      R"({"breakpoints":[{"id":4,"verified":true,"source":{"path":"/a"}},{"verified":false}]})"));
  const auto found = find_fields(message);
  ASSERT_EQ(found.breakpoints.size(), 2U);
  EXPECT_EQ(cut(message.bytes(), found.breakpoints[0].id.value()), "4");
  EXPECT_EQ(cut(message.bytes(), found.breakpoints[1].object), R"({"verified":false})");
  EXPECT_FALSE(found.breakpoints[1].id);
  EXPECT_EQ(found.sources.size(), 1U);
}

TEST(PathFields, FindsTheIdsOfAStop) {
  const auto message = parsed(
      event("stopped", R"({"reason":"breakpoint","hitBreakpointIds":[1, 22 ,"3",null,[4],5]})"));
  const auto found = find_fields(message);
  std::vector<std::string> ids;
  for (const auto& id : found.breakpoint_ids) ids.emplace_back(cut(message.bytes(), id));
  EXPECT_THAT(ids, ElementsAre("1", "22", "5"));
}

TEST(PathFields, TakesTheLastOfAMemberThatIsThereTwice) {
  EXPECT_THAT(paths_of(event("output", R"({"source":{"path":"/a"},"source":{"path":"/b"}})")),
              ElementsAre(R"("/b")"));
  EXPECT_THAT(paths_of(event("output", R"({"source":{"path":"/a","path":"/b"}})")),
              ElementsAre(R"("/b")"));
  EXPECT_THAT(paths_of(event("output", R"({"source":{"path":"/a","path":3}})")),
              ElementsAre("none"));
  EXPECT_THAT(paths_of(event("output", R"({"source":{"path":"/a"},"source":null})")), IsEmpty());
  EXPECT_THAT(
      paths_of(event("output", R"({"source":{"sources":[{"path":"/a"}],"path":"/b","sources":[
                  {"path":"/c"},{"path":"/d"}],"sources":[{"path":"/e"}]}})")),
      ElementsAre(R"("/b")", R"("/e")"));
  const auto stop =
      parsed(event("stopped", R"({"hitBreakpointIds":[1,2],"hitBreakpointIds":[3]})"));
  EXPECT_EQ(find_fields(stop).breakpoint_ids.size(), 1U);
}

TEST(PathFields, ReadsEscapedKeysAndPassesOverWhatOnlyLooksLikeOne) {
  EXPECT_THAT(paths_of(event("output", R"({"s\u006furce":{"p\u0061th":"C:\\a\u00e9"}})")),
              ElementsAre(R"("C:\\a\u00e9")"));
  EXPECT_THAT(paths_of(event("output", R"({"output":"\"source\":{\"path\":\"/a\"}",
                  "data":{"source":{"path":"/b"}},"source ":{"path":"/c"},"Source":{}})")),
              IsEmpty());
}

TEST(PathFields, PassesOverValuesOfAWrongType) {
  for (const auto* const body :
       {"null", "[]", "5", R"("source")", "{}", R"({"source":[]})", R"({"source":[{"path":"/a"}]})",
        R"({"source":"/a"})", R"({"source":1})"}) {
    EXPECT_THAT(paths_of(event("output", body)), IsEmpty()) << body;
  }
  for (const auto* const value :
       {"1.5", "1e3", "01", "null", R"("1")", "[1]", "99999999999999999"}) {
    const auto message =
        parsed(event("output", R"({"source":{"sourceReference":)" + std::string(value) + "}}"));
    EXPECT_FALSE(find_fields(message).sources.at(0).source_reference) << value;
  }
  EXPECT_THAT(paths_of(response("stackTrace", R"({"stackFrames":{"source":{"path":"/a"}}})")),
              IsEmpty());
  EXPECT_THAT(paths_of(response("modules", R"({"modules":[[{"path":"/a"}],{"path":["/a"]}]})")),
              IsEmpty());
}

TEST(PathFields, LooksForLldbsDeclarationsOnlyWhereAsked) {
  const auto text = response("variables", R"({"variables":[{"name":"x","value":"1",
    "$__lldb_extensions":{"declaration":{"path":"/src/a.cpp","line":3},"value":"{"}},{"name":"y"}]})");
  EXPECT_FALSE(may_carry_fields(parsed(text).envelope()));
  EXPECT_THAT(paths_of(text), IsEmpty());
  EXPECT_TRUE(may_carry_fields(parsed(text).envelope(), Extensions::kLldb));
  EXPECT_THAT(paths_of(text, Extensions::kLldb), ElementsAre(R"("/src/a.cpp")"));
}

TEST(PathFields, KnowsWhatCarriesNothingWithoutALook) {
  const auto may = [](MessageType type, std::string name) {
    Envelope envelope;
    envelope.type = type;
    envelope.name = std::move(name);
    return may_carry_fields(envelope);
  };
  for (const auto* const name : {"variables", "threads", "evaluate", "setBreakpoint", ""})
    EXPECT_FALSE(may(MessageType::kResponse, name)) << name;
  EXPECT_FALSE(may(MessageType::kRequest, "stackTrace"));
  EXPECT_TRUE(may(MessageType::kResponse, "stackTrace"));
}

/// Every `path` of an object that is called `source`, wherever it is.
void collect(const nlohmann::json& value, std::vector<std::string>& paths) {
  if (!value.is_structured()) return;
  for (const auto& [key, member] : value.items()) {
    if (key == "source" && member.is_object()) paths.push_back(member.value("path", "none"));
    collect(member, paths);
  }
}

TEST(PathFields, OfARecordedSessionAreThoseThatAParserFinds) {
  std::size_t total = 0;
  for (const auto& recorded : recorded_session()) {
    std::vector<std::string> expected;
    collect(nlohmann::json::parse(recorded.bytes), expected);
    std::vector<std::string> found;
    const auto message = parsed(recorded.bytes);
    for (const auto& source : find_fields(message).sources)
      found.push_back(source.path ? unescape(cut(recorded.bytes, *source.path)).value() : "none");
    EXPECT_EQ(found, expected) << recorded.bytes;
    total += found.size();
  }
  EXPECT_GT(total, 30U);
}

}  // namespace
}  // namespace nearside::dap
