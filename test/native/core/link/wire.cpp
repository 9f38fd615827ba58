// The joined links of the tests.
#include "wire.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>

namespace nearside::link::testing {

LinkOptions near_options() {
  LinkOptions options;
  options.end = End::kNear;
  options.link_id = kLinkId;
  options.product = "near-product/1";
  return options;
}

LinkOptions far_options() {
  LinkOptions options;
  options.end = End::kFar;
  options.product = "far-product/1";
  return options;
}

namespace {

std::string in_short(const std::string& bytes) {
  if (bytes.size() <= 80) return bytes;
  return std::to_string(bytes.size()) + " bytes #" +
         std::to_string(std::hash<std::string>{}(bytes) % 10'000);
}

std::string words(const std::optional<Fault>& fault) {
  return fault ? " " + std::to_string(static_cast<int>(fault->code)) + " " + fault->message : "";
}

struct Line {
  std::string operator()(const LinkEstablished& e) const {
    return "established " + e.link_id.substr(0, 4) + " v" + std::to_string(e.version) +
           (e.compressed ? " zstd " : " plain ") + (e.resumable ? "resumable " : "") +
           e.peer_product;
  }
  std::string operator()(const PairingRequested& e) const {
    return "pairing requested " + e.proof.substr(0, 4) + " by " + e.name;
  }
  std::string operator()(const PairingAccepted& e) const {
    return "pairing accepted " + e.proof.substr(0, 4);
  }
  std::string operator()(const ResumeRequested& e) const {
    return "resume requested " + e.link_id.substr(0, 4) + " from " + std::to_string(e.received);
  }
  std::string operator()(const LinkSuspended& e) const { return "suspended" + words(e.reason); }
  std::string operator()(const LinkResumed&) const { return "resumed"; }
  std::string operator()(const LinkRefused& e) const { return "refused" + words(e.fault); }
  std::string operator()(const ChannelOpened& e) const {
    return std::to_string(e.channel) + " opened " + in_short(e.opening);
  }
  std::string operator()(const MessageReceived& e) const {
    return std::to_string(e.channel) + (e.kind == MessageKind::kDap ? " dap " : " control ") +
           in_short(e.bytes);
  }
  std::string operator()(const ChannelClosed& e) const {
    return std::to_string(e.channel) + " closed" + words(e.reason);
  }
  std::string operator()(const ChannelWritable& e) const {
    return std::to_string(e.channel) + " writable";
  }
  std::string operator()(const LinkEnded& e) const { return "ended" + words(e.fault); }
};

}  // namespace

std::string line(const LinkEvent& event) {
  return std::visit(Line{}, event);
}

void Side::take_events(Time now) {
  while (auto event = link.poll_event()) {
    lines.push_back(line(*event));
    if (auto* message = std::get_if<MessageReceived>(&*event)) {
      if (consume) link.consumed(message->channel, message->bytes.size(), now);
      messages[message->channel].push_back(std::move(message->bytes));
    } else if (const auto* ended = std::get_if<LinkEnded>(&*event)) {
      end = *ended;
    }
  }
}

std::vector<std::string> Side::said() {
  take_events(Time{0});
  return std::exchange(lines, {});
}

std::string Side::output(std::size_t budget, Time now) {
  std::string out;
  link.poll_output(out, budget, now);
  return out;
}

Wire::Wire(LinkOptions near_end_options, LinkOptions far_end_options)
    : near_end(std::move(near_end_options)), far_end(std::move(far_end_options)) {}

bool Wire::step() {
  bool moved = near_end.link.poll_output(to_far, budget, now);
  moved = far_end.link.poll_output(to_near, budget, now) || moved;
  const auto deliver = [&](std::string& bytes, Side& side) {
    if (bytes.empty()) return;
    moved = true;
    const auto count = std::clamp<std::size_t>(cut(bytes.size()), 1, bytes.size());
    side.link.handle_bytes(std::string_view(bytes).substr(0, count), now);
    bytes.erase(0, count);
  };
  deliver(to_far, far_end);
  deliver(to_near, near_end);
  near_end.take_events(now);
  far_end.take_events(now);
  return moved;
}

void Wire::settle() {
  while (step()) {
  }
}

void Wire::pass(Time duration) {
  const auto until = now + duration;
  settle();
  while (now < until) {
    auto next = until;
    for (const auto* side : {&near_end, &far_end})
      if (const auto timeout = side->link.next_timeout()) next = std::min(next, *timeout);
    now = std::max(now + Time{1}, next);
    for (auto* side : {&near_end, &far_end}) {
      side->link.handle_time(now);
      // Or a driver's timer would fire for ever.
      EXPECT_GT(side->link.next_timeout().value_or(Time::max()), now);
    }
    settle();
  }
}

void Wire::establish() {
  settle();
  near_end.lines.clear();
  far_end.lines.clear();
}

ChannelId Wire::open(std::string_view opening) {
  const auto id = near_end.link.open_channel(opening, now);
  settle();
  far_end.lines.clear();
  return *id;
}

std::string noise(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

}  // namespace nearside::link::testing
