// Pushes, the view, and whose scopes a reference means.
#include "core/inspect/limits.hpp"
#include "inspectors.hpp"

namespace nearside::inspect {
namespace {

using InspectorPushTest = InspectorTest;

json scopes(std::initializer_list<int> references) {
  auto list = json::array();
  for (const int reference : references) list.push_back({{"variablesReference", reference}});
  return {{"scopes", list}};
}

TEST_F(InspectorPushTest, AreServedAndEndHere) {
  stop();
  EXPECT_EQ(push(1, "threads", json::object(), {{"a", 1}}), Lines{});
  EXPECT_EQ(ask(5, "threads"), Lines{R"(< threads 5 {"a":1})"});
  const auto& counted = inspector.counters();
  EXPECT_EQ(counted.pushes, 1u);
  EXPECT_EQ(counted.pushes_used, 1u);
  EXPECT_GT(counted.pushed_bytes, 60u);
  EXPECT_GT(counted.kept_bytes, 60u);
}

TEST_F(InspectorPushTest, AreToldOfBeforeTheNextResumeThatIsPassedOn) {
  stop();
  push(1, "threads", json::object(), {{"a", 1}});
  push(2, "stackTrace", {{"threadId", 1}}, {{"a", 1}});
  EXPECT_EQ(ask(1, "scopes", {{"frameId", 1}}), Lines{"> scopes 1"});
  ask(2, "threads");
  ask(3, "threads");
  EXPECT_EQ(ask(4, "setBreakpoints"), Lines{"> setBreakpoints 4"});
  ask(6, "stackTrace", {{"threadId", 1}});
  EXPECT_EQ(change(7, "next"), (Lines{"view 2 [1,2] @1", "> next 7"}));
  EXPECT_EQ(change(8, "next"), Lines{"> next 8"});
}

TEST_F(InspectorPushTest, AreToldOfBeforeTheSameIsAskedFor) {
  stop();
  push(1, "threads", json::object(), {{"a", 1}});
  push(2, "stackTrace", {{"threadId", 1}, {"startFrame", 0}, {"levels", 1}}, {{"a", 1}});
  event("thread");
  EXPECT_EQ(ask(1, "stackTrace", {{"threadId", 2}}), Lines{"> stackTrace 1"});
  EXPECT_EQ(ask(2, "threads"), (Lines{"view 2", "> threads 2"}))
      << "or the far end would take the push for the answer";
  inspector.forget();
  EXPECT_EQ(ask(3, "stackTrace", {{"levels", 1}, {"threadId", 1}}), Lines{"> stackTrace 3"})
      << "that has been said";
}

TEST_F(InspectorPushTest, AreGivenToWhoWaitsForTheSameThing) {
  stop();
  ask(1, "threads");
  ask(2, "threads");
  EXPECT_EQ(push(4, "threads", json::object(), {{"a", 1}}),
            (Lines{R"(< threads 1 {"a":1})", R"(< threads 2 {"a":1})"}));
  EXPECT_EQ(ask(3, "threads"), Lines{R"(< threads 3 {"a":1})"});
  EXPECT_EQ(change(4, "setVariable"), (Lines{"view 4 [4]", "> setVariable 4"}));
  EXPECT_EQ(inspector.counters().pushes_used, 1u);
  // The far end's own answer, if it comes nevertheless, answers nothing any more.
  EXPECT_EQ(answer(1, "threads", {{"a", 9}}, std::nullopt), Lines{R"(< threads 1 {"a":9})"});
}

TEST_F(InspectorPushTest, OfBeforeAResumeAreNeitherKeptNorGiven) {
  stop();
  ask(1, "stackTrace", {{"threadId", 1}});
  const auto before = now;
  change(2, "next");
  ask(3, "threads");
  std::swap(now, const_cast<Stamp&>(before));
  EXPECT_EQ(push(1, "threads", json::object(), {{"old", 1}}), Lines{});
  // This one was asked before the resume, too: it may be the only answer that comes.
  EXPECT_EQ(push(2, "stackTrace", {{"threadId", 1}}, {{"old", 1}}),
            Lines{R"(< stackTrace 1 {"old":1})"});
  EXPECT_EQ(ask(4, "stackTrace", {{"threadId", 1}}), (Lines{"view 2 [2]", "> stackTrace 4"}));
}

TEST_F(InspectorPushTest, ThatMakeNoReadAreDropped) {
  stop();
  EXPECT_EQ(push(1, "next", {{"threadId", 1}}, {{"a", 1}}), Lines{});
  EXPECT_EQ(push(2, "setVariable", {{"variablesReference", 1}}, {{"a", 1}}), Lines{});
  EXPECT_EQ(push(3, "evaluate", {{"expression", "f()"}, {"context", "watch"}}, {{"a", 1}}),
            Lines{});
  // By names of the far end, which the client does not use.
  EXPECT_EQ(push(4, "source", {{"sourceReference", 3}}, {{"content", "x"}}), Lines{});
  EXPECT_EQ(push(5, "breakpointLocations", {{"source", {{"path", "/a"}}}, {"line", 3}}, {}),
            Lines{});
  EXPECT_EQ(inspector.counters().kept_bytes, 0u);
  EXPECT_EQ(ask(1, "source", {{"sourceReference", 3}}), (Lines{"view 5", "> source 1"}));
}

TEST_F(InspectorPushTest, ThatFailedAreDropped) {
  stop();
  auto bytes = dap::make_error_response(0, "threads",
                                        {Errc::kMessageInvalid, Condition::kAdapterFailed, "No."});
  auto stamp = now;
  stamp.push = Push{1, {}, json::object()};
  append_stamp(bytes, stamp);
  EXPECT_EQ(hear(bytes), Lines{});
  EXPECT_EQ(ask(1, "threads"), (Lines{"view 1", "> threads 1"}));
}

TEST_F(InspectorPushTest, AreReportedUpToALimit) {
  stop();
  for (std::uint64_t number = 1; number <= kMaxReportedHits + 10; ++number) {
    push(number, "variables", {{"variablesReference", number}}, {{"a", 1}});
    ask(static_cast<std::int64_t>(number), "variables", {{"variablesReference", number}});
  }
  InspectorOutput out;
  inspector.from_client(
      dap::Message::parse(R"({"seq":90000,"type":"request","command":"next"})").value(), out);
  ASSERT_TRUE(out.to_adapter.at(0).view);
  EXPECT_EQ(out.to_adapter[0].view->used.size(), kMaxReportedHits);
}

TEST_F(InspectorPushTest, WithoutStampsNoViewIsSaid) {
  stop();
  ask(1, "scopes", {{"frameId", 1}});
  answer(1, "scopes", scopes({1}), std::nullopt);
  EXPECT_EQ(ask(2, "variables", {{"variablesReference", 1}}), Lines{"> variables 2"});
}

class ScopesTest : public InspectorTest {
 protected:
  ScopesTest() {
    stop();
    push(1, "threads", json::object(), {{"a", 1}});
    push(2, "scopes", {{"frameId", 7}}, scopes({1, 2}));
    push(3, "scopes", {{"frameId", 8}}, scopes({1, 2}));
    EXPECT_EQ(ask(100, "modules"), Lines{"> modules 100"});
    answer(100, "modules", {});
  }
};

TEST_F(ScopesTest, ReferencesMeanTheFrameWhoseScopesWereAskedLast) {
  push(4, "variables", {{"variablesReference", 1}}, {{"of", 7}}, 7);
  push(5, "variables", {{"variablesReference", 1}}, {{"of", 8}}, 8);
  ask(1, "scopes", {{"frameId", 7}});
  EXPECT_EQ(ask(2, "variables", {{"variablesReference", 1}}), Lines{R"(< variables 2 {"of":7})"});
  ask(3, "scopes", {{"frameId", 8}});
  EXPECT_EQ(ask(4, "variables", {{"variablesReference", 1}}), Lines{R"(< variables 4 {"of":8})"});
  ask(5, "scopes", {{"frameId", 7}});
  EXPECT_EQ(ask(6, "variables", {{"variablesReference", 1}}), Lines{R"(< variables 6 {"of":7})"});
}

TEST_F(ScopesTest, TheFrameIsSaidBeforeWhatDependsOnIt) {
  ask(1, "scopes", {{"frameId", 7}});
  EXPECT_EQ(ask(2, "variables", {{"variablesReference", 1}}),
            (Lines{"view 3 [2] @7", "> variables 2"}));
  EXPECT_EQ(ask(3, "variables", {{"variablesReference", 2}}), Lines{"> variables 3"});
  ask(4, "scopes", {{"frameId", 8}});
  EXPECT_EQ(ask(5, "variables", {{"variablesReference", 1}}),
            (Lines{"view 3 [3] @8", "> variables 5"}));
  EXPECT_EQ(answer(2, "variables", {{"of", 7}}), Lines{R"(< variables 2 {"of":7})"});
  EXPECT_EQ(answer(5, "variables", {{"of", 8}}), Lines{R"(< variables 5 {"of":8})"});
  EXPECT_EQ(ask(6, "variables", {{"variablesReference", 1}}), Lines{R"(< variables 6 {"of":8})"});
  ask(7, "scopes", {{"frameId", 7}});
  EXPECT_EQ(ask(8, "variables", {{"variablesReference", 1}}), Lines{R"(< variables 8 {"of":7})"});
}

TEST_F(ScopesTest, AWriteToAScopeSaysTheFrameToo) {
  ask(1, "scopes", {{"frameId", 7}});
  EXPECT_EQ(change(2, "setVariable", {{"variablesReference", 1}, {"name", "x"}}),
            (Lines{"view 3 [2] @7", "> setVariable 2"}));
  EXPECT_EQ(ask(3, "dataBreakpointInfo", {{"variablesReference", 1}}),
            Lines{"> dataBreakpointInfo 3"});
}

TEST_F(ScopesTest, TheFrameIsSaidAgainAfterScopesThatWerePassedOn) {
  ask(1, "scopes", {{"frameId", 7}});
  ask(2, "variables", {{"variablesReference", 1}});
  ask(3, "scopes", {{"frameId", 9}});
  answer(3, "scopes", scopes({1}));
  ask(4, "scopes", {{"frameId", 7}});
  EXPECT_EQ(ask(5, "variables", {{"variablesReference", 1}, {"start", 3}}),
            (Lines{"view 3 @7", "> variables 5"}));
}

TEST_F(ScopesTest, ReferencesOfOneFrameStayThoseOfThatFrame) {
  ask(1, "scopes", {{"frameId", 20}});
  answer(1, "scopes", scopes({1000}));
  ask(2, "scopes", {{"frameId", 21}});
  answer(2, "scopes", scopes({1001}));
  EXPECT_EQ(ask(3, "variables", {{"variablesReference", 1000}}),
            (Lines{"view 3 @20", "> variables 3"}));
  answer(3, "variables", {{"of", 20}});
  EXPECT_EQ(ask(4, "variables", {{"variablesReference", 1000}}),
            Lines{R"(< variables 4 {"of":20})"});
}

TEST_F(ScopesTest, WhileScopesAreOnTheirWayAReferenceMeansWhatTheClientHasBeenGiven) {
  ask(1, "scopes", {{"frameId", 7}});
  EXPECT_EQ(ask(2, "scopes", {{"frameId", 9}}).back(), "> scopes 2");
  EXPECT_EQ(ask(3, "variables", {{"variablesReference", 1}}),
            (Lines{"view 3 [2] @7", "> variables 3"}));
  EXPECT_EQ(push(4, "variables", {{"variablesReference", 1}}, {{"of", 9}}, 9), Lines{});
  EXPECT_EQ(push(5, "variables", {{"variablesReference", 1}}, {{"of", 7}}, 7),
            Lines{R"(< variables 3 {"of":7})"});
  answer(2, "scopes", scopes({1}));
  EXPECT_EQ(ask(4, "variables", {{"variablesReference", 1}}), Lines{R"(< variables 4 {"of":9})"});
}

TEST_F(ScopesTest, AfterARefusedResumeAReferenceMeansItsFrameStill) {
  ask(1, "scopes", {{"frameId", 9}});
  answer(1, "scopes", scopes({1}));
  ask(2, "scopes", {{"frameId", 7}});
  ask(3, "next");
  fail(3, "next");
  EXPECT_EQ(ask(4, "variables", {{"variablesReference", 1}}),
            (Lines{"view 3 @7", "> variables 4"}));
}

TEST_F(ScopesTest, AnswersOutOfOrderLeaveTheLastAsked) {
  ask(1, "scopes", {{"frameId", 30}});
  ask(2, "scopes", {{"frameId", 31}});
  answer(2, "scopes", scopes({1}));
  answer(1, "scopes", scopes({1}));
  // The far end goes by the last that was passed on.
  EXPECT_EQ(ask(3, "variables", {{"variablesReference", 1}}), Lines{"> variables 3"});
}

TEST_F(ScopesTest, ThatCannotBeReadMakeVariablesUncertainUntilTheNextStop) {
  push(4, "variables", {{"variablesReference", 5}}, {{"a", 1}});
  ask(1, "scopes", {{"frameId", 30}});
  answer(1, "scopes", {{"scopes", 7}});
  EXPECT_EQ(ask(2, "variables", {{"variablesReference", 5}}).back(), "> variables 2");
  answer(2, "variables", {{"a", 1}});
  EXPECT_EQ(ask(3, "variables", {{"variablesReference", 5}}).back(), "> variables 3");
  stop();
  push(5, "variables", {{"variablesReference", 5}}, {{"a", 2}});
  EXPECT_EQ(ask(4, "variables", {{"variablesReference", 5}}), Lines{R"(< variables 4 {"a":2})"});
}

TEST_F(ScopesTest, ThatAreAnsweredAfterTheNextStopTeachNothing) {
  ask(1, "scopes", {{"frameId", 30}});
  stop();
  answer(1, "scopes", scopes({1}), std::nullopt);
  EXPECT_EQ(ask(2, "variables", {{"variablesReference", 1}}).back(), "> variables 2");
  answer(2, "variables", {{"of", 30}});
  EXPECT_EQ(ask(3, "variables", {{"variablesReference", 1}}).back(), "> variables 3");
}

TEST_F(ScopesTest, OfAChildTheFrameDoesNotMatter) {
  ask(1, "scopes", {{"frameId", 7}});
  push(4, "variables", {{"variablesReference", 50}}, {{"child", 1}});
  ask(2, "scopes", {{"frameId", 8}});
  EXPECT_EQ(ask(3, "variables", {{"variablesReference", 50}}),
            Lines{R"(< variables 3 {"child":1})"});
}

}  // namespace
}  // namespace nearside::inspect
