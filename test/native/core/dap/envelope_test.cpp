#include "core/dap/envelope.hpp"

#include "agreement.hpp"
#include "core/dap/limits.hpp"
#include "recording.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <vector>

namespace nearside::dap {
namespace {

using nlohmann::json;

std::string message_of(std::string_view bytes) {
  const auto envelope = parse_envelope(bytes);
  EXPECT_FALSE(envelope) << "accepted: " << bytes.substr(0, 200);
  return envelope ? "" : envelope.error().message;
}

TEST(Envelope, ReadsEveryMessageOfARecordedSession) {
  for (const auto& message : recorded_session()) expect_agreement(message.bytes);
}

TEST(Envelope, TakesTheFieldsInAnyOrderWithAnyWhiteSpace) {
  expect_agreement(R"({"seq":1,"type":"request","command":"threads"})");
  expect_agreement(
      "\r\n\t {\t\"command\" :\n\"next\" , \"arguments\"\r:{ \"threadId\" : 1 }\n,\"type\": "
      "\"request\" "
      ",\"seq\" : 12 }\n ");
  expect_agreement(
      R"({"body":[1,[2,{"seq":9}]],"success":false,"unknown":{"type":"event"},"request_seq":-3,)"
      R"("command":"x","seq":0,"type":"response","more":"}{"})");
  expect_agreement(R"({"event":"output","body":null,"type":"event"})");
}

TEST(Envelope, ReadsEscapedKeysAndNames) {
  const auto envelope = parse_envelope(
      R"({"\u0073eq":41,"t\u0079pe":"\u0072equest","comman\u0064":"a\"b\u00e9\ud83d\ude00","\u0061rguments":{}})");
  ASSERT_TRUE(envelope) << envelope.error().message;
  EXPECT_EQ(envelope->seq, 41);
  EXPECT_EQ(envelope->type, MessageType::kRequest);
  EXPECT_EQ(envelope->name, "a\"b\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_TRUE(envelope->payload);
}

TEST(Envelope, IsNotMisledByWhatStandsInStringsOrDeeper) {
  expect_agreement(
      R"({"x":"\",\"seq\":9,\"","seq":1,"y":{"seq":2},"z":["type"],"type":"event","event":"e\\"})");
  expect_agreement(
      R"({"\\\"seq":5,"seq":1,"type":"event","event":"e","body":{"body":{"body":1}}})");
}

TEST(Envelope, NeedsNoSeqButInRequests) {
  const auto event = parse_envelope(R"({"type":"event","event":"initialized"})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->seq_range, ByteRange{});
  EXPECT_TRUE(
      parse_envelope(R"({"type":"response","request_seq":1,"success":true,"command":"x"})"));
  EXPECT_EQ(message_of(R"({"type":"request","command":"x"})"),
            "A message is no DAP message: it has no \"seq\".");
}

TEST(Envelope, TakesDelvesAnswerToAnUnknownRequestWhoseCommandIsEmpty) {
  const auto answer =
      parse_envelope(R"({"type":"response","request_seq":7,"success":false,"command":""})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->request_seq, 7);
  EXPECT_EQ(answer->name, "");
}

TEST(Envelope, RefusesWhatLacksAFieldAndNamesIt) {
  const std::vector<std::pair<std::string, std::string>> lacking{
      {R"({})", "it has no \"type\""},
      {R"({"seq":1,"command":"x"})", "it has no \"type\""},
      {R"({"seq":1,"type":"request"})", "it has no \"command\""},
      {R"({"seq":1,"type":"event","command":"x"})", "it has no \"event\""},
      {R"({"seq":1,"type":"response","success":true,"command":"x"})", "it has no \"request_seq\""},
      {R"({"seq":1,"type":"response","request_seq":1,"command":"x"})", "it has no \"success\""},
      {R"({"seq":1,"type":"response","request_seq":1,"success":true})", "it has no \"command\""},
      {R"({"seq":1,"type":"notice","command":"x"})", "\"type\" is none of"},
      {R"({"seq":1,"type":1,"command":"x"})", "\"type\" is not a string"},
      {R"({"seq":1,"type":"request","command":{}})", "\"command\" is not a string"},
      {R"({"seq":1,"type":"request","command":""})", "\"command\" is empty"},
      {R"({"seq":1,"type":"request","command":"\q"})", "\"command\" has an escape"},
      {R"({"seq":1,"type":"request","command":"\ud800"})", "\"command\" has an escape"},
      {R"({"seq":1,"type":"response","request_seq":1,"success":1,"command":"x"})",
       "\"success\" is neither"},
      {R"({"seq":1,"type":"response","request_seq":1,"success":"true","command":"x"})",
       "\"success\" is neither"},
      {R"({"seq":1,"type":"request","command":")" + std::string(kMaxNameBytes + 1, 'x') + "\"}",
       "more than 256"}};
  for (const auto& [text, what] : lacking) {
    EXPECT_NE(message_of(text).find(what), std::string::npos) << text << "\n" << message_of(text);
    EXPECT_EQ(parse_envelope(text).error().code, Errc::kMessageInvalid);
  }
}

TEST(Envelope, TakesNumbersOnlyAsIntegersThatJavaScriptHoldsExactly) {
  for (const std::string number : {"0", "-0", "-1", "7", "9007199254740992", "-9007199254740992"}) {
    const auto envelope = parse_envelope(R"({"type":"event","event":"e","seq":)" + number + "}");
    ASSERT_TRUE(envelope) << number;
    EXPECT_EQ(envelope->seq, std::stoll(number));
    EXPECT_EQ(envelope->seq_range.length, number.size());
  }
  for (const std::string number : {"9007199254740993",
                                   "-9007199254740993",
                                   "18446744073709551617",
                                   "1.0",
                                   "1e3",
                                   "1E0",
                                   "01",
                                   "-",
                                   "--1",
                                   "+1",
                                   "-01",
                                   "0x1",
                                   "NaN",
                                   "null",
                                   "\"1\"",
                                   "[1]",
                                   "{}",
                                   "true",
                                   "1\"2\"",
                                   "99999999999999999999999999999999999"}) {
    EXPECT_NE(message_of(R"({"type":"event","event":"e","seq":)" + number + "}"), "") << number;
  }
}

TEST(Envelope, RefusesAFieldThatIsThereTwice) {
  EXPECT_NE(message_of(R"({"seq":1,"type":"event","event":"e","seq":1})").find("\"seq\" twice"),
            std::string::npos);
  EXPECT_NE(message_of(R"({"seq":1,"type":"event","event":"e","s\u0065q":1})").find("twice"),
            std::string::npos);
  EXPECT_NE(message_of(R"({"seq":1,"type":"event","event":"e","body":1,"body":2})").find("twice"),
            std::string::npos);
  // Of others it is nobody's business here.
  EXPECT_TRUE(
      parse_envelope(R"({"seq":1,"type":"event","event":"e","x":1,"x":2,"body":{"a":1,"a":2}})"));
}

TEST(Envelope, RefusesWhatIsNoJsonObjectAndSaysWhy) {
  const std::string good = R"({"seq":1,"type":"event","event":"e"})";
  const std::vector<std::pair<std::string, std::string>> bad{
      {"", "it is empty"},
      {" \n", "white space"},
      {"hello", "not an object"},
      {"[" + good + "]", "not an object"},
      {"null", "not an object"},
      {"\xEF\xBB\xBF" + good, "byte order mark"},
      {good + good, "follows the object, at byte 36"},
      {good + " x", "follows the object, at byte 37"},
      {good + "}", "follows the object"},
      {good.substr(0, good.size() - 1), "ends too early"},
      {good.substr(0, good.size() - 2), "ends inside a string"},
      {R"({"seq":1,"type":"event","event":"e",})", "unexpected at byte 36"},
      {R"({,"seq":1,"type":"event","event":"e"})", "unexpected at byte 1"},
      {R"({"seq" 1,"type":"event","event":"e"})", "unexpected at byte 7"},
      {R"({"seq":1 "type":"event","event":"e"})", "unexpected at byte 9"},
      {R"({"seq":1,"type":"event","event":"e"])", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":[}})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":{]})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":{"a"}})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":{1:2}})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":{"a":1,}})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":[1,]})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":[1 2]})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":[,1]})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":[1:2]})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"e","body":})", "unexpected"},
      {R"({seq:1,"type":"event","event":"e"})", "unexpected"},
      {R"({"seq":1,"type":"event","event":"a)"
       "\n"
       R"(b"})",
       "control character"},
      {R"({"seq":1,"type":"event","event":"e","x":")"
       "\xff\"}",
       "not UTF-8"},
      {R"({"seq":1,"type":"event","event":"e","x":")"
       "\xed\xa0\x80\"}",
       "not UTF-8"},
      {R"({"seq":1,"type":"event","event":"e","x":")"
       "\xc0\xaf\"}",
       "not UTF-8"}};
  for (const auto& [text, what] : bad) {
    const auto message = message_of(text);
    EXPECT_NE(message.find(what), std::string::npos) << text << "\n" << message;
    EXPECT_EQ(parse_envelope(text).error().code, Errc::kBodyNotJson) << text;
  }
}

TEST(Envelope, PassesOnNumbersAndEscapesInsideABodyAsTheyAre) {
  // Python writes NaN, and some clients read it: what a body says is between the two of them.
  EXPECT_TRUE(
      parse_envelope(R"({"seq":1,"type":"event","event":"e","body":{"a":NaN,"b":"\q","c":01}})"));
}

TEST(Envelope, RefusesNestingBeyondTheLimitWithoutRecursing) {
  const auto nested = [](std::size_t depth, std::string_view open, std::string_view close) {
    std::string text = R"({"seq":1,"type":"event","event":"e","body":)";
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += "0";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text + "}";
  };
  EXPECT_TRUE(parse_envelope(nested(kMaxDepth - 1, "[", "]")));
  EXPECT_TRUE(parse_envelope(nested(kMaxDepth - 1, "{\"a\":", "}")));
  EXPECT_NE(message_of(nested(kMaxDepth, "[", "]")).find("nested deeper than 1024"),
            std::string::npos);
  EXPECT_NE(message_of(nested(100'000, "[", "]")).find("nested deeper"), std::string::npos);
  EXPECT_NE(message_of(nested(100'000, "{\"a\":", "}")).find("nested deeper"), std::string::npos);
}

TEST(Envelope, ReadsAHugeMessageAndSmallOnesAfterIt) {
  std::string huge = R"({"seq":1,"type":"event","event":"memory","body":{"data":")" +
                     std::string(20'000'000, 'A') + R"(","x":[)";
  for (int i = 0; i < 100'000; ++i) huge += "[],";
  huge += "0]}}";
  const auto envelope = parse_envelope(huge);
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->payload->begin + envelope->payload->length, huge.size() - 1);
  expect_agreement(R"({"seq":1,"type":"request","command":"threads"})");
}

TEST(BrokenRequest, CanBeAnsweredWhenItsSeqCanBeRead) {
  const auto broken = find_broken_request(R"({"seq":5,"type":"request","command":7})");
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->seq, 5);
  EXPECT_EQ(broken->command, "unknown");
  EXPECT_EQ(find_broken_request(
                R"({"seq":5,"type":"request","command":"next","arguments":1,"arguments":2})")
                ->command,
            "next");
  EXPECT_FALSE(find_broken_request(R"({"seq":"5","type":"request","command":"next"})"));
  EXPECT_FALSE(find_broken_request(R"({"seq":5,"type":"event"})"));
  EXPECT_FALSE(find_broken_request(R"({"seq":5,"type":"request")"));
  EXPECT_FALSE(find_broken_request(""));
}

}  // namespace
}  // namespace nearside::dap
