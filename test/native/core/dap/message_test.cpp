// Splicing: what a Message changes of its bytes, and that its envelope always fits them.
#include "agreement.hpp"
#include "recording.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <random>
#include <vector>

namespace nearside::dap {
namespace {

using nlohmann::json;

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

TEST(Message, ReplacesRangesOfItsPayloadAndNothingElse) {
  auto message = parsed(
      R"({"seq":1,"body":{"a":"x","b":[1,22]},"type":"response","command":"c","request_seq":9,"success":true})");
  const auto at = [&](std::string_view token) {
    return ByteRange{message.bytes().find(token), token.size()};
  };
  const std::vector<Message::Splice> splices{
      {at(R"("x")"), R"("longer than before")"}, {at("1,22"), "7"}, {{at("]").begin, 0}, ",8"}};
  message.replace(splices);
  EXPECT_EQ(
      message.bytes(),
      R"({"seq":1,"body":{"a":"longer than before","b":[7,8]},"type":"response","command":"c","request_seq":9,"success":true})");
  EXPECT_EQ(message.payload(), R"({"a":"longer than before","b":[7,8]})");
  expect_consistent(message);
  message.set_seq(12345);
  message.set_request_seq(12345);
  expect_consistent(message);
}

TEST(Message, IsUntouchedByNoSplices) {
  auto message = parsed(R"({"seq":1,"type":"event","event":"e"})");
  const auto* const before = message.bytes().data();
  message.replace({});
  EXPECT_EQ(message.bytes().data(), before);
}

TEST(Message, ReplacesAnyNumbersOfARecordedPayload) {
  std::mt19937 random(3);
  for (const auto& recorded : recorded_session()) {
    auto message = parsed(recorded.bytes);
    std::string expected = recorded.bytes;
    std::vector<Message::Splice> splices;
    if (!message.envelope().payload) continue;
    const auto [begin, length] = *message.envelope().payload;
    for (auto i = begin; i + 1 < begin + length; ++i) {
      if (recorded.bytes[i] == ':' && recorded.bytes[i + 1] >= '1' && recorded.bytes[i + 1] <= '9')
        splices.push_back({{i + 1, 1}, std::to_string(1 + random() % 1000)});
    }
    for (auto splice = splices.rbegin(); splice != splices.rend(); ++splice)
      expected.replace(splice->range.begin, 1, splice->text);
    message.replace(splices);
    EXPECT_EQ(message.bytes(), expected);
    expect_consistent(message);
  }
}

TEST(Message, TakesAMemberOutWithItsComma) {
  const std::vector<std::array<std::string, 3>> cases{
      {R"({"x":1})", "{}", "1"},
      {R"({ "x" : [1,2] })", "{  }", "[1,2]"},
      {R"({"x":1,"a":2})", R"({"a":2})", "1"},
      {R"({"a":2,"x":{"x":3}})", R"({"a":2})", R"({"x":3})"},
      {R"({"a":2 , "x" : 1 ,"b":3})", R"({"a":2 ,"b":3})", "1"},
      {R"({"x":1,"x":2,"a":3,"\u0078":4,"x":5,"b":6,"x":7})", R"({"a":3,"b":6})", "7"},
      {R"({"x":1,"x":2})", "{}", "2"},
  };
  for (const auto& [before, after, value] : cases) {
    auto message =
        parsed(R"({"seq":1,"arguments":)" + before + R"(,"type":"request","command":"c"})");
    EXPECT_EQ(message.take_payload_member("x"), value) << before;
    EXPECT_EQ(message.payload(), after);
    expect_consistent(message);
    EXPECT_EQ(message.take_payload_member("x"), std::nullopt);
  }
  auto without = parsed(R"({"seq":1,"type":"request","command":"c"})");
  EXPECT_EQ(without.take_payload_member("x"), std::nullopt);
}

}  // namespace
}  // namespace nearside::dap
