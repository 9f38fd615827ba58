#include "core/dap/frame.hpp"

#include "recording.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace nearside::dap {
namespace {

using Bodies = std::vector<std::string>;

/// Takes what there is; stops at the first fault.
std::optional<Fault> drain(FrameDecoder& decoder, Bodies& bodies) {
  while (true) {
    auto body = decoder.next();
    if (!body) return body.error();
    if (!*body) return std::nullopt;
    bodies.push_back(*std::move(*body));
  }
}

Fault fault_of(std::string_view stream, FrameLimits limits = {}) {
  FrameDecoder decoder(limits);
  decoder.feed(stream);
  Bodies bodies;
  const auto fault = drain(decoder, bodies);
  EXPECT_TRUE(fault) << "accepted: " << stream;
  return fault.value_or(Fault{});
}

bool mentions(const Fault& fault, std::string_view text) {
  return fault.message.find(text) != std::string::npos;
}

TEST(FrameDecoder, GivesTheBodiesOfOneReadInOrder) {
  FrameDecoder decoder;
  decoder.feed(
      "Content-Length: 2\r\n\r\n{}Content-Length: 0\r\n\r\nContent-Length: 4\r\n\r\n{ }\n");
  Bodies bodies;
  EXPECT_FALSE(drain(decoder, bodies));
  EXPECT_EQ(bodies, (Bodies{"{}", "", "{ }\n"}));
  EXPECT_TRUE(decoder.finish());
}

TEST(FrameDecoder, GivesTheSameBodiesForEverySplitInTwo) {
  const std::string stream =
      "Content-Length: 18\r\n\r\n{\"seq\":1,\"a\":\"\xC3\xA9\"}"
      "content-length:2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}"
      "X-Empty:\r\nCONTENT-LENGTH: \t 0003 \r\n\r\n\r\n\r"
      "Content-Length: 0\r\nContent-Length: 0\r\n\r\n";
  const Bodies expected{"{\"seq\":1,\"a\":\"\xC3\xA9\"}", "{}", "\r\n\r", ""};
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    FrameDecoder decoder;
    Bodies bodies;
    decoder.feed(std::string_view(stream).substr(0, split));
    ASSERT_FALSE(drain(decoder, bodies)) << split;
    decoder.feed(std::string_view(stream).substr(split));
    ASSERT_FALSE(drain(decoder, bodies)) << split;
    ASSERT_EQ(bodies, expected) << split;
    ASSERT_TRUE(decoder.finish());
  }
}

TEST(FrameDecoder, ReadsARecordedSessionByteForByteAtEverySplit) {
  Bodies expected;
  std::string stream;
  for (const auto& message : recorded_session()) {
    expected.push_back(message.bytes);
    stream += encode_frame(message.bytes);
  }
  // Two cuts at a time: one decoder lives on, so that its buffers are in every state.
  for (std::size_t split = 0; split < stream.size(); split += 7) {
    FrameDecoder decoder;
    Bodies bodies;
    decoder.feed(std::string_view(stream).substr(0, split));
    ASSERT_FALSE(drain(decoder, bodies));
    decoder.feed(std::string_view(stream).substr(split));
    ASSERT_FALSE(drain(decoder, bodies));
    ASSERT_TRUE(bodies == expected) << "split at " << split;
  }
  FrameDecoder decoder;
  Bodies bodies;
  for (const char& byte : stream) {
    decoder.feed({&byte, 1});
    ASSERT_FALSE(drain(decoder, bodies));
  }
  EXPECT_TRUE(bodies == expected);
}

TEST(FrameDecoder, DecodesWhatWasEncodedHoweverItIsSplit) {
  std::mt19937 random(20240501);
  for (int round = 0; round < 300; ++round) {
    Bodies expected;
    std::string stream;
    for (auto count = random() % 8; count > 0; --count) {
      std::string body(random() % (round % 10 == 0 ? 300'000 : 300), '\0');
      for (char& c : body) c = static_cast<char>(random());
      stream += encode_frame(body);
      expected.push_back(std::move(body));
    }
    FrameDecoder decoder;
    Bodies bodies;
    for (std::string_view rest = stream; !rest.empty();) {
      const auto piece = rest.substr(0, 1 + random() % (round % 3 == 0 ? 5 : 70'000));
      decoder.feed(piece);
      rest.remove_prefix(piece.size());
      // Whether it is drained each time or late must not matter.
      if (random() % 2 == 0) {
        ASSERT_FALSE(drain(decoder, bodies));
      }
    }
    ASSERT_FALSE(drain(decoder, bodies));
    ASSERT_TRUE(bodies == expected) << round;
    ASSERT_TRUE(decoder.finish());
  }
}

TEST(FrameDecoder, LeavesRoomBehindABodyForALongerSeq) {
  for (const std::size_t size : {0U, 1U, 100U, 70'000U}) {
    FrameDecoder decoder;
    const auto frame = encode_frame(std::string(size, 'x'));
    decoder.feed(frame.substr(0, frame.size() / 2));
    Bodies bodies;
    ASSERT_FALSE(drain(decoder, bodies));
    decoder.feed(frame.substr(frame.size() / 2));
    auto body = decoder.next();
    ASSERT_TRUE(body && *body);
    EXPECT_GE((*body)->capacity(), size + kSpareBodyBytes);
  }
}

TEST(FrameDecoder, TakesMemoryForWhatCameAndNotForWhatIsClaimed) {
  FrameDecoder decoder;
  decoder.feed("Content-Length: 60000000\r\n\r\n");
  Bodies bodies;
  ASSERT_FALSE(drain(decoder, bodies));
  decoder.feed(std::string(1000, 'x'));
  ASSERT_FALSE(drain(decoder, bodies));
  EXPECT_LT(decoder.capacity(), 1'000'000U);
}

TEST(FrameDecoder, GivesBackTheMemoryOfAHugeMessage) {
  FrameDecoder decoder;
  decoder.feed(encode_frame(std::string(20'000'000, 'x')));
  Bodies bodies;
  ASSERT_FALSE(drain(decoder, bodies));
  ASSERT_EQ(bodies.size(), 1U);
  decoder.feed("C");
  EXPECT_LT(decoder.capacity(), 1'000'000U);
}

TEST(FrameDecoder, RefusesABodyLargerThanTheLimitAndNamesBoth) {
  const auto fault = fault_of("Content-Length: 67108865\r\n\r\n");
  EXPECT_EQ(fault.code, Errc::kBodyTooLarge);
  EXPECT_TRUE(mentions(fault, "67108865") && mentions(fault, "67108864")) << fault.message;
  FrameDecoder decoder;
  decoder.feed("Content-Length: 67108864\r\n\r\n");
  EXPECT_TRUE(decoder.next());
}

TEST(FrameDecoder, RefusesALengthThatNoIntegerHolds) {
  for (const std::string length :
       {"18446744073709551616", "99999999999999999999999999", "18446744073709551615"}) {
    EXPECT_EQ(fault_of("Content-Length: " + length + "\r\n\r\n").code, Errc::kBodyTooLarge)
        << length;
  }
  EXPECT_EQ(fault_of("Content-Length: 5\r\n\r\n", {.body_bytes = 4}).code, Errc::kBodyTooLarge);
  EXPECT_EQ(fault_of("Content-Length: 11\r\n\r\n", {.body_bytes = 10}).code, Errc::kBodyTooLarge);
}

TEST(FrameDecoder, RefusesALengthThatIsNoCount) {
  for (const std::string length :
       {"-1", "+5", "", " ", "0x10", "1 2", "12a", "1.5", "1e3", "\xD9\xA1"}) {
    const auto fault = fault_of("Content-Length: " + length + "\r\n\r\n");
    EXPECT_EQ(fault.code, Errc::kContentLengthInvalid) << length;
    EXPECT_EQ(fault.condition, Condition::kPeerViolation);
  }
}

TEST(FrameDecoder, RefusesTwoLengthsThatDiffer) {
  const auto fault = fault_of("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}");
  EXPECT_EQ(fault.code, Errc::kContentLengthInvalid);
  EXPECT_TRUE(mentions(fault, "2") && mentions(fault, "3"));
}

TEST(FrameDecoder, RefusesAHeaderWithoutALength) {
  EXPECT_EQ(fault_of("\r\n").code, Errc::kContentLengthMissing);
  EXPECT_EQ(fault_of("Content-Type: x\r\n\r\n").code, Errc::kContentLengthMissing);
}

TEST(FrameDecoder, RefusesWhatIsNoHeaderAndQuotesHowItBegins) {
  const std::vector<std::pair<std::string, std::string>> rubbish{
      {"panic: runtime error: index out of range\n", "panic: runtime error: index out of range\\n"},
      {"Traceback (most recent call last):\n", "Traceback (most"},
      {"{\"seq\":1}", "{\\\"seq\\\":1}"},
      {"GET / HTTP/1.1\r\n", "GET / HTTP/1.1"},
      {"Content-Length 5\r\n\r\n", "Content-Length 5"},
      {"Content-Length\r\n\r\n", "Content-Length\\r\\n"},
      {"Content-Length: 5\n\n", "Content-Length: 5\\n"},
      {"Content-Length: 5\r\r\n", "Content-Length: 5\\r\\r"},
      {": 5\r\n\r\n", ": 5"},
      {std::string("\0\1\xff", 3), "\\x00\\x01\\xff"},
      {"\xEF\xBB\xBF"
       "Content-Length: 2\r\n\r\n{}",
       "\\xef\\xbb\\xbf"},
      {"Content-Length: 2\x7f\r\n\r\n{}", "Content-Length: 2\\x7f"}};
  for (const auto& [stream, quoted] : rubbish) {
    const auto fault = fault_of(stream);
    EXPECT_EQ(fault.code, Errc::kHeaderMalformed) << stream;
    EXPECT_TRUE(mentions(fault, quoted)) << fault.message;
    // After whole messages just as at the beginning.
    EXPECT_TRUE(mentions(fault_of("Content-Length: 2\r\n\r\n{}" + stream), quoted));
  }
}

TEST(FrameDecoder, QuotesNoMoreThanALineOfRubbish) {
  const auto fault = fault_of("Error: " + std::string(5000, 'x') + "\n");
  EXPECT_TRUE(mentions(fault, "Error: xxx"));
  EXPECT_LT(fault.message.size(), 300U);
}

TEST(FrameDecoder, RefusesTheSameRubbishForEverySplit) {
  for (const std::string stream :
       {"Content-Length: 2\r\n\r\n{}\nContent-Length: 2", "Content-Length: 2\r\nfoo\r\n\r\n{}",
        "Content-Length: 1\r\ncontent-length: 2\r\n\r\n{}"}) {
    const auto expected = fault_of(stream).code;
    for (std::size_t split = 0; split <= stream.size(); ++split) {
      FrameDecoder decoder;
      Bodies bodies;
      decoder.feed(std::string_view(stream).substr(0, split));
      auto fault = drain(decoder, bodies);
      decoder.feed(std::string_view(stream).substr(split));
      if (!fault) fault = drain(decoder, bodies);
      ASSERT_TRUE(fault);
      EXPECT_EQ(fault->code, expected);
    }
  }
}

TEST(FrameDecoder, RefusesAHeaderLongerThanItsLimits) {
  EXPECT_EQ(fault_of("X: " + std::string(kMaxHeaderBytes, 'x')).code, Errc::kHeaderTooLong);
  EXPECT_EQ(fault_of(std::string(kMaxHeaderBytes + 1, 'x')).code, Errc::kHeaderTooLong);
  std::string fields;
  for (std::size_t i = 0; i < kMaxHeaderFields; ++i) fields += "X: y\r\n";
  EXPECT_EQ(fault_of(fields + "X: y\r\n").code, Errc::kHeaderTooLong);

  // What just fits is taken.
  const std::string length = "Content-Length: 0\r\n";
  const auto fill = kMaxHeaderBytes - length.size() - 7;
  FrameDecoder decoder;
  decoder.feed(length + "X: " + std::string(fill, 'x') + "\r\n\r\n" + fields.substr(6) + length +
               "\r\n");
  Bodies bodies;
  EXPECT_FALSE(drain(decoder, bodies));
  EXPECT_EQ(bodies.size(), 2U);
}

TEST(FrameDecoder, RepeatsItsFaultAndTakesNothingMore) {
  FrameDecoder decoder;
  decoder.feed("rubbish\n");
  const auto first = decoder.next().error();
  decoder.feed("Content-Length: 2\r\n\r\n{}");
  EXPECT_EQ(decoder.next().error(), first);
  EXPECT_EQ(decoder.finish().error(), first);
}

TEST(FrameDecoder, SaysWhereAStreamEndedInsideAMessage) {
  FrameDecoder in_body;
  in_body.feed("Content-Length: 10\r\n\r\n{\"a\"");
  ASSERT_TRUE(in_body.next());
  const auto body_fault = in_body.finish().error();
  EXPECT_EQ(body_fault.code, Errc::kUnexpectedEnd);
  EXPECT_TRUE(mentions(body_fault, "4 of its 10 bytes")) << body_fault.message;

  FrameDecoder in_header;
  in_header.feed("Content-Length: 2\r\n\r\n{}bye");
  Bodies bodies;
  ASSERT_FALSE(drain(in_header, bodies));
  const auto header_fault = in_header.finish().error();
  EXPECT_EQ(header_fault.code, Errc::kUnexpectedEnd);
  EXPECT_TRUE(mentions(header_fault, "\"bye\"")) << header_fault.message;
  EXPECT_TRUE(FrameDecoder().finish());
}

TEST(FrameHeader, SaysTheLength) {
  EXPECT_EQ(frame_header(0), "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(encode_frame("{}"), "Content-Length: 2\r\n\r\n{}");
}

}  // namespace
}  // namespace nearside::dap
