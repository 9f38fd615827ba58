#include "core/dap/envelope.hpp"

#include "core/dap/limits.hpp"
#include "recording.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <vector>

namespace nearside::dap {
namespace {

using nlohmann::json;

std::string_view cut(std::string_view text, ByteRange range) {
  return text.substr(range.begin, range.length);
}

std::string message_of(std::string_view bytes) {
  const auto envelope = parse_envelope(bytes);
  EXPECT_FALSE(envelope) << "accepted: " << bytes.substr(0, 200);
  return envelope ? "" : envelope.error().message;
}

/// The envelope says of `text` what a whole parser does.
void expect_agreement(const std::string& text) {
  const auto envelope = parse_envelope(text);
  ASSERT_TRUE(envelope) << envelope.error().message << "\n" << text;
  const auto parsed = json::parse(text);
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
    EXPECT_EQ(json::parse(cut(text, *envelope->payload)), parsed[payload]);
  }
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

// --- Message: splicing ---

Message parsed(std::string_view text) {
  return Message::parse(std::string(text)).value();
}

/// After any splice the envelope must say what a fresh look at the bytes does.
void expect_consistent(const Message& message) {
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

TEST(Message, ChangesNothingButTheNumber) {
  auto message = parsed(
      R"( { "type":"response" , "request_seq" : 7,"body":{ "seq":1 },"success":true,"command":"x","seq": 9 } )");
  message.set_request_seq(100'000);
  message.set_seq(-1);
  EXPECT_EQ(
      message.bytes(),
      R"( { "type":"response" , "request_seq" : 100000,"body":{ "seq":1 },"success":true,"command":"x","seq": -1 } )");
  EXPECT_EQ(message.payload(), R"({ "seq":1 })");
  expect_consistent(message);
}

TEST(Message, LeavesTheBytesAloneWhenTheNumberIsTheSame) {
  for (const auto& recorded : recorded_session()) {
    auto message = parsed(recorded.bytes);
    message.set_seq(message.envelope().seq);
    message.set_request_seq(message.envelope().request_seq);
    EXPECT_EQ(message.bytes(), recorded.bytes);
  }
  auto negative_zero = parsed(R"({"seq":-0,"type":"event","event":"e"})");
  negative_zero.set_seq(0);
  EXPECT_EQ(negative_zero.bytes(), R"({"seq":-0,"type":"event","event":"e"})");
}

TEST(Message, PutsInASeqThatWasLeftOut) {
  auto message =
      parsed(R"( {"type":"response","request_seq":7,"success":true,"command":"x","body":{}})");
  message.set_seq(12);
  EXPECT_EQ(
      message.bytes(),
      R"( {"seq":12,"type":"response","request_seq":7,"success":true,"command":"x","body":{}})");
  expect_consistent(message);
  message.set_seq(3);
  message.set_request_seq(8);
  EXPECT_EQ(
      message.bytes(),
      R"( {"seq":3,"type":"response","request_seq":8,"success":true,"command":"x","body":{}})");
  expect_consistent(message);
}

TEST(Message, KeepsItsRangesThroughAnySplices) {
  std::mt19937 random(7);
  for (const auto& recorded : recorded_session()) {
    auto message = parsed(recorded.bytes);
    const auto payload = std::string(message.payload());
    for (int i = 0; i < 6; ++i) {
      message.set_seq(static_cast<std::int64_t>(random()) >> (random() % 30));
      if (message.envelope().type == MessageType::kResponse) {
        message.set_request_seq(-(static_cast<std::int64_t>(random()) >> (random() % 30)));
      }
      expect_consistent(message);
      EXPECT_EQ(message.payload(), payload);
    }
  }
}

TEST(Message, SetsAMemberOfItsPayloadWithTheSmallestChange) {
  const auto set = [](std::string_view text, std::string_view key, std::string_view value) {
    auto message = parsed(text);
    message.set_payload_member(key, value);
    expect_consistent(message);
    return std::move(message).take_bytes();
  };
  EXPECT_EQ(set(R"({"seq":1,"type":"event","event":"e","body":{"a" : 1 , "b":2}})", "a", "true"),
            R"({"seq":1,"type":"event","event":"e","body":{"a" : true , "b":2}})");
  EXPECT_EQ(set(R"({"type":"event","body":{"a" : 1 , "b":2},"event":"e","seq":1})", "c", "[1]"),
            R"({"type":"event","body":{"c":[1],"a" : 1 , "b":2},"event":"e","seq":1})");
  EXPECT_EQ(set(R"({"type":"event","body":{ },"event":"e","seq":1})", "c", "3"),
            R"({"type":"event","body":{"c":3 },"event":"e","seq":1})");
  EXPECT_EQ(set(R"({"type":"event","event":"e","seq":1})", "c", "3"),
            R"({"body":{"c":3},"type":"event","event":"e","seq":1})");
  EXPECT_EQ(set(R"({"type":"event","body":null,"event":"e","seq":1})", "c", "3"),
            R"({"type":"event","body":{"c":3},"event":"e","seq":1})");
  EXPECT_EQ(set(R"({"seq":1,"type":"request","command":"e"})", "c", "3"),
            R"({"arguments":{"c":3},"seq":1,"type":"request","command":"e"})");
  // The same value leaves the bytes as they came.
  const std::string_view same =
      R"({"seq":1,"type":"event","event":"e","body":{"\u0061":true,"b":{"a":false}}})";
  EXPECT_EQ(set(same, "a", "true"), same);
}

TEST(Message, SetsTheOneOfTwoMembersThatParsersTake) {
  auto message = parsed(R"({"seq":1,"type":"event","event":"e","body":{"a":1,"a":2}})");
  message.set_payload_member("a", "3");
  EXPECT_EQ(json::parse(message.bytes())["body"]["a"], 3);
}

// --- Properties ---

/// Any JSON value, of whatever a seeded generator likes.
json any_value(std::mt19937& random, int depth) {
  switch (random() % (depth > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<std::int64_t>(random()) - 2'000'000'000;
    case 3:
      return static_cast<double>(random()) / 7;
    case 4:
      return std::string(random() % 5, '"') + "\\{[,:]}\n\xC3\xA9";
    case 5:
      return std::string(random() % 100, 'x');
    case 6: {
      json list = json::array();
      for (auto i = random() % 5; i > 0; --i) list.push_back(any_value(random, depth - 1));
      return list;
    }
    default: {
      json object = json::object();
      for (auto i = random() % 5; i > 0; --i) {
        const std::vector<std::string> keys{"seq", "type", "body", "\"",
                                            "k" + std::to_string(random() % 100)};
        object[keys[random() % keys.size()]] = any_value(random, depth - 1);
      }
      return object;
    }
  }
}

TEST(EnvelopeProperty, AgreesWithAWholeParserOnAnyMessageAndAfterAnySplice) {
  std::mt19937 random(42);
  for (int round = 0; round < 3000; ++round) {
    json message{{"seq", random() % 100'000}};
    const auto kind = random() % 3;
    message["type"] = kind == 0 ? "request" : kind == 1 ? "response" : "event";
    message[kind == 2 ? "event" : "command"] = "n" + std::string(random() % 20, 'a');
    if (kind == 1) {
      message["request_seq"] = random() % 1000;
      message["success"] = random() % 2 == 0;
    }
    if (random() % 4 != 0) message[kind == 0 ? "arguments" : "body"] = any_value(random, 5);
    message["z" + std::to_string(random() % 10)] = any_value(random, 2);
    const auto text = message.dump(static_cast<int>(random() % 3) - 1,
                                   random() % 2 == 0 ? ' ' : '\t', random() % 2 == 0);
    expect_agreement(text);

    auto spliced = parsed(text);
    spliced.set_seq(static_cast<std::int64_t>(random()));
    message["seq"] = spliced.envelope().seq;
    if (kind == 1) {
      spliced.set_request_seq(static_cast<std::int64_t>(random()));
      message["request_seq"] = spliced.envelope().request_seq;
    }
    expect_consistent(spliced);
    ASSERT_EQ(json::parse(spliced.bytes()), message);
  }
}

TEST(EnvelopeProperty, HoldsForEveryMessageWithAByteChangedOrCutOff) {
  std::mt19937 random(4711);
  const std::string text =
      R"({"seq":12,"type":"response","request_seq":34,"success":true,"command":"x\u0041","body":{"a":[1,{"b":"]}\\"}],"c":null}})";
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = text;
    for (auto i = 1 + random() % 3; i > 0; --i) {
      const auto at = random() % changed.size();
      switch (random() % 3) {
        case 0:
          changed[at] = "{}[],:\"\\ 0-e\x80t"[random() % 14];
          break;
        case 1:
          changed.erase(at, 1 + random() % 10);
          break;
        default:
          changed.insert(at, 1, "{}[],:\"\\ 0-e\x80t"[random() % 14]);
      }
      if (changed.empty()) break;
    }
    auto message = Message::parse(changed);
    if (!message) continue;
    message->set_seq(555);
    message->set_request_seq(666);
    expect_consistent(*message);
    // What a strict parser takes at all, it must understand as we do.
    if (const auto strict = json::parse(changed, nullptr, false); strict.is_object()) {
      auto expected = strict;
      expected["seq"] = 555;
      if (expected["type"] == "response") expected["request_seq"] = 666;
      ASSERT_EQ(json::parse(message->bytes()), expected) << changed;
    }
  }
}

}  // namespace
}  // namespace nearside::dap
