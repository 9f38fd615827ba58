// What a session stores of its client's breakpoints, and how it sets those of an earlier one.
#include "core/session/stored_breakpoints.hpp"
#include "sessions.hpp"

#include <nlohmann/json.hpp>

namespace nearside::session {
namespace {

using nlohmann::json;

const std::string kDone =
    R"({"supportTerminateDebuggee":true,"supportsConfigurationDoneRequest":true})";

Session configuring() {
  return initialized(R"({"supportsRunInTerminalRequest":true})", kDone);
}

StoredList source(const std::string& path, const std::string& breakpoints) {
  return {"source", path, {{"breakpoints", json::parse(breakpoints)}}};
}

/// "source /a.go {…}" a line; "(all)" before what replaces everything.
std::string print(const StoredChanges& changes) {
  std::string text = changes.replaces ? "(all)\n" : "";
  for (const auto& list : changes.lists)
    text += list.kind + " " + list.place + " " + list.content.dump() + "\n";
  return text;
}

TEST(SessionStore, KeepsWhatTheAdapterHasTaken) {
  auto session = configuring();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request setBreakpoints {"source":{"path":"/a.go","adapterData":1},"breakpoints":[{"line":3,"condition":"x > 1","logMessage":"{x}","unknown":true}]}
    << adapter #2 request setBreakpoints {"source":{"path":"/a.go","adapterData":1},"breakpoints":[{"line":3,"condition":"x > 1","logMessage":"{x}","unknown":true}]}
  )");
  EXPECT_TRUE(session.take_stored_changes().empty()) << "it has not been taken yet";
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 2 setBreakpoints {"breakpoints":[{"id":1,"verified":true}]}
    << client #0 response to 2 setBreakpoints {"breakpoints":[{"id":1,"verified":true}]}
  )");
  EXPECT_EQ(print(session.take_stored_changes()),
            "source /a.go {\"breakpoints\":[{\"condition\":\"x > "
            "1\",\"line\":3,\"logMessage\":\"{x}\"}]}\n");
  EXPECT_TRUE(session.take_stored_changes().empty()) << "nothing has changed since";
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request setBreakpoints {"source":{"path":"/b.go"},"breakpoints":[{"line":3}]}
    << adapter #3 request setBreakpoints {"source":{"path":"/b.go"},"breakpoints":[{"line":3}]}
    >> adapter #0 error to 3 setBreakpoints: no
    << client #0 error to 3 setBreakpoints: no
    >> client #4 request setBreakpoints {"source":{"sourceReference":7,"path":"/c"},"breakpoints":[{"line":3}]}
    << adapter #4 request setBreakpoints {"source":{"sourceReference":7,"path":"/c"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 4 setBreakpoints {"breakpoints":[{"id":2,"verified":true}]}
    << client #0 response to 4 setBreakpoints {"breakpoints":[{"id":2,"verified":true}]}
  )");
  EXPECT_TRUE(session.take_stored_changes().empty()) << "one was refused, one means nothing later";
}

TEST(SessionStore, KeepsFunctionsExceptionsDataAndWatches) {
  auto session = configuring();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request setFunctionBreakpoints {"breakpoints":[{"name":"main.run","condition":"a"}]}
    << adapter #2 request setFunctionBreakpoints {"breakpoints":[{"name":"main.run","condition":"a"}]}
    >> adapter #0 response to 2 setFunctionBreakpoints
    << client #0 response to 2 setFunctionBreakpoints
    >> client #3 request setExceptionBreakpoints {"filters":["raised"],"filterOptions":[]}
    << adapter #3 request setExceptionBreakpoints {"filters":["raised"],"filterOptions":[]}
    >> adapter #0 response to 3 setExceptionBreakpoints
    << client #0 response to 3 setExceptionBreakpoints
    >> client #4 request dataBreakpointInfo {"name":"x"}
    << adapter #4 request dataBreakpointInfo {"name":"x"}
    >> adapter #0 response to 4 dataBreakpointInfo {"dataId":"global x","canPersist":true}
    << client #0 response to 4 dataBreakpointInfo {"dataId":"global x","canPersist":true}
    >> client #5 request setDataBreakpoints {"breakpoints":[{"dataId":"global x"},{"dataId":"0x1"}]}
    << adapter #5 request setDataBreakpoints {"breakpoints":[{"dataId":"global x"},{"dataId":"0x1"}]}
    >> adapter #0 response to 5 setDataBreakpoints {"breakpoints":[]}
    << client #0 response to 5 setDataBreakpoints {"breakpoints":[]}
    >> client #6 request evaluate {"expression":"total","context":"watch"}
    << adapter #6 request evaluate {"expression":"total","context":"watch"}
    >> adapter #0 response to 6 evaluate {"result":"1","variablesReference":0}
    << client #0 response to 6 evaluate {"result":"1","variablesReference":0}
    >> client #7 request evaluate {"expression":"y","context":"hover"}
    << adapter #7 request evaluate {"expression":"y","context":"hover"}
    >> adapter #0 response to 7 evaluate {"result":"1","variablesReference":0}
    << client #0 response to 7 evaluate {"result":"1","variablesReference":0}
  )");
  EXPECT_EQ(print(session.take_stored_changes()),
            "data  {\"breakpoints\":[{\"dataId\":\"global x\",\"persists\":true},"
            "{\"dataId\":\"0x1\",\"persists\":false}]}\n"
            "exception  {\"filters\":[\"raised\"]}\n"
            "function  {\"breakpoints\":[{\"condition\":\"a\",\"name\":\"main.run\"}]}\n"
            "watch  {\"expressions\":[\"total\"]}\n");
}

TEST(SessionStore, WatchesOfEarlierSessionsStay) {
  auto session = configuring();
  session.load_stored({{"watch", "", {{"expressions", {"a", "b"}}}}}, false, "");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request evaluate {"expression":"b","context":"watch"}
    << adapter #2 request evaluate {"expression":"b","context":"watch"}
    >> adapter #0 response to 2 evaluate {"result":"1"}
    << client #0 response to 2 evaluate {"result":"1"}
  )");
  EXPECT_TRUE(session.take_stored_changes().empty());
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request evaluate {"expression":"c","context":"watch"}
    << adapter #3 request evaluate {"expression":"c","context":"watch"}
    >> adapter #0 response to 3 evaluate {"result":"1"}
    << client #0 response to 3 evaluate {"result":"1"}
  )");
  EXPECT_EQ(print(session.take_stored_changes()), "watch  {\"expressions\":[\"a\",\"b\",\"c\"]}\n");
}

TEST(SessionStore, WhatAClientHasSetWhenItSaysConfigurationDoneReplacesTheRest) {
  auto session = configuring();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request setBreakpoints {"source":{"path":"/a.go"},"breakpoints":[{"line":3}]}
    << adapter #2 request setBreakpoints {"source":{"path":"/a.go"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 2 setBreakpoints {"breakpoints":[{"id":1}]}
    << client #0 response to 2 setBreakpoints {"breakpoints":[{"id":1}]}
  )");
  EXPECT_FALSE(session.take_stored_changes().replaces);
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request configurationDone
    << adapter #3 request configurationDone
    >> adapter #0 response to 3 configurationDone
    << client #0 response to 3 configurationDone
  )");
  EXPECT_EQ(print(session.take_stored_changes()),
            "(all)\nsource /a.go {\"breakpoints\":[{\"line\":3}]}\n");
}

TEST(SessionStore, AClientThatSetsNothingLosesNothing) {
  auto session = configuring();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request setExceptionBreakpoints {"filters":["x"]}
    << adapter #2 request setExceptionBreakpoints {"filters":["x"]}
    >> adapter #0 response to 2 setExceptionBreakpoints
    << client #0 response to 2 setExceptionBreakpoints
    >> client #3 request configurationDone
    << adapter #3 request configurationDone
    >> adapter #0 response to 3 configurationDone
    << client #0 response to 3 configurationDone
  )");
  EXPECT_FALSE(session.take_stored_changes().replaces);
}

TEST(SessionStore, StopsCountHitsOfBreakpointsThatCount) {
  auto session = configuring();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request setBreakpoints {"source":{"path":"/a.go"},"breakpoints":[{"line":3,"hitCondition":">= 2"},{"line":4}]}
    << adapter #2 request setBreakpoints {"source":{"path":"/a.go"},"breakpoints":[{"line":3,"hitCondition":">= 2"},{"line":4}]}
    >> adapter #0 response to 2 setBreakpoints {"breakpoints":[{"id":41},{"id":42}]}
    << client #0 response to 2 setBreakpoints {"breakpoints":[{"id":1},{"id":2}]}
  )");
  (void)session.take_stored_changes();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #9 event stopped {"reason":"breakpoint","hitBreakpointIds":[42]}
    << client #9 event stopped {"reason":"breakpoint","hitBreakpointIds":[2]}
  )");
  EXPECT_TRUE(session.take_stored_changes().empty());
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #10 event stopped {"reason":"breakpoint","hitBreakpointIds":[41]}
    << client #10 event stopped {"reason":"breakpoint","hitBreakpointIds":[1]}
    >> adapter #11 event stopped {"reason":"breakpoint","hitBreakpointIds":[41]}
    << client #11 event stopped {"reason":"breakpoint","hitBreakpointIds":[1]}
    >> client #3 request setBreakpoints {"source":{"path":"/a.go"},"breakpoints":[{"line":3,"hitCondition":">= 2"}]}
    << adapter #3 request setBreakpoints {"source":{"path":"/a.go"},"breakpoints":[{"line":3,"hitCondition":">= 2"}]}
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":41}]}
    << client #0 response to 3 setBreakpoints {"breakpoints":[{"id":1}]}
  )");
  EXPECT_EQ(print(session.take_stored_changes()),
            "source /a.go {\"breakpoints\":[{\"hitCondition\":\">= 2\",\"hits\":3,\"line\":3}]}\n");
}

TEST(SessionStore, ReducesOnlyPlainCounts) {
  EXPECT_EQ(remaining_hit_condition("5", 2), "3");
  EXPECT_EQ(remaining_hit_condition(" 5 ", 7), "1");
  EXPECT_EQ(remaining_hit_condition(">=5", 2), ">= 3");
  EXPECT_EQ(remaining_hit_condition("> 5", 9), "> 0");
  for (const auto* const other : {"% 5", "== 5", "< 5", "", "x", "5 6", "99999999999"})
    EXPECT_EQ(remaining_hit_condition(other, 2), other);
}

TEST(SessionStore, AClientThatCountsFromZeroIsNotStored) {
  auto session =
      initialized(R"({"linesStartAt1":false,"supportsRunInTerminalRequest":true})", kDone);
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request setBreakpoints {"source":{"path":"/a.go"},"breakpoints":[{"line":3}]}
    << adapter #2 request setBreakpoints {"source":{"path":"/a.go"},"breakpoints":[{"line":3}]}
    >> adapter #0 response to 2 setBreakpoints {"breakpoints":[{"id":1}]}
    << client #0 response to 2 setBreakpoints {"breakpoints":[{"id":1}]}
  )");
  EXPECT_TRUE(session.take_stored_changes().empty());
}

// --- Restoring ---

std::vector<StoredList> stored() {
  return {source("/s/a.go", R"([{"line":3,"hitCondition":"5","hits":2},{"line":9}])"),
          source("/s/b.go", R"([{"line":7}])"),
          {"data", "", {{"breakpoints", {{{"dataId", "0x1"}, {"persists", false}}}}}},
          {"watch", "", {{"expressions", {"a"}}}}};
}

TEST(SessionRestore, SetsWhatTheClientHasNotSetBeforeConfigurationDoneGoesOn) {
  auto session = configuring();
  session.load_stored(stored(), true, "12:40");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request setBreakpoints {"source":{"path":"/s/b.go"},"breakpoints":[{"line":8}]}
    << adapter #2 request setBreakpoints {"source":{"path":"/s/b.go"},"breakpoints":[{"line":8}]}
    >> adapter #0 response to 2 setBreakpoints {"breakpoints":[{"id":1,"verified":true}]}
    << client #0 response to 2 setBreakpoints {"breakpoints":[{"id":1,"verified":true}]}
    >> client #3 request configurationDone
    << adapter #3 request setBreakpoints {"breakpoints":[{"hitCondition":"3","line":3},{"line":9}],"source":{"name":"a.go","path":"/s/a.go"}}
    >> client #4 request threads
    >> adapter #0 response to 3 setBreakpoints {"breakpoints":[{"id":2,"verified":true,"line":4},{"id":3,"verified":false,"message":"no code there"}]}
    << look at /s/a.go
    << client #0 event breakpoint {"breakpoint":{"id":2,"line":4,"source":{"name":"a.go","path":"/s/a.go"},"verified":true},"reason":"new"}
    << client #0 event breakpoint {"breakpoint":{"id":3,"line":9,"message":"no code there","source":{"name":"a.go","path":"/s/a.go"},"verified":false},"reason":"new"}
    << client #0 event output {"category":"console","output":"Restored 1 breakpoint of 12:40; 2 could not be set: data 0x1 (it means nothing in another session), a.go:9 (no code there).\n"}
    << adapter #4 request configurationDone
    << adapter #5 request threads
    >> adapter #0 response to 4 configurationDone
    << client #0 response to 3 configurationDone
    >> adapter #0 response to 5 threads
    << client #0 response to 4 threads
  )");
  EXPECT_EQ(print(session.take_stored_changes()),
            "source /s/a.go "
            "{\"breakpoints\":[{\"hitCondition\":\"5\",\"hits\":2,\"line\":3},{\"line\":9}]}\n"
            "source /s/b.go {\"breakpoints\":[{\"line\":8}]}\n")
      << "as it was set by people, not as it was asked for";
}

TEST(SessionRestore, AClientsOwnListReplacesTheRestoredOneLater) {
  auto session = configuring();
  session.load_stored({source("/s/a.go", R"([{"line":3},{"line":9}])")}, true, "12:40");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request configurationDone
    << adapter #2 request setBreakpoints {"breakpoints":[{"line":3},{"line":9}],"source":{"name":"a.go","path":"/s/a.go"}}
    >> adapter #0 error to 2 setBreakpoints: not now
    << client #0 event output {"category":"console","output":"Restored 0 breakpoints of 12:40; 2 could not be set: a.go:3 (not now), a.go:9 (not now).\n"}
    << adapter #3 request configurationDone
  )");
  EXPECT_TRUE(session.take_stored_changes().empty()) << "what was not set stays stored as it is";

  auto second = configuring();
  second.load_stored({source("/s/a.go", R"([{"line":3},{"line":9}])")}, true, "12:40");
  EXPECT_TRANSCRIPT(second, R"(
    >> client #3 request configurationDone
    << adapter #2 request setBreakpoints {"breakpoints":[{"line":3},{"line":9}],"source":{"name":"a.go","path":"/s/a.go"}}
    >> adapter #0 response to 2 setBreakpoints {"breakpoints":[{"id":1,"verified":true},{"id":2,"verified":true}]}
    << look at /s/a.go
    << client #0 event breakpoint {"breakpoint":{"id":1,"line":3,"source":{"name":"a.go","path":"/s/a.go"},"verified":true},"reason":"new"}
    << client #0 event breakpoint {"breakpoint":{"id":2,"line":9,"source":{"name":"a.go","path":"/s/a.go"},"verified":true},"reason":"new"}
    << client #0 event output {"category":"console","output":"Restored 2 breakpoints of 12:40.\n"}
    << adapter #3 request configurationDone
    >> client #4 request setBreakpoints {"source":{"path":"/s/a.go"},"breakpoints":[{"line":9}]}
    << adapter #4 request setBreakpoints {"source":{"path":"/s/a.go"},"breakpoints":[{"line":9}]}
    >> adapter #0 response to 4 setBreakpoints {"breakpoints":[{"id":2,"verified":true}]}
    << client #0 event breakpoint {"breakpoint":{"id":1,"verified":false},"reason":"removed"}
    << client #0 response to 4 setBreakpoints {"breakpoints":[{"id":2,"verified":true}]}
  )");
}

TEST(SessionRestore, HoldsUpNobodyWhoWantsTheEnd) {
  auto session = configuring();
  session.load_stored({source("/s/a.go", R"([{"line":3}])")}, true, "12:40");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request configurationDone
    << adapter #2 request setBreakpoints {"breakpoints":[{"line":3}],"source":{"name":"a.go","path":"/s/a.go"}}
    >> client #4 request disconnect {"terminateDebuggee":true}
    << adapter #3 request configurationDone
    << adapter #4 request disconnect {"terminateDebuggee":true}
  )");
}

TEST(SessionRestore, AnAdapterThatDiesMeanwhileLeavesNoRequestUnanswered) {
  auto session = configuring();
  session.load_stored({source("/s/a.go", R"([{"line":3}])")}, true, "12:40");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request configurationDone
    << adapter #2 request setBreakpoints {"breakpoints":[{"line":3}],"source":{"name":"a.go","path":"/s/a.go"}}
    >> adapter lost It has died.
    << client #0 error 503 to 3 configurationDone: It has died.
    << client #0 event output {"category":"important","output":"It has died.\n"}
    << client #0 event terminated
    << end
  )");
}

}  // namespace
}  // namespace nearside::session
