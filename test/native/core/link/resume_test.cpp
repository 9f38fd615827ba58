// A link that outlives its transports: whatever byte the transport breaks at, in either direction,
// in handshakes and replays too, every message arrives once, whole and in order. A failure prints
// its seed; NEARSIDE_SEED=N runs that one alone, NEARSIDE_CUTS=N cuts so often altogether.
#include "core/link/frame.hpp"
#include "road.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace nearside::link::testing {
namespace {

using Lines = std::vector<std::string>;

Road established(LinkOptions near_end = resumable_near_options()) {
  Road road(std::move(near_end));
  road.settle();
  return road;
}

ChannelId open(Road& road) {
  const auto channel = *road.near_end.link.open_channel("{}", road.now);
  road.settle();
  (void)road.near_end.said();
  (void)road.far_end.said();
  return channel;
}

TEST(ResumedLink, IsAgreedOnByBothEndsOnly) {
  auto road = established();
  EXPECT_EQ(road.near_end.said(), Lines{"established 0123 v1 zstd resumable far-product/1"});
  EXPECT_EQ(road.far_end.said(), Lines{"established 0123 v1 zstd resumable near-product/1"});
  auto plain = established(near_options());
  EXPECT_EQ(plain.far_end.said(), Lines{"established 0123 v1 zstd near-product/1"});
  plain.cut();
  EXPECT_EQ(plain.near_end.said().back(), "ended 402 cut");
  EXPECT_TRUE(plain.far_end.link.ended());
}

TEST(ResumedLink, GoesOnWithWhatWasSentMeanwhileAndWhatWasUnderWay) {
  auto road = established();
  const auto channel = open(road);
  ASSERT_TRUE(road.near_end.link.send(channel, MessageKind::kDap, "under way", road.now));
  std::string lost;
  road.near_end.link.poll_output(lost, 1000, road.now);
  road.cut();
  EXPECT_EQ(road.near_end.said(), Lines{"suspended 402 cut"});
  EXPECT_EQ(road.far_end.said(), Lines{"suspended 402 cut"});
  EXPECT_TRUE(road.near_end.link.established() && road.near_end.link.suspended());
  ASSERT_TRUE(road.near_end.link.send(channel, MessageKind::kDap, "meanwhile", road.now));
  ASSERT_TRUE(road.far_end.link.send(channel, MessageKind::kDap, "an answer", road.now));
  road.connect();
  road.settle();
  EXPECT_EQ(road.near_end.said(), (Lines{"resumed", "1 dap an answer"}));
  EXPECT_EQ(road.far_end.said(), (Lines{"resumed", "1 dap under way", "1 dap meanwhile"}));
  EXPECT_EQ(road.near_end.link.counters().resumes, 1u);
}

TEST(ResumedLink, OpensAndClosesChannelsThatWereWishedForMeanwhile) {
  auto road = established();
  const auto first = open(road);
  road.cut();
  (void)road.near_end.said();
  (void)road.far_end.said();
  ASSERT_TRUE(road.near_end.link.open_channel(R"({"new":1})", road.now));
  road.near_end.link.close_channel(first, std::nullopt, road.now);
  road.connect();
  road.settle();
  EXPECT_EQ(road.far_end.said(), (Lines{"resumed", "3 opened {\"new\":1}", "1 closed"}));
}

TEST(ResumedLink, GoesOnAlthoughTheFarEndHasNotNoticedThatTheOldTransportIsGone) {
  auto road = established();
  const auto channel = open(road);
  ASSERT_TRUE(road.far_end.link.send(channel, MessageKind::kDap, "into the void", road.now));
  std::string lost;
  road.far_end.link.poll_output(lost, 1000, road.now);
  road.cut(true, false);
  road.connect();
  road.settle();
  EXPECT_EQ(road.near_end.said().back(), "1 dap into the void");
}

TEST(ResumedLink, IsSuspendedBySilenceAndAsksNobodyMeanwhile) {
  auto road = established();
  road.cut(false, false);
  for (int step = 0; step < 10; ++step) {
    road.now += Time{1'000};
    road.near_end.link.handle_time(road.now);
    std::string lost;
    road.near_end.link.poll_output(lost, 1000, road.now);
  }
  const auto said = road.near_end.said();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[1].substr(0, 13), "suspended 210");
  EXPECT_EQ(road.near_end.link.next_timeout(), std::nullopt);
  EXPECT_EQ(road.near_end.output(1000, road.now), "");
}

TEST(ResumedLink, IsRefusedWithoutItsSecretAndTheLinkGoesOn) {
  auto road = established();
  open(road);
  const auto refused = road.far_end.link.resume(
      {std::string(kLinkId), "ffffffffffffffffffffffffffffffff", 1}, road.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kLinkUnknown);
  const auto forgot =
      road.far_end.link.resume({std::string(kLinkId), std::string(kSecret), 99}, road.now);
  ASSERT_FALSE(forgot);
  EXPECT_EQ(forgot.error().code, Errc::kLinkUnknown);
  EXPECT_FALSE(road.far_end.link.suspended());
  EXPECT_EQ(road.far_end.said(), Lines{});
}

TEST(ResumedLink, EndsWhenTheFarEndNoLongerHasIt) {
  auto road = established();
  open(road);
  road.cut();
  (void)road.near_end.said();
  road.far_end.link.abandon({Errc::kStopped, Condition::kUnreachable, "restarted"}, road.now);
  road.connect();
  road.settle();
  const auto said = road.near_end.said();
  ASSERT_EQ(said.size(), 3u);
  EXPECT_EQ(said[0].substr(0, 11), "refused 212");
  EXPECT_EQ(said[1].substr(0, 8), "1 closed");
  EXPECT_EQ(said[2].substr(0, 9), "ended 212");
}

TEST(ResumedLink, TriesAgainAfterAHandshakeThatTookTooLongOrWasNonsense) {
  auto road = established();
  open(road);
  road.cut();
  (void)road.near_end.said();
  road.connect();
  road.now += kHandshakeLimit;
  road.near_end.link.handle_time(road.now);
  EXPECT_EQ(road.near_end.said().front().substr(0, 13), "suspended 209");
  road.connect();
  road.near_end.link.handle_bytes("HTTP/1.1 400 Bad Request", road.now);
  EXPECT_EQ(road.near_end.said().front().substr(0, 13), "suspended 201");
  road.connect();
  road.settle();
  EXPECT_EQ(road.near_end.said(), Lines{"resumed"});
}

TEST(ResumedLink, KeepsNoMoreThanItsLimitAndThenStopsSending) {
  auto near_options = resumable_near_options();
  near_options.compress = false;
  auto road = established(near_options);
  const auto channel = open(road);
  road.far_end.consume = true;
  // The near end sends and hears no acknowledgement, since nothing comes back.
  for (int message = 0; message < 40; ++message)
    ASSERT_TRUE(road.near_end.link.send(channel, MessageKind::kDap, noise(500'000, 7), road.now));
  std::string sent;
  for (int turn = 0; turn < 2000; ++turn) {
    std::string out;
    if (!road.near_end.link.poll_output(out, 64 * 1024, road.now)) break;
    sent += out;
  }
  EXPECT_LE(road.near_end.link.counters().kept_bytes, kMaxKeptBytes);
  road.cut();
  road.connect();
  road.settle();
  EXPECT_EQ(road.far_end.messages[channel].size(), 40u);
}

TEST(ResumedLink, SharesAMemoryLimitWithOthersButIsNeverStarvedByThem) {
  auto budget = std::make_shared<KeptBudget>();
  budget->bytes = kMaxKeptTogether;  // Others are away and keep it all.
  auto options = resumable_far_options();
  options.kept_budget = budget;
  Road road(resumable_near_options(), options);
  road.settle();
  const auto channel = open(road);
  const auto message = noise(3'000'000, 3);
  ASSERT_TRUE(road.far_end.link.send(channel, MessageKind::kDap, message, road.now));
  std::string out;
  while (road.far_end.link.poll_output(out, 64 * 1024, road.now)) {
  }
  EXPECT_LE(road.far_end.link.counters().kept_bytes, kAlwaysKeptBytes);
  EXPECT_EQ(budget->bytes, kMaxKeptTogether + road.far_end.link.counters().kept_bytes);
  road.cut();
  road.connect();
  road.settle();
  EXPECT_EQ(road.near_end.messages[channel], std::vector<std::string>{message});
}

/// Both ends say three messages; the transport breaks after `bytes` of one direction.
void cut_after(std::size_t bytes, bool towards_far, bool in_second_handshake) {
  SCOPED_TRACE(std::to_string(bytes) + (towards_far ? " to far" : " to near"));
  auto road = established();
  const auto channel = open(road);
  const auto say = [&](Side& side, const std::string& word) {
    for (int number = 0; number < 3; ++number)
      ASSERT_TRUE(
          side.link.send(channel, MessageKind::kDap, word + std::to_string(number), road.now));
  };
  say(road.near_end, "question ");
  say(road.far_end, "answer ");
  if (in_second_handshake) {
    road.cut();
    road.connect();
  }
  for (auto left = bytes; road.is_up && left > 0;) {
    const auto before = towards_far ? road.to_far.size() : road.to_near.size();
    if (!road.step(1) && before == 0) break;
    --left;
  }
  road.cut();
  road.connect();
  road.settle();
  const std::vector<std::string> questions{"question 0", "question 1", "question 2"};
  const std::vector<std::string> answers{"answer 0", "answer 1", "answer 2"};
  EXPECT_EQ(road.far_end.messages[channel], questions);
  EXPECT_EQ(road.near_end.messages[channel], answers);
}

TEST(ResumedLink, LosesNothingWhicheverByteOfAHandshakeOrOfThreeFramesIsTheLast) {
  for (const bool in_second_handshake : {false, true})
    for (const bool towards_far : {false, true})
      for (std::size_t bytes = 0; bytes < 600 && !::testing::Test::HasFailure(); ++bytes)
        cut_after(bytes, towards_far, in_second_handshake);
}

std::size_t some_size(std::mt19937_64& random) {
  switch (random() % 8) {
    case 0:
      return random() % 400'000;
    case 1:
      return kMaxChunkBytes - 2 + random() % 5;
    default:
      return random() % 2'000;
  }
}

std::size_t some_piece(std::mt19937_64& random) {
  return random() % 4 == 0 ? 1 + random() % 200'000 : 1 + random() % 300;
}

/// Traffic both ways and about a hundred cuts. Gives how many there were.
std::size_t run(std::uint64_t seed) {
  SCOPED_TRACE("NEARSIDE_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  auto options = resumable_near_options();
  options.compress = random() % 4 != 0;
  auto road = established(options);
  std::vector<ChannelId> channels;
  for (auto count = 1 + random() % 4; count > 0; --count) channels.push_back(open(road));
  std::map<ChannelId, std::vector<std::string>> sent[2];
  Side* const sides[2] = {&road.near_end, &road.far_end};
  std::size_t cuts = 0;
  for (int step = 0; step < 1'500; ++step) {
    const auto from = random() % 2;
    const auto channel = channels[random() % channels.size()];
    switch (random() % 8) {
      case 0:
      case 1:
        if (sides[from]->link.may_send(channel)) {
          auto message = noise(some_size(random), random());
          sent[from][channel].push_back(message);
          EXPECT_TRUE(
              sides[from]->link.send(channel, MessageKind::kDap, std::move(message), road.now));
        }
        break;
      case 2:
        road.now += Time{random() % 60};
        for (auto* side : sides) side->link.handle_time(road.now);
        break;
      case 3:
        if (road.is_up && random() % 2) {
          road.cut(random() % 4 != 0, random() % 4 != 0);
          ++cuts;
        }
        break;
      default:
        if (!road.is_up) road.connect();
        road.step(some_piece(random));
    }
    if (!road.near_end.link.established() || !road.far_end.link.established()) {
      ADD_FAILURE() << road.near_end.said().back() << " / " << road.far_end.said().back();
      return cuts;
    }
  }
  if (!road.is_up) road.connect();
  road.settle();
  if (!road.is_up) {
    road.connect();
    road.settle();
  }
  for (int to = 0; to < 2; ++to)
    for (const auto& [channel, messages] : sent[1 - to])
      EXPECT_TRUE(sides[to]->messages[channel] == messages) << "channel " << channel;
  return cuts;
}

std::size_t number_in(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(ResumedLink, LosesDoublesAndReordersNothingOverRandomCuts) {
  if (const auto seed = number_in("NEARSIDE_SEED", 0)) {
    run(seed);
    return;
  }
  const auto wanted = number_in("NEARSIDE_CUTS", 1'000);
  std::size_t cuts = 0;
  for (std::uint64_t seed = 1; cuts < wanted && !HasFailure(); ++seed) cuts += run(seed);
  RecordProperty("cuts", std::to_string(cuts));
}

}  // namespace
}  // namespace nearside::link::testing
