// Silence, pings and the guard against our own pauses.
#include "core/link/keepalive.hpp"

#include <algorithm>
#include <utility>

namespace nearside::link {

void Keepalive::start(Time now) {
  started_ = true;
  ping_wanted_ = true;
  asked_ = false;
  ping_sent_at_.reset();
  heard_at_ = ran_at_ = now;
}

void Keepalive::ask() {
  if (started_) asked_ = ping_wanted_ = true;
}

Time Keepalive::limit() const {
  if (chosen_limit_) return *chosen_limit_;
  return round_trip() > kSlowRoundTrip ? kSlowDeadAfterSilence : kDeadAfterSilence;
}

std::optional<Time> Keepalive::next_timeout() const {
  if (!started_) return std::nullopt;
  return heard_at_ + (asked_ ? limit() : kPingAfterSilence);
}

void Keepalive::note_run(Time now) {
  const auto expected = std::max(*next_timeout(), ran_at_);
  ran_at_ = now;
  if (now <= expected + kLateRun) return;
  // What the peer sent meanwhile may still wait to be read: it gets one more interval to be heard.
  heard_at_ = std::max(heard_at_, now + kPingAfterSilence + round_trip() - limit());
  asked_ = ping_wanted_ = true;
}

void Keepalive::handle_heard(Time now) {
  if (!started_) return;
  ran_at_ = heard_at_ = now;
  asked_ = false;
}

void Keepalive::handle_pong(std::uint64_t token, Time now) {
  if (token != last_token_ || !ping_sent_at_) return;
  // A round trip below our clock's resolution is still measured.
  const std::chrono::microseconds sample =
      std::max(now - *std::exchange(ping_sent_at_, std::nullopt), Time{1});
  smoothed_ = smoothed_.count() == 0 ? sample : (smoothed_ * 3 + sample) / 4;
}

bool Keepalive::handle_time(Time now) {
  if (!started_) return true;
  note_run(now);
  if (!asked_ && now - heard_at_ >= kPingAfterSilence) asked_ = ping_wanted_ = true;
  return !asked_ || now - heard_at_ < limit();
}

void Keepalive::handle_traffic(Time now) {
  if (started_ && !ping_sent_at_ && now - measured_at_ >= kMeasureEvery) ping_wanted_ = true;
}

std::optional<std::uint64_t> Keepalive::take_ping(Time now) {
  if (!std::exchange(ping_wanted_, false)) return std::nullopt;
  // A ping that is still unanswered is repeated as it was, so that its answer, however late, is
  // taken for what it measures.
  if (ping_sent_at_) return last_token_;
  ping_sent_at_ = measured_at_ = now;
  return ++last_token_;
}

}  // namespace nearside::link
