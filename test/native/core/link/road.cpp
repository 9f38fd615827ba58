// Breaking and building transports.
#include "road.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace nearside::link::testing {

LinkOptions resumable_near_options() {
  auto options = near_options();
  options.resume = true;
  return options;
}

LinkOptions resumable_far_options() {
  auto options = far_options();
  options.resume_secret = kSecret;
  return options;
}

Road::Road(LinkOptions near_options, LinkOptions far_options)
    : near_end(std::move(near_options)), far_end(far_options), far_options_(far_options) {}

bool Road::step(std::size_t limit) {
  if (!is_up) return false;
  auto& listener = greeter_ ? *greeter_ : far_end;
  bool moved = near_end.link.poll_output(to_far, budget, now);
  moved = listener.link.poll_output(to_near, budget, now) || moved;
  const auto take = [&](std::string& bytes) {
    const auto count = std::min(limit, bytes.size());
    moved = moved || count > 0;
    auto taken = bytes.substr(0, count);
    bytes.erase(0, count);
    return taken;
  };
  listener.link.handle_bytes(take(to_far), now);
  if (greeter_) greet();
  near_end.link.handle_bytes(take(to_near), now);
  near_end.take_events(now);
  far_end.take_events(now);
  if (near_end.link.suspended()) is_up = false;
  return moved;
}

void Road::greet() {
  while (auto event = greeter_->link.poll_event()) {
    const auto* wish = std::get_if<ResumeRequested>(&*event);
    if (!wish) continue;
    const auto goes = far_end.link.resume(*wish, now);
    if (goes) {
      greeter_.reset();
      return;
    }
    greeter_->link.refuse_resume(goes.error(), now);
  }
}

void Road::settle() {
  while (step(64 * 1024)) {
  }
}

void Road::cut(bool near_notices, bool far_notices) {
  const Fault reason{Errc::kTransportFailed, Condition::kUnreachable, "cut"};
  is_up = false;
  to_far.clear();
  to_near.clear();
  if (near_notices) near_end.link.handle_transport_lost(reason, now);
  // A transport that never reached the link is not the link's.
  if (far_notices && !greeter_) far_end.link.handle_transport_lost(reason, now);
  greeter_.reset();
  near_end.take_events(now);
  far_end.take_events(now);
}

void Road::connect() {
  if (!near_end.link.suspended())
    near_end.link.handle_transport_lost({Errc::kTransportFailed, Condition::kUnreachable, "cut"},
                                        now);
  near_end.link.begin_resume(now);
  greeter_.emplace(far_options_);
  to_far.clear();
  to_near.clear();
  is_up = true;
}

}  // namespace nearside::link::testing
