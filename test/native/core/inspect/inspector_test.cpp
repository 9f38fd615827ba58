// What is served, what joins, what is forgotten.
#include "inspectors.hpp"

namespace nearside::inspect {
namespace {

TEST_F(InspectorTest, ServesWhatItWasAnsweredWithTheClientsOwnNumber) {
  stop();
  EXPECT_EQ(ask(1, "threads"), Lines{"> threads 1"});
  EXPECT_EQ(answer(1, "threads", {{"a", 1}}), Lines{R"(< threads 1 {"a":1})"});
  EXPECT_EQ(ask(2, "threads"), Lines{R"(< threads 2 {"a":1})"});
  EXPECT_EQ(ask(3, "scopes", {{"frameId", 1}}), Lines{"> scopes 3"});
}

TEST_F(InspectorTest, ServesTheAdaptersBytes) {
  stop();
  ask(1, "threads");
  auto bytes = std::string(
      R"({ "odd" : [1.0e2],"type":"response","seq":0,"success":true,"request_seq":1,"command":"threads" , "body": { "x":"\u00e9" } })");
  const auto own = bytes;
  ASSERT_TRUE(append_stamp(bytes, now));
  InspectorOutput first, second;
  inspector.from_adapter(dap::Message::parse(bytes).value(), first);
  EXPECT_EQ(first.to_client.at(0).bytes(), own);
  inspector.from_client(
      dap::Message::parse(R"({"seq":7,"type":"request","command":"threads"})").value(), second);
  auto expected = own;
  expected.replace(expected.find(R"(seq":1)") + 5, 1, "7");
  EXPECT_EQ(second.to_client.at(0).bytes(), expected);
}

TEST_F(InspectorTest, KeepsOnlyWhatItMay) {
  stop();
  ask(1, "threads");
  EXPECT_EQ(answer(1, "threads", {}, std::nullopt), Lines{"< threads 1 "});
  EXPECT_EQ(ask(2, "threads"), Lines{"> threads 2"});
  EXPECT_EQ(fail(2, "threads"), Lines{"< threads 2 failed"});
  EXPECT_EQ(ask(3, "threads"), Lines{"> threads 3"});
}

TEST_F(InspectorTest, KeepsNoErrorThatIsStampedButTakesTheStampOff) {
  stop();
  ask(1, "threads");
  auto bytes = dap::make_error_response(1, "threads",
                                        {Errc::kMessageInvalid, Condition::kAdapterFailed, "No."});
  append_stamp(bytes, now);
  EXPECT_EQ(hear(bytes), Lines{"< threads 1 failed"});
  EXPECT_EQ(ask(2, "threads"), Lines{"> threads 2"});
}

TEST_F(InspectorTest, KeepsNothingThatWasAnsweredBeforeAResumeReachedTheFarEnd) {
  stop();
  ask(1, "threads");
  const auto before = now;
  EXPECT_EQ(change(2, "next"), Lines{"> next 2"});
  EXPECT_EQ(answer(1, "threads", {{"old", 1}}, before), Lines{R"(< threads 1 {"old":1})"});
  EXPECT_EQ(ask(3, "threads"), Lines{"> threads 3"});
  stop();
  EXPECT_EQ(answer(3, "threads", {{"new", 1}}), Lines{R"(< threads 3 {"new":1})"});
  EXPECT_EQ(ask(4, "threads"), Lines{R"(< threads 4 {"new":1})"});
}

TEST_F(InspectorTest, KeepsNothingThatIsBehindAndForgetsWithANewerPair) {
  stop();
  ask(1, "threads");
  answer(1, "threads", {{"n", 1}});
  ask(2, "modules");
  answer(2, "modules", {{"n", 2}});
  const auto before = now;
  ++now.writes;  // another client's
  ask(3, "scopes", {{"frameId", 1}});
  ask(4, "scopes", {{"frameId", 2}});
  answer(3, "scopes", {{"scopes", json::array()}});
  EXPECT_EQ(ask(5, "threads"), Lines{"> threads 5"});
  EXPECT_EQ(ask(6, "modules"), Lines{R"(< modules 6 {"n":2})"});
  answer(4, "scopes", {{"scopes", json::array()}}, before);
  EXPECT_EQ(ask(7, "scopes", {{"frameId", 2}}), Lines{"> scopes 7"});
  EXPECT_EQ(ask(8, "scopes", {{"frameId", 1}}), Lines{R"(< scopes 8 {"scopes":[]})"});
}

TEST_F(InspectorTest, EveryResumeAndWriteEmptiesTheEpochsPart) {
  ask(1, "modules");
  answer(1, "modules", {{"m", 1}});
  std::int64_t seq = 1;
  for (const char* const command :
       {"continue", "next", "stepIn", "stepOut", "stepBack", "reverseContinue", "goto",
        "restartFrame", "setVariable", "setExpression", "writeMemory", "evaluate", "unheardOf"}) {
    stop();
    ask(++seq, "threads");
    answer(seq, "threads", {{"a", 1}});
    EXPECT_EQ(change(++seq, command).size(), 1u) << command;
    EXPECT_EQ(ask(++seq, "threads").front().front(), '>') << command;
    EXPECT_EQ(ask(++seq, "modules").front().front(), '<') << command;
  }
}

TEST_F(InspectorTest, TheAnswerToAWriteEmptiesItOnceMore) {
  stop();
  change(1, "setVariable", {{"variablesReference", 1}});
  ask(2, "threads");
  answer(2, "threads", {{"a", 1}});
  EXPECT_EQ(ask(3, "threads"), Lines{R"(< threads 3 {"a":1})"});
  EXPECT_EQ(answer(1, "setVariable", {{"v", 1}}, std::nullopt),
            Lines{R"(< setVariable 1 {"v":1})"});
  EXPECT_EQ(ask(4, "threads"), Lines{"> threads 4"});
}

TEST_F(InspectorTest, NeutralRequestsPassAndForgetNothing) {
  stop();
  ask(1, "threads");
  answer(1, "threads", {{"a", 1}});
  EXPECT_EQ(ask(2, "setBreakpoints", {{"source", {{"path", "/a"}}}}), Lines{"> setBreakpoints 2"});
  EXPECT_EQ(answer(2, "setBreakpoints", {{"b", 1}}, std::nullopt),
            Lines{R"(< setBreakpoints 2 {"b":1})"});
  EXPECT_EQ(ask(3, "threads"), Lines{R"(< threads 3 {"a":1})"});
}

TEST_F(InspectorTest, EventsForgetWhatTheyMakeOld) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"stopped", "threads stackTrace"},
      {"continued", "threads stackTrace"},
      {"terminated", "threads stackTrace modules source"},
      {"exited", "threads stackTrace modules source"},
      {"invalidated", "threads stackTrace"},
      {"memory", "threads stackTrace"},
      {"thread", "threads"},
      {"module", "modules"},
      {"loadedSource", "modules"},
      {"output", ""},
      {"breakpoint", ""}};
  std::int64_t seq = 1;
  for (const auto& [name, forgotten] : table) {
    stop();
    const std::vector<std::pair<std::string, json>> reads{{"threads", json::object()},
                                                          {"stackTrace", {{"threadId", 1}}},
                                                          {"modules", json::object()},
                                                          {"source", {{"sourceReference", 4}}}};
    for (const auto& [command, arguments] : reads) {
      if (ask(++seq, command, arguments).front().starts_with(">")) answer(seq, command, {{"a", 1}});
    }
    EXPECT_EQ(event(name), Lines{"< " + name});
    for (const auto& [command, arguments] : reads) {
      const bool is_kept = ask(++seq, command, arguments).front().starts_with("<");
      EXPECT_EQ(is_kept, forgotten.find(command) == std::string::npos) << name << " " << command;
      if (!is_kept) answer(seq, command, {}, std::nullopt);
    }
  }
}

TEST_F(InspectorTest, KeepsEventsFromAClientThatDoesNotKnowThem) {
  stop();
  ask(1, "initialize", {{"clientID", "x"}, {"supportsMemoryEvent", true}});
  ask(2, "threads");
  answer(2, "threads", {{"a", 1}});
  EXPECT_EQ(event("invalidated"), Lines{});
  EXPECT_EQ(ask(3, "threads"), Lines{"> threads 3"});
  EXPECT_EQ(event("memory"), Lines{"< memory"});
  ask(4, "initialize", {{"supportsInvalidatedEvent", true}});
  EXPECT_EQ(event("invalidated"), Lines{"< invalidated"});
  EXPECT_EQ(event("memory"), Lines{});
}

TEST_F(InspectorTest, AThreadEventAlsoMakesOldWhatWasAskedBefore) {
  stop();
  ask(1, "threads");
  ask(2, "stackTrace", {{"threadId", 1}});
  EXPECT_EQ(event("thread"), Lines{"< thread"});
  answer(1, "threads", {{"a", 1}});
  answer(2, "stackTrace", {{"a", 1}});
  EXPECT_EQ(ask(3, "threads"), Lines{"> threads 3"});
  EXPECT_EQ(ask(4, "stackTrace", {{"threadId", 1}}), Lines{R"(< stackTrace 4 {"a":1})"});
  ask(5, "modules");
  event("module");
  answer(5, "modules", {{"a", 1}});
  EXPECT_EQ(ask(6, "modules"), Lines{"> modules 6"});
}

TEST_F(InspectorTest, NothingOutlivesARestart) {
  stop();
  ask(1, "source", {{"sourceReference", 4}});
  answer(1, "source", {{"content", "x"}});
  change(2, "restart");
  EXPECT_EQ(ask(3, "source", {{"sourceReference", 4}}), Lines{"> source 3"});
}

TEST_F(InspectorTest, WhenPathsChangeEverythingIsForgottenAlsoWhatIsOnItsWay) {
  stop();
  ask(1, "threads");
  answer(1, "threads", {{"a", 1}});
  ask(2, "stackTrace", {{"threadId", 1}});
  EXPECT_EQ(ask(3, "stackTrace", {{"threadId", 1}}), Lines{});
  inspector.forget();
  EXPECT_EQ(ask(4, "threads"), Lines{"> threads 4"});
  EXPECT_EQ(ask(5, "stackTrace", {{"threadId", 1}}), Lines{"> stackTrace 5"});
  EXPECT_EQ(answer(2, "stackTrace", {{"f", 1}}),
            (Lines{R"(< stackTrace 2 {"f":1})", R"(< stackTrace 3 {"f":1})"}));
  EXPECT_EQ(ask(6, "stackTrace", {{"threadId", 1}}), Lines{});  // joins 5
  answer(5, "stackTrace", {{"f", 2}});
  EXPECT_EQ(ask(7, "stackTrace", {{"threadId", 1}}), Lines{R"(< stackTrace 7 {"f":2})"});
}

TEST_F(InspectorTest, EqualRequestsAreAskedOnce) {
  stop();
  EXPECT_EQ(ask(1, "threads"), Lines{"> threads 1"});
  EXPECT_EQ(ask(2, "threads"), Lines{});
  EXPECT_EQ(ask(3, "threads"), Lines{});
  EXPECT_EQ(answer(1, "threads", {{"a", 1}}),
            (Lines{R"(< threads 1 {"a":1})", R"(< threads 2 {"a":1})", R"(< threads 3 {"a":1})"}));
  const auto& counted = inspector.counters().commands.at("threads");
  EXPECT_EQ(counted.misses, 1u);
  EXPECT_EQ(counted.joins, 2u);
  EXPECT_EQ(counted.hits, 0u);
}

TEST_F(InspectorTest, WhoJoinedIsSentItselfWhenTheAnswerMayNotBeShared) {
  stop();
  ask(1, "threads");
  ask(2, "threads");
  ask(3, "threads");
  EXPECT_EQ(fail(1, "threads"), (Lines{"< threads 1 failed", "> threads 2", "> threads 3"}));
  EXPECT_EQ(ask(4, "threads"), Lines{});
  EXPECT_EQ(answer(3, "threads", {{"a", 1}}, std::nullopt),
            (Lines{R"(< threads 3 {"a":1})", "> threads 4"}));
  EXPECT_EQ(answer(2, "threads", {{"a", 1}}), Lines{R"(< threads 2 {"a":1})"});
  EXPECT_EQ(answer(4, "threads", {{"a", 2}}), Lines{R"(< threads 4 {"a":2})"});
}

TEST_F(InspectorTest, WhoJoinedIsSentBeforeAResumeInTheClientsOrder) {
  stop();
  ask(1, "threads");
  ask(2, "stackTrace", {{"threadId", 1}});
  ask(3, "stackTrace", {{"threadId", 1}});
  ask(4, "threads");
  EXPECT_EQ(change(5, "next"), (Lines{"> stackTrace 3", "> threads 4", "> next 5"}));
  auto before = now;
  --before.seen;
  --before.epoch;
  EXPECT_EQ(answer(1, "threads", {{"a", 1}}, before), Lines{R"(< threads 1 {"a":1})"});
  EXPECT_EQ(answer(4, "threads", {{"a", 2}}, before), Lines{R"(< threads 4 {"a":2})"});
}

TEST_F(InspectorTest, NobodyJoinsWhatWasAskedBeforeAResumeOrWrite) {
  stop();
  ask(1, "threads");
  change(2, "setVariable", json::object());
  EXPECT_EQ(ask(3, "threads"), Lines{"> threads 3"});
  EXPECT_EQ(ask(4, "threads"), Lines{});
}

TEST_F(InspectorTest, NobodyJoinsWhatWasAskedBeforeAStop) {
  stop();
  ask(1, "threads");
  stop();
  EXPECT_EQ(ask(2, "threads"), Lines{"> threads 2"});
  event("invalidated");
  EXPECT_EQ(ask(3, "threads"), Lines{"> threads 3"});
  EXPECT_EQ(ask(4, "threads"), Lines{});
}

TEST_F(InspectorTest, WhileTheProgramRunsNobodyWaitsForAnother) {
  EXPECT_EQ(ask(1, "threads"), Lines{"> threads 1"});
  EXPECT_EQ(ask(2, "threads"), Lines{"> threads 2"});
}

TEST_F(InspectorTest, WhoJoinedBeforeAThreadEventIsSentItself) {
  stop();
  ask(1, "threads");
  ask(2, "threads");
  EXPECT_EQ(event("thread"), (Lines{"< thread", "> threads 2"}));
  EXPECT_EQ(ask(3, "threads"), Lines{});
  EXPECT_EQ(answer(1, "threads", {{"a", 1}}), Lines{R"(< threads 1 {"a":1})"});
  EXPECT_EQ(answer(2, "threads", {{"a", 2}}),
            (Lines{R"(< threads 2 {"a":2})", R"(< threads 3 {"a":2})"}));
}

TEST_F(InspectorTest, WhatItHasNotSeenPassesUntouched) {
  for (const std::string bytes :
       {R"({"seq":4,"type":"request","command":"runInTerminal"})",
        R"({"seq":4,"type":"response","request_seq":-3,"success":true,"command":"setBreakpoints"})",
        R"({"seq":4,"type":"response","request_seq":0,"success":true,"command":"threads"})",
        R"({"seq":4,"type":"response","request_seq":77,"success":true,"command":"threads"})",
        R"({"seq":4,"type":"event","event":"output"})"}) {
    InspectorOutput out;
    inspector.from_adapter(dap::Message::parse(bytes).value(), out);
    ASSERT_EQ(out.to_client.size(), 1u);
    EXPECT_EQ(out.to_client[0].bytes(), bytes);
  }
  const std::string answer =
      R"({"seq":4,"type":"response","request_seq":4,"success":true,"command":"runInTerminal"})";
  InspectorOutput out;
  inspector.from_client(dap::Message::parse(answer).value(), out);
  ASSERT_EQ(out.to_adapter.size(), 1u);
  EXPECT_EQ(out.to_adapter[0].message.bytes(), answer);
}

TEST_F(InspectorTest, ASecondAnswerIsNotKept) {
  stop();
  ask(1, "threads");
  answer(1, "threads", {{"a", 1}});
  EXPECT_EQ(answer(1, "threads", {{"a", 2}}, std::nullopt), Lines{R"(< threads 1 {"a":2})"});
  EXPECT_EQ(ask(2, "threads"), Lines{R"(< threads 2 {"a":1})"});
}

TEST_F(InspectorTest, CutsStacksOfTheSameThreadAndFormat) {
  stop();
  ask(1, "stackTrace", {{"threadId", 1}, {"startFrame", 0}, {"levels", 20}});
  const json frames = {{{"id", 10}}, {{"id", 11}}, {{"id", 12}}};
  answer(1, "stackTrace", {{"stackFrames", frames}, {"totalFrames", 3}});
  EXPECT_EQ(ask(2, "stackTrace", {{"threadId", 1}, {"levels", 1}}),
            Lines{R"(< stackTrace 2 {"stackFrames":[{"id":10}],"totalFrames":3})"});
  EXPECT_EQ(ask(3, "stackTrace", {{"threadId", 1}, {"startFrame", 1}, {"levels", 19}}),
            Lines{R"(< stackTrace 3 {"stackFrames":[{"id":11},{"id":12}],"totalFrames":3})"});
  EXPECT_EQ(ask(4, "stackTrace", {{"threadId", 2}, {"levels", 1}}), Lines{"> stackTrace 4"});
  EXPECT_EQ(ask(5, "stackTrace", {{"threadId", 1}, {"levels", 1}, {"format", {{"hex", true}}}}),
            Lines{"> stackTrace 5"});
  EXPECT_EQ(ask(6, "stackTrace", {{"threadId", 1}, {"startFrame", 3}, {"levels", 19}}),
            Lines{"> stackTrace 6"});
  EXPECT_EQ(ask(7, "stackTrace", {{"threadId", 1}, {"startFrame", "x"}}), Lines{"> stackTrace 7"});
  EXPECT_EQ(inspector.counters().commands.at("stackTrace").hits, 2u);
}

TEST_F(InspectorTest, ImpureExpressionsAreWrites) {
  stop();
  ask(1, "evaluate", {{"expression", "x"}, {"context", "watch"}, {"frameId", 1}});
  answer(1, "evaluate", {{"result", "1"}});
  EXPECT_EQ(
      ask(2, "evaluate", {{"expression", "x"}, {"context", "watch"}, {"frameId", 1}, {"line", 4}}),
      Lines{R"(< evaluate 2 {"result":"1"})"});
  change(3, "evaluate", {{"expression", "x = 2"}, {"context", "watch"}, {"frameId", 1}});
  EXPECT_EQ(ask(4, "evaluate", {{"expression", "x"}, {"context", "watch"}, {"frameId", 1}}),
            Lines{"> evaluate 4"});
}

class SmallInspectorTest : public InspectorTest {
 protected:
  SmallInspectorTest() : InspectorTest({.cache_bytes = 3'000}) {}
};

TEST_F(SmallInspectorTest, StaysWithinItsBytes) {
  stop();
  for (int reference = 1; reference <= 20; ++reference) {
    ask(reference, "variables", {{"variablesReference", reference}});
    answer(reference, "variables", {{"n", std::string(500, 'x')}});
    EXPECT_LE(inspector.counters().kept_bytes, 3'000u);
  }
  EXPECT_GE(inspector.counters().evictions, 15u);
  EXPECT_EQ(ask(21, "variables", {{"variablesReference", 1}}), Lines{"> variables 21"});
  EXPECT_TRUE(ask(22, "variables", {{"variablesReference", 20}}).front().starts_with("<"));
}

class UncachedInspectorTest : public InspectorTest {
 protected:
  UncachedInspectorTest() : InspectorTest({.cache = false}) {}
};

TEST_F(UncachedInspectorTest, PassesEverythingOnAndTakesOffStampsAllTheSame) {
  stop();
  EXPECT_EQ(ask(1, "threads"), Lines{"> threads 1"});
  EXPECT_EQ(ask(2, "threads"), Lines{"> threads 2"});
  EXPECT_EQ(answer(1, "threads", {{"a", 1}}), Lines{R"(< threads 1 {"a":1})"});
  EXPECT_EQ(push(1, "threads", json::object(), {{"a", 1}}), Lines{});
  EXPECT_EQ(ask(3, "threads").back(), "> threads 3");
  EXPECT_EQ(inspector.counters().kept_bytes, 0u);
}

}  // namespace
}  // namespace nearside::inspect
