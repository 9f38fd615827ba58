#include "core/link/frame.hpp"

#include "core/link/limits.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nearside::link {
namespace {

using namespace std::string_view_literals;

struct Owned {
  FrameType type;
  std::string payload;
  bool operator==(const Owned&) const = default;
};

/// All frames of `pieces`, or the first fault.
Result<std::vector<Owned>> decode(const std::vector<std::string_view>& pieces,
                                  std::size_t limit = kMaxFramePayload) {
  FrameDecoder decoder(limit);
  std::vector<Owned> frames;
  for (auto piece : pieces) {
    for (;;) {
      const auto frame = decoder.next(piece);
      if (!frame) return frame.error();
      if (!*frame) break;
      frames.push_back({(*frame)->type, std::string((*frame)->payload)});
    }
    EXPECT_TRUE(piece.empty());
  }
  return frames;
}

Fault refusal_of(std::string_view bytes, std::size_t limit = kMaxFramePayload) {
  const auto frames = decode({bytes}, limit);
  if (frames) return {Errc{}, Condition::kInternal, "no refusal"};
  EXPECT_EQ(frames.error().condition, Condition::kPeerViolation);
  return frames.error();
}

std::string three_frames() {
  std::string bytes;
  append_frame(bytes, FrameType::kHello, R"({"a":1})");
  append_number_frame(bytes, FrameType::kAck, 0x0102030405060708);
  append_frame(bytes, FrameType::kGoodbye, "");
  return bytes;
}

TEST(FrameEncoder, WritesTypeLengthAndPayloadBigEndian) {
  std::string bytes;
  append_credit_frame(bytes, 7, 0x1122334455667788);
  EXPECT_EQ(bytes, "\xB2\x00\x00\x0C\x00\x00\x00\x07\x11\x22\x33\x44\x55\x66\x77\x88"sv);
}

TEST(FrameDecoder, GivesTheSameFramesForEveryTwoSplits) {
  const auto bytes = three_frames();
  const std::string_view view = bytes;
  const std::vector<Owned> expected{{FrameType::kHello, R"({"a":1})"},
                                    {FrameType::kAck, "\x01\x02\x03\x04\x05\x06\x07\x08"},
                                    {FrameType::kGoodbye, ""}};
  for (std::size_t first = 0; first <= view.size(); ++first) {
    for (std::size_t second = first; second <= view.size(); ++second) {
      const auto frames =
          decode({view.substr(0, first), view.substr(first, second - first), view.substr(second)});
      ASSERT_TRUE(frames);
      ASSERT_EQ(*frames, expected) << "split at " << first << " and " << second;
    }
  }
}

TEST(FrameDecoder, RefusesAPayloadLargerThanTheLimitBeforeItComesAndNamesBoth) {
  const auto fault = refusal_of("\xB0\x00\x50\x01"sv);
  EXPECT_EQ(fault.code, Errc::kFrameTooLarge);
  EXPECT_EQ(fault.message, "The peer announced a data frame of 20481 bytes; the limit is 20480.");
  EXPECT_TRUE(decode({"\xB0\x00\x50\x00"sv}));
}

TEST(FrameDecoder, HoldsFramesToTheLimitOfTheirPhase) {
  std::string bytes;
  append_frame(bytes, FrameType::kHello, std::string(kMaxHandshakePayload, 'x'));
  append_frame(bytes, FrameType::kData, std::string(kMaxFramePayload, 'x'));
  FrameDecoder decoder(kMaxHandshakePayload);
  std::string_view rest = bytes;
  ASSERT_TRUE(decoder.next(rest));
  decoder.set_max_payload(kMaxFramePayload);
  const auto second = decoder.next(rest);
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->payload.size(), kMaxFramePayload);
}

TEST(FrameDecoder, SaysWhatAPeerLooksLikeThatSpeaksSomethingElse) {
  const auto says = [](std::string_view bytes, std::string_view words) {
    const auto fault = refusal_of(bytes);
    EXPECT_EQ(fault.code, Errc::kFrameMalformed);
    EXPECT_NE(fault.message.find(words), std::string::npos) << fault.message;
  };
  says("GET / HTTP/1.1\r\n", "HTTP");
  says("POST /x HTTP/1.1\r\n", "HTTP");
  says("HTTP/1.1 400 Bad Request\r\n", "web server");
  says("SSH-2.0-OpenSSH_9.2\r\n", "SSH");
  says("Content-Length: 119\r\n", "DAP client");
  says("\x16\x03\x01\x02\x00\x01", "TLS");
  says("bash: line 1: nearside: command not found\n",
       "\"bash: line 1: nearside: command not found\"");
  says("\x01\x02\x03\x04", "begin no frame");
}

TEST(FrameDecoder, SaysTheSameOfTextThatComesByteByByte) {
  FrameDecoder decoder(kMaxHandshakePayload);
  for (const char c : "SSH"sv) {
    std::string_view one(&c, 1);
    ASSERT_TRUE(decoder.next(one));
  }
  std::string_view last = "-";
  const auto refused = decoder.next(last);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("SSH"), std::string::npos);
}

TEST(FrameDecoder, ShowsNoControlCharactersOfAStranger) {
  const auto fault = refusal_of("abcd\x1b[31mred");
  EXPECT_EQ(fault.message.find('\x1b'), std::string::npos);
  EXPECT_NE(fault.message.find("\"abcd\""), std::string::npos);
}

TEST(FrameDecoder, NamesAnUnknownTypeInTheMiddleOfAStream) {
  const auto fault = refusal_of(three_frames() + "GET / HTTP/1.1");
  EXPECT_EQ(fault.code, Errc::kFrameMalformed);
  EXPECT_NE(fault.message.find("0x47"), std::string::npos) << fault.message;
}

}  // namespace
}  // namespace nearside::link
