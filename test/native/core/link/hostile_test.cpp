// One link, and a peer in the test's hand that breaks the rules after an honest handshake. Each
// broken rule ends this link with its own code, is told to the peer, and costs no more memory than
// allowed.
#include "core/link/chunk.hpp"
#include "core/link/frame.hpp"
#include "wire.hpp"

#include <gtest/gtest.h>

#include <random>

namespace nearside::link::testing {
namespace {

using Lines = std::vector<std::string>;

/// A far end under test; the test plays the near end, without compression.
class Victim {
 public:
  explicit Victim(LinkOptions options = far_options()) : side_(std::move(options)) {
    std::string hello;
    append_frame(hello, FrameType::kHello,
                 R"({"protocol":[1,1],"link":"0123456789abcdef0123456789abcdef"})");
    hear(hello);
    EXPECT_TRUE(side_.link.established());
    side_.said();
  }

  void hear(std::string_view bytes) { side_.link.handle_bytes(bytes, Time{0}); }
  void hear_data(std::uint64_t number, std::string_view chunk) {
    std::string bytes;
    const auto frame = begin_frame(bytes, FrameType::kData);
    append_u64(bytes, number);
    append_u16(bytes, static_cast<std::uint16_t>(chunk.size()));
    bytes.append(chunk);
    end_frame(bytes, frame);
    hear(bytes);
  }
  void hear_chunk(ChunkKind kind, ChannelId channel, std::string_view payload) {
    std::string chunk(ChunkHead({kind, channel, std::nullopt, {}}).view());
    chunk.append(payload);
    hear_data(++number_, chunk);
  }
  void open(ChannelId channel) { hear_chunk(ChunkKind::kOpen, channel, "{}"); }

  Side& side() { return side_; }
  std::string output() { return side_.output(1 << 20, Time{0}); }

  void expect_end(Errc code, std::string_view words) {
    side_.said();
    ASSERT_TRUE(side_.end && side_.end->fault) << "the link lives";
    EXPECT_EQ(static_cast<int>(side_.end->fault->code), static_cast<int>(code))
        << side_.end->fault->message;
    EXPECT_EQ(side_.end->fault->condition, Condition::kPeerViolation);
    EXPECT_NE(side_.end->fault->message.find(words), std::string::npos)
        << side_.end->fault->message;
    const auto last = output();
    ASSERT_FALSE(last.empty());
    EXPECT_EQ(static_cast<FrameType>(last[0]), FrameType::kGoodbye) << "and the peer is told";
    EXPECT_EQ(output(), "");
  }

 private:
  Side side_;
  std::uint64_t number_ = 0;
};

TEST(HostilePeer, MustNumberItsFramesWithoutGapOrRepetition) {
  for (const std::uint64_t number : {0ull, 1ull, 3ull, ~0ull}) {
    Victim victim;
    victim.open(1);
    victim.hear_data(number, "chunk");
    victim.expect_end(Errc::kFrameOutOfOrder, "2 was due");
  }
}

TEST(HostilePeer, MayNotAcknowledgeWhatWasNotSent) {
  Victim victim;
  std::string ack;
  append_number_frame(ack, FrameType::kAck, 1);
  victim.hear(ack);
  victim.expect_end(Errc::kFrameOutOfOrder, "acknowledged frame 1");
}

TEST(HostilePeer, MustSendFramesOfTheRightSize) {
  for (const auto type : {FrameType::kAck, FrameType::kCredit, FrameType::kPing, FrameType::kPong,
                          FrameType::kData}) {
    for (const std::size_t size : {0u, 7u, 9u}) {
      Victim victim;
      std::string frame;
      append_frame(frame, type, std::string(size, '\0'));
      victim.hear(frame);
      victim.expect_end(Errc::kFrameMalformed, to_string(type));
    }
  }
}

TEST(HostilePeer, MayNotBeginAgain) {
  for (const auto type : {FrameType::kHello, FrameType::kWelcome, FrameType::kPair,
                          FrameType::kPaired, FrameType::kRefused}) {
    Victim victim;
    std::string frame;
    append_frame(frame, type, "{}");
    victim.hear(frame);
    victim.expect_end(Errc::kFrameUnexpected, to_string(type));
  }
}

TEST(HostilePeer, MayNotAnnounceAFrameOverTheLimit) {
  Victim victim;
  victim.hear(std::string_view("\xB0\xFF\xFF\xFF", 4));
  victim.expect_end(Errc::kFrameTooLarge, "16777215");
}

TEST(HostilePeer, MustAnnounceAChunksLengthTruly) {
  Victim victim;
  std::string bytes;
  const auto frame = begin_frame(bytes, FrameType::kData);
  append_u64(bytes, 1);
  append_u16(bytes, 4);
  bytes.append("12345");
  end_frame(bytes, frame);
  victim.hear(bytes);
  victim.expect_end(Errc::kFrameMalformed, "length");
}

TEST(HostilePeer, MayNotAnnounceAChunkOverTheLimit) {
  Victim victim;
  std::string bytes;
  const auto frame = begin_frame(bytes, FrameType::kData);
  append_u64(bytes, 1);
  append_u16(bytes, kMaxInflatedChunk + 1);
  end_frame(bytes, frame);
  victim.hear(bytes);
  victim.expect_end(Errc::kFrameTooLarge, "16390");
}

TEST(HostilePeer, MustSendWholeChunksOfKnownKinds) {
  Victim short_chunk;
  short_chunk.hear_data(1, "\x02");
  short_chunk.expect_end(Errc::kFrameMalformed, "header");
  for (const char kind : {'\0', '\6', '\x7f', '\xff'}) {
    Victim victim;
    victim.hear_data(1, std::string(1, kind) + std::string(4, '\0'));
    victim.expect_end(Errc::kFrameMalformed, "unknown kind");
  }
}

TEST(HostilePeer, MayOpenOnlyItsOwnNumbersAndEachOnce) {
  for (const ChannelId channel : {0u, 2u, 3u, 1u}) {
    Victim victim;
    victim.open(3);
    victim.open(channel);
    victim.expect_end(Errc::kFrameUnexpected, "may not open");
  }
}

TEST(HostilePeer, MayNotUseAClosedNumberAgain) {
  Victim victim;
  victim.open(1);
  victim.hear_chunk(ChunkKind::kClose, 1, "");
  victim.output();
  victim.open(1);
  victim.expect_end(Errc::kFrameUnexpected, "may not open channel 1");
}

TEST(HostilePeer, MustFinishOneOpeningBeforeTheNext) {
  Victim victim;
  victim.hear_chunk(ChunkKind::kOpenPart, 1, "{");
  victim.open(3);
  victim.expect_end(Errc::kFrameUnexpected, "may not open channel 3");
}

TEST(HostilePeer, MayNotSendAnEndlessOpening) {
  Victim victim;
  const std::string part(kMaxChunkBytes, 'x');
  for (std::size_t i = 0; i < kMaxOpeningBytes / kMaxChunkBytes; ++i)
    victim.hear_chunk(ChunkKind::kOpenPart, 1, part);
  EXPECT_FALSE(victim.side().link.ended());
  victim.hear_chunk(ChunkKind::kOpen, 1, "x");
  victim.expect_end(Errc::kMessageTooLarge, "opening");
}

TEST(HostilePeer, MaySendOnOpenChannelsOnly) {
  for (const auto kind : {ChunkKind::kPart, ChunkKind::kEnd, ChunkKind::kClose}) {
    for (const ChannelId channel : {0u, 1u, 2u, 77u}) {
      Victim victim;
      victim.hear_chunk(kind, channel, "");
      victim.expect_end(Errc::kFrameUnexpected, "closed channel");
    }
    Victim victim;
    victim.open(1);
    victim.hear_chunk(ChunkKind::kClose, 1, "");
    victim.hear_chunk(kind, 1, "");
    victim.expect_end(Errc::kFrameUnexpected, "closed channel 1");
  }
}

TEST(HostilePeer, MayNotSendOnAChannelOfOursBeforeItsOpeningIsOut) {
  Victim victim;
  ASSERT_TRUE(victim.side().link.open_channel("{}", Time{0}));
  victim.hear_chunk(ChunkKind::kEnd, 2, std::string(1, '\0'));
  victim.expect_end(Errc::kFrameUnexpected, "closed channel 2");
}

TEST(HostilePeer, MayNotGiveCreditForAChannelThatNeverWas) {
  for (const ChannelId channel : {0u, 1u, 2u}) {
    Victim victim;
    std::string credit;
    append_credit_frame(credit, channel, 1);
    if (channel != 0) {
      victim.hear(credit);
      victim.expect_end(Errc::kFrameUnexpected, "unknown channel");
    }
  }
}

TEST(HostilePeer, GainsNothingByLoweringOrInflatingCredit) {
  Victim victim;
  const auto channel = *victim.side().link.open_channel("{}", Time{0});
  victim.output();
  std::string credit;
  append_credit_frame(credit, channel, 0);
  append_credit_frame(credit, channel, ~0ull);
  append_credit_frame(credit, channel, 5);
  victim.hear(credit);
  ASSERT_TRUE(victim.side().link.send(channel, MessageKind::kDap,
                                      std::string(2 * kChannelWindow, 'x'), Time{0}));
  std::string out;
  while (victim.side().link.poll_output(out, 1 << 20, Time{0})) {
  }
  EXPECT_GT(out.size(), 2 * kChannelWindow);
  EXPECT_FALSE(victim.side().link.ended());
}

TEST(HostilePeer, MustHaveCredit) {
  Victim victim;
  victim.side().consume = false;
  victim.open(1);
  std::string message(kMaxChunkBytes, 'x');
  message[0] = '\0';
  for (std::size_t i = 0; i < kChannelWindow / kMaxChunkBytes; ++i)
    victim.hear_chunk(ChunkKind::kEnd, 1, message);
  EXPECT_FALSE(victim.side().link.ended());
  victim.hear_chunk(ChunkKind::kEnd, 1, std::string(1, '\0'));
  victim.expect_end(Errc::kCreditExceeded, "channel 1");
}

TEST(HostilePeer, MustGiveEveryMessageAKindAndEveryPartBytes) {
  Victim without;
  without.open(1);
  without.hear_chunk(ChunkKind::kEnd, 1, "");
  without.expect_end(Errc::kFrameMalformed, "without its kind");
  Victim unknown;
  unknown.open(1);
  unknown.hear_chunk(ChunkKind::kEnd, 1, "\x02");
  unknown.expect_end(Errc::kFrameMalformed, "unknown kind");
  Victim endless;
  endless.open(1);
  endless.hear_chunk(ChunkKind::kPart, 1, std::string(1, '\0'));
  endless.hear_chunk(ChunkKind::kPart, 1, "");
  endless.expect_end(Errc::kFrameMalformed, "empty chunk");
}

TEST(HostilePeer, MustGiveReadableReasons) {
  for (const std::string_view reason :
       {"x", "{}", "[]", R"({"code":"1","condition":"","message":""})"}) {
    Victim closing;
    closing.open(1);
    closing.hear_chunk(ChunkKind::kClose, 1, reason);
    closing.expect_end(Errc::kFrameUnexpected, "no readable reason");
    Victim leaving;
    std::string goodbye;
    append_frame(goodbye, FrameType::kGoodbye, reason);
    leaving.hear(goodbye);
    leaving.expect_end(Errc::kFrameMalformed, "readable fault");
  }
}

TEST(HostilePeer, CannotOpenChannelsForEver) {
  Victim victim;
  ChannelId channel = 1;
  for (std::size_t i = 0; i < 2 * kMaxChannels; ++i, channel += 2) victim.open(channel);
  EXPECT_FALSE(victim.side().link.ended());
  EXPECT_EQ(victim.side().said().size(), kMaxChannels);
  victim.open(channel);
  victim.expect_end(Errc::kTooManyChannels, "goes on");
}

TEST(HostilePeer, GetsOneAnswerToAFloodOfPings) {
  Victim victim;
  victim.output();
  std::string pings;
  for (std::uint64_t token = 1; token <= 10'000; ++token)
    append_number_frame(pings, FrameType::kPing, token);
  victim.hear(pings);
  std::string pong;
  append_number_frame(pong, FrameType::kPong, 10'000);
  EXPECT_EQ(victim.output(), pong);
}

/// What the peer has been allowed to send on each channel, read from the victim's credit frames.
void note_credits(std::string_view out, std::map<ChannelId, std::uint64_t>& limits) {
  while (!out.empty()) {
    const auto size = kFrameHeaderBytes + (read_u32(out) & 0xFFFFFF);
    if (static_cast<FrameType>(out[0]) == FrameType::kCredit)
      limits[read_u32(out.substr(4))] = read_u64(out.substr(8));
    out.remove_prefix(size);
  }
}

TEST(HostilePeer, CannotMakeUsHoldAHundredHalfMessagesOfTheLargestSize) {
  Victim victim;
  victim.side().consume = false;
  std::map<ChannelId, std::uint64_t> limits;
  std::map<ChannelId, std::uint64_t> sent;
  for (ChannelId channel = 1; channel < 200; channel += 2) {
    victim.open(channel);
    limits[channel] = kChannelWindow;
  }
  const std::string part(kMaxChunkBytes, '\0');
  std::uint64_t total = 0;
  for (bool went = true; went;) {
    went = false;
    for (auto& [channel, limit] : limits) {
      // The oldest is left unfinished as well, near its end.
      if (sent[channel] + part.size() > std::min<std::uint64_t>(limit, kMaxMessageBytes)) continue;
      victim.hear_chunk(ChunkKind::kPart, channel, part);
      sent[channel] += part.size();
      total += part.size();
      went = true;
    }
    note_credits(victim.output(), limits);
    ASSERT_FALSE(victim.side().link.ended());
  }
  EXPECT_LE(total, kMaxReassemblyBytes + kMaxMessageBytes + 101 * kChannelWindow);
  EXPECT_GE(sent[1], kMaxMessageBytes - kMaxChunkBytes) << "the oldest may always finish";
}

TEST(HostilePeer, CannotFillUsWithMillionsOfEmptyMessages) {
  Victim victim;
  victim.open(1);
  std::map<ChannelId, std::uint64_t> limits{{1, kChannelWindow}};
  // The owner does not come to take its events for a while.
  std::size_t messages = 0;
  for (; messages < limits[1]; ++messages) {
    victim.hear_chunk(ChunkKind::kEnd, 1, std::string(1, '\0'));
    if (messages % 1'000 == 0) note_credits(victim.output(), limits);
  }
  note_credits(victim.output(), limits);
  EXPECT_EQ(limits[1], kChannelWindow) << "no more until they are taken";
  victim.side().take_events(Time{0});
  note_credits(victim.output(), limits);
  EXPECT_EQ(limits[1], messages + kChannelWindow);
}

TEST(HostilePeer, BendsOneByteAndDoesNoHarmOrEndsTheLink) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 3'000; ++round) {
    auto options = near_options();
    options.compress = round % 2;
    Wire wire(options);
    wire.establish();
    const auto channel = wire.open();
    ASSERT_TRUE(wire.near_end.link.send(channel, MessageKind::kDap, noise(200, 1), wire.now));
    ASSERT_TRUE(
        wire.near_end.link.send(channel, MessageKind::kDap, std::string(900, 'x'), wire.now));
    auto bytes = wire.near_end.output(1 << 20, wire.now);
    bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    wire.far_end.link.handle_bytes(bytes, wire.now);
    wire.far_end.take_events(wire.now);
    if (wire.far_end.end) {
      ASSERT_TRUE(wire.far_end.end->fault || bytes.find('\xB5') != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace nearside::link::testing
