#include "core/inspect/request.hpp"

#include <gtest/gtest.h>

namespace nearside::inspect {
namespace {

Request read(std::string_view command, std::string_view arguments, bool pure_watches = false) {
  return read_request(command, arguments, pure_watches);
}

TEST(PureExpression, IsWhatLooksByNamesMembersIndexesAndArithmetic) {
  for (const auto* const text : {"x",
                                 "a.b",
                                 "p->next->value",
                                 "ns::x",
                                 "list[i]",
                                 "m[\"key\"]",
                                 "a + b*2",
                                 "-x",
                                 "*p",
                                 "&x",
                                 "(a + b) * c",
                                 "x == 3",
                                 "a <= b && !c",
                                 "a if b else c",
                                 "not x in y",
                                 "list[1:2]",
                                 "$rax",
                                 "(int)x",
                                 "x,h",
                                 "größe",
                                 "a << 2",
                                 "x ? y : z",
                                 "'c'",
                                 "a[\"call()\"]",
                                 "1.5e3",
                                 "~x"})
    EXPECT_TRUE(is_pure_expression(text)) << text;
}

TEST(PureExpression, IsNothingThatMayCallAssignOrCommand) {
  for (const auto* const text : {"",           " ",         "f()",
                                 "x.pop()",    "a = 5",     "only_in_outer = 5",
                                 "a += 1",     "a <<= 1",   "i++",
                                 "--i",        "x := 3",    "call f",
                                 "dlv config", "del x",     "print x",
                                 "f(1)(2)",    "a[f()]",    "int(x)",
                                 "f\"{g()}\"", "lambda: 1", "[f for f in g]",
                                 "{1}",        "a; b",      "a\nb",
                                 "`p x",       "x @ y",     "await x",
                                 "<-ch",       "(f)(x)",    "a === b",
                                 "\"open",     "x \\ y",    "new T",
                                 "a[0](1)"})
    EXPECT_FALSE(is_pure_expression(text)) << text;
}

TEST(Request, EvaluateIsAReadOnlyWhereItLooksPurely) {
  EXPECT_EQ(read("evaluate", R"({"expression":"x","context":"watch"})").kind, RequestKind::kRead);
  EXPECT_EQ(read("evaluate", R"({"expression":"x","context":"hover"})").kind, RequestKind::kRead);
  EXPECT_EQ(read("evaluate", R"({"expression":"x","context":"repl"})").kind, RequestKind::kWrite);
  EXPECT_EQ(read("evaluate", R"({"expression":"x"})").kind, RequestKind::kWrite);
  EXPECT_EQ(read("evaluate", R"({"expression":"x=1","context":"watch"})").kind,
            RequestKind::kWrite);
  EXPECT_EQ(read("evaluate", R"({"expression":"x=1","context":"watch"})", true).kind,
            RequestKind::kRead);
  EXPECT_EQ(read("evaluate", R"({"expression":"x=1","context":"hover"})", true).kind,
            RequestKind::kWrite);
}

TEST(Request, WhatIsNotKnownMayChangeEverything) {
  EXPECT_EQ(read("setVariable", "{}").kind, RequestKind::kWrite);
  EXPECT_EQ(read("pydevdSomething", "{}").kind, RequestKind::kWrite);
  EXPECT_EQ(read("continue", "{}").kind, RequestKind::kResume);
  EXPECT_EQ(read("setBreakpoints", "{}").kind, RequestKind::kNeutral);
}

TEST(Request, TheSameQuestionHasOneKeyHoweverItIsWritten) {
  EXPECT_EQ(read("threads", "").key, read("threads", "{}").key);
  EXPECT_EQ(read("stackTrace", R"({"threadId":1,"startFrame":0,"levels":20})").key,
            read("stackTrace", R"({ "levels": 20, "threadId": 1 })").key);
  EXPECT_EQ(read("variables", R"({"variablesReference":7,"start":0,"count":0})").key,
            read("variables", R"({"variablesReference":7})").key);
  EXPECT_NE(read("variables", R"({"variablesReference":7,"filter":"named"})").key,
            read("variables", R"({"variablesReference":7})").key);
  EXPECT_EQ(
      read("evaluate", R"({"expression":"x","context":"hover","frameId":3,"line":4,"column":1})")
          .key,
      read("evaluate", R"({"expression":"x","context":"hover","frameId":3})").key);
}

TEST(Request, NamesTheValuesOfTheStop) {
  const auto stack = read("stackTrace", R"({"threadId":5})");
  EXPECT_EQ(stack.thread, 5);
  EXPECT_EQ(read("scopes", R"({"frameId":1000})").frame, 1000);
  EXPECT_EQ(read("variables", R"({"variablesReference":1001})").reference, 1001);
}

TEST(Request, ArgumentsThatAreNoneAreNotKept) {
  EXPECT_EQ(read("variables", "[1]").kind, RequestKind::kNeutral);
  EXPECT_EQ(read("scopes", "{\"frameId\":").kind, RequestKind::kNeutral);
  const std::string large = R"({"variablesReference":1,"x":")" + std::string(70'000, 'x') + "\"}";
  EXPECT_EQ(read("variables", large).kind, RequestKind::kNeutral);
}

}  // namespace
}  // namespace nearside::inspect
