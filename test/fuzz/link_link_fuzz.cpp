// A whole Link against a hostile peer. The first byte chooses: raw bytes to one end (after an
// honest handshake or from the first byte on), or two honest ends whose schedule, and whose bytes
// if it so wants, are the fuzzer's. Honest traffic arrives whole, once and in order; bent traffic
// ends the link with a fault or does no harm; memory stays bounded.
#include "core/link/frame.hpp"
#include "core/link/link.hpp"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace nearside;
using namespace nearside::link;

void check(bool holds) {
  if (!holds) std::abort();
}

LinkOptions options(End end, bool compress) {
  LinkOptions chosen;
  chosen.end = end;
  chosen.compress = compress;
  chosen.link_id = std::string(32, 'a');
  chosen.product = "fuzz";
  chosen.max_channels = 4;
  chosen.max_message_bytes = 256 * 1024;
  return chosen;
}

/// The fuzzer's choices, zero when they are used up.
struct Choices {
  std::string_view bytes;
  unsigned next() {
    if (bytes.empty()) return 0;
    const auto one = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    return one;
  }
};

void drain(Link& link, bool consume, Time now) {
  bool ended = false;
  while (auto event = link.poll_event()) {
    check(!ended);
    if (const auto* message = std::get_if<MessageReceived>(&*event); message && consume)
      link.consumed(message->channel, message->bytes.size(), now);
    ended = std::holds_alternative<LinkEnded>(*event);
  }
  check(!ended || link.ended());
}

void hostile_peer(bool near, bool compress, bool honest_start, std::string_view bytes) {
  Time now{0};
  Link link(options(near ? End::kNear : End::kFar, compress), now);
  std::string out;
  link.poll_output(out, 1 << 16, now);
  if (honest_start) {
    const std::string_view words =
        near ? R"({"protocol":1,"product":"p","capabilities":["zstd"],"received":0})"
             : R"({"protocol":[1,1],"product":"p","link":"0123456789abcdef0123456789abcdef",)"
               R"("capabilities":["zstd"],"received":0})";
    std::string frame;
    append_frame(frame, near ? FrameType::kWelcome : FrameType::kHello, words);
    if (near && !compress) {
      frame.clear();
      append_frame(frame, FrameType::kWelcome, R"({"protocol":1,"capabilities":[]})");
    }
    link.handle_bytes(frame, now);
    check(link.established());
    drain(link, true, now);
    if (const auto channel = link.open_channel("{}", now))
      check(link.send(*channel, MessageKind::kDap, std::string(40'000, 'x'), now).has_value());
  }
  Choices choices{bytes};
  while (!choices.bytes.empty()) {
    const auto step = choices.next();
    const auto piece = choices.bytes.substr(0, 1 + step);
    choices.bytes.remove_prefix(piece.size());
    link.handle_bytes(piece, now);
    drain(link, step & 1, now);
    out.clear();
    link.poll_output(out, 1 << 14, now);
    check(out.size() <= (1 << 14) + 2 * kMaxFramePayload);
    now += Time{step & 3};
    if (step == 7) link.handle_time(now += Time{1'000});
  }
  if (const auto timeout = link.next_timeout()) {
    link.handle_time(*timeout);
    check(link.next_timeout().value_or(Time::max()) > *timeout);
  }
  drain(link, true, now);
  link.handle_transport_lost({Errc::kTransportFailed, Condition::kUnreachable, "cut"}, now);
  check(link.ended());
  drain(link, true, now);
}

struct End2 {
  explicit End2(LinkOptions chosen) : link(std::move(chosen), Time{0}) {}
  Link link;
  std::string out;                                        ///< On its way to the other end.
  std::map<ChannelId, std::deque<std::string>> expected;  ///< What the other end shall receive.
  std::deque<std::pair<ChannelId, std::size_t>> unread;
  std::deque<ChannelId> channels;
};

/// Takes what `to` was told; with an honest wire it must be what `from` sent.
void take(End2& to, End2& from, bool honest) {
  while (auto event = to.link.poll_event()) {
    if (auto* opened = std::get_if<ChannelOpened>(&*event)) {
      to.channels.push_back(opened->channel);
    } else if (auto* message = std::get_if<MessageReceived>(&*event)) {
      to.unread.emplace_back(message->channel, message->bytes.size());
      if (!honest) continue;
      auto& queue = from.expected[message->channel];
      check(!queue.empty() && queue.front() == message->bytes);
      queue.pop_front();
    } else if (auto* closed = std::get_if<ChannelClosed>(&*event)) {
      std::erase(to.channels, closed->channel);
    } else if (auto* ended = std::get_if<LinkEnded>(&*event)) {
      check(!honest || !ended->fault || ended->fault->code == Errc::kLinkTimeout ||
            ended->fault->code == Errc::kHandshakeTimeout);
    }
  }
}

void two_ends(bool compress, bool bend, std::string_view bytes) {
  Time now{0};
  End2 ends[2] = {End2(options(End::kNear, compress)), End2(options(End::kFar, compress))};
  bool honest = true;
  Choices choices{bytes};
  const auto move = [&](int i, std::size_t count) {
    auto& from = ends[i];
    auto& to = ends[1 - i];
    from.link.poll_output(from.out, 1 + count, now);
    const auto piece = from.out.substr(0, count);
    from.out.erase(0, piece.size());
    to.link.handle_bytes(piece, now);
    take(to, from, honest);
    take(from, to, honest);
  };
  for (int i = 0; i < 6; ++i) move(i % 2, 1'000);
  check(ends[0].link.established() && ends[1].link.established());
  while (!choices.bytes.empty()) {
    const auto what = choices.next();
    const int i = what & 1;
    auto& end = ends[i];
    const auto channel =
        end.channels.empty() ? ChannelId{99} : end.channels[choices.next() % end.channels.size()];
    switch (what >> 1 & 7) {
      case 0:
        if (const auto opened = end.link.open_channel("{}", now)) end.channels.push_back(*opened);
        break;
      case 1: {
        std::string message(choices.next() * choices.next() * 5, static_cast<char>(what));
        if (end.link.send(channel, MessageKind::kDap, message, now))
          end.expected[channel].push_back(std::move(message));
        break;
      }
      case 2:
        end.link.close_channel(channel, std::nullopt, now);
        std::erase(end.channels, channel);
        break;
      case 3:
        if (!end.unread.empty()) {
          end.link.consumed(end.unread.front().first, end.unread.front().second, now);
          end.unread.pop_front();
        }
        break;
      case 4:
        now += Time{choices.next() * 4};
        end.link.handle_time(now);
        check(end.link.next_timeout().value_or(Time::max()) > now);
        take(end, ends[1 - i], honest);
        break;
      case 5:
        if (bend && !end.out.empty()) {
          honest = false;
          end.out[choices.next() % end.out.size()] ^= static_cast<char>(1 + choices.next() % 255);
        }
        break;
      default:
        move(i, 1 + choices.next() * choices.next());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool compress = data[0] & 1;
  if (data[0] & 2)
    two_ends(compress, data[0] & 4, bytes);
  else
    hostile_peer(data[0] & 4, compress, data[0] & 8, bytes);
  return 0;
}
