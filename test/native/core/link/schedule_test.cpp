// Random schedules: many channels, messages of all sizes both ways, owners that consume when they
// like, a wire that cuts where it likes, time that passes. Whatever the schedule, every message of
// a channel arrives whole, once and in order. A failure prints its seed; NEARSIDE_SEED=N runs that
// one alone, NEARSIDE_SEEDS=N runs more of them.
#include "wire.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <random>

namespace nearside::link::testing {
namespace {

/// One end with an owner who consumes late.
struct Owner {
  explicit Owner(Side& chosen) : side(chosen) { side.consume = false; }

  void look(Time now) {
    side.take_events(now);
    for (auto& [channel, messages] : side.messages)
      for (; seen[channel] < messages.size(); ++seen[channel])
        unread.emplace_back(channel, messages[seen[channel]].size());
  }
  void consume_one(Time now) {
    if (unread.empty()) return;
    side.link.consumed(unread.front().first, unread.front().second, now);
    unread.pop_front();
  }

  Side& side;
  std::map<ChannelId, std::vector<std::string>> sent;
  std::map<ChannelId, std::size_t> seen;
  std::deque<std::pair<ChannelId, std::size_t>> unread;
};

std::size_t size_in_schedule(std::mt19937_64& random) {
  switch (random() % 8) {
    case 0:
      return random() % 3'000'000;
    case 1:
      return kMaxChunkBytes - 2 + random() % 5;
    case 2:
      return 0;
    default:
      return random() % 3'000;
  }
}

void run_schedule(std::uint64_t seed) {
  SCOPED_TRACE("NEARSIDE_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  auto options = near_options();
  options.compress = random() % 4 != 0;
  Wire wire(options);
  wire.establish();
  Owner owners[2] = {Owner(wire.near_end), Owner(wire.far_end)};
  std::vector<ChannelId> channels;
  for (auto count = 1 + random() % 6; count > 0; --count) {
    auto& opener = owners[random() % 2].side.link;
    channels.push_back(*opener.open_channel("{}", wire.now));
  }
  wire.settle();
  // Both directions of the wire, as the schedule wants them.
  const auto deliver = [&](std::string& bytes, Link& to) {
    const auto count =
        std::min<std::size_t>(bytes.size(), random() % 2 ? random() % 40 : random() % 200'000);
    to.handle_bytes(std::string_view(bytes).substr(0, count), wire.now);
    bytes.erase(0, count);
  };
  for (int step = 0; step < 400; ++step) {
    auto& owner = owners[random() % 2];
    auto& link = owner.side.link;
    const auto channel = channels[random() % channels.size()];
    switch (random() % 8) {
      case 0:
      case 1: {
        if (!link.may_send(channel)) break;
        auto message = noise(size_in_schedule(random), random());
        if (random() % 2) std::fill(message.begin(), message.end(), 'x');
        owner.sent[channel].push_back(message);
        ASSERT_TRUE(link.send(channel, MessageKind::kDap, std::move(message), wire.now));
        break;
      }
      case 2:
        owner.consume_one(wire.now);
        break;
      case 3:
        wire.now += Time{random() % 30};
        link.handle_time(wire.now);
        break;
      case 4:
      case 5:
        wire.near_end.link.poll_output(wire.to_far, random() % 100'000, wire.now);
        deliver(wire.to_far, wire.far_end.link);
        break;
      default:
        wire.far_end.link.poll_output(wire.to_near, random() % 100'000, wire.now);
        deliver(wire.to_near, wire.near_end.link);
    }
    for (auto& one : owners) one.look(wire.now);
    ASSERT_TRUE(wire.near_end.link.established() && wire.far_end.link.established())
        << wire.near_end.said().back() << wire.far_end.said().back();
  }
  // The schedule is over: everything is let through.
  for (bool waits = true; waits;) {
    wire.settle();
    waits = false;
    for (auto& one : owners) {
      one.look(wire.now);
      waits = waits || !one.unread.empty();
      while (!one.unread.empty()) one.consume_one(wire.now);
    }
  }
  for (int to = 0; to < 2; ++to) {
    const auto& sent = owners[1 - to].sent;
    const auto& received = owners[to].side.messages;
    for (const auto& [channel, messages] : sent) {
      const auto found = received.find(channel);
      ASSERT_TRUE(found != received.end()) << "channel " << channel;
      ASSERT_EQ(found->second.size(), messages.size()) << "channel " << channel;
      ASSERT_TRUE(found->second == messages) << "channel " << channel;
    }
  }
  wire.pass(kAckDelay);
  EXPECT_EQ(wire.near_end.link.counters().kept_bytes, 0u);
  EXPECT_EQ(wire.far_end.link.counters().kept_bytes, 0u);
}

TEST(LinkSchedules, DeliverEveryMessageWholeOnceAndInOrder) {
  if (const char* one = std::getenv("NEARSIDE_SEED"))
    return run_schedule(std::strtoull(one, nullptr, 10));
  const char* count = std::getenv("NEARSIDE_SEEDS");
  const auto seeds = count ? std::strtoull(count, nullptr, 10) : 40;
  for (std::uint64_t seed = 1; seed <= seeds && !HasFatalFailure(); ++seed) run_schedule(seed);
}

}  // namespace
}  // namespace nearside::link::testing
