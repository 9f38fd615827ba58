// Link over a transport that is up: channels over chunks over (compressed) numbered frames, with
// acknowledgements, credit and keepalive beside them.
#include "core/link/link.hpp"

#include "core/link/link_impl.hpp"
#include "core/link/small_json.hpp"
#include "core/link/violation.hpp"

#include <utility>

namespace nearside::link {

void Link::Impl::handle_bytes(std::string_view bytes, Time now) {
  if (ended() || suspended() || bytes.empty()) return;
  begin(now);
  counters_.wire_bytes_received += bytes.size();
  keepalive_.handle_heard(now);
  while (!ended() && !suspended()) {
    const auto frame = decoder_.next(bytes);
    if (!frame) return fail(frame.error());
    if (!*frame) return;
    if (const auto handled = handle_frame(**frame, now); !handled) return fail(handled.error());
  }
}

Result<void> Link::Impl::handle_frame(const Frame& frame, Time now) {
  if (frame.type == FrameType::kGoodbye) return handle_goodbye(frame.payload);
  if (phase_ == Phase::kHandshake) {
    perform(handshake_.handle_frame(frame), now);
    return {};
  }
  const auto wrong_size = [&] {
    return violation(
        Errc::kFrameMalformed,
        "The peer sent a " + std::string(to_string(frame.type)) + " frame of a wrong size.");
  };
  switch (frame.type) {
    case FrameType::kData:
      return handle_data(frame.payload, now);
    case FrameType::kAck:
      if (frame.payload.size() != 8) return wrong_size();
      return outgoing_.handle_ack(read_u64(frame.payload));
    case FrameType::kCredit:
      if (frame.payload.size() != 12) return wrong_size();
      return channels_.handle_credit(read_u32(frame.payload), read_u64(frame.payload.substr(4)));
    case FrameType::kPing:
      if (frame.payload.size() != 8) return wrong_size();
      pong_ = read_u64(frame.payload);
      return {};
    case FrameType::kPong:
      if (frame.payload.size() != 8) return wrong_size();
      keepalive_.handle_pong(read_u64(frame.payload), now);
      return {};
    case FrameType::kRefused:
      if (options_.end == End::kFar) break;
      perform(handshake_.handle_refused(frame.payload), now);
      return {};
    default:
      break;
  }
  return violation(Errc::kFrameUnexpected, "The peer sent a " + std::string(to_string(frame.type)) +
                                               " frame, which has no place after the handshake.");
}

Result<void> Link::Impl::handle_data(std::string_view payload, Time now) {
  const auto chunk = incoming_.take(payload, now);
  if (!chunk) return chunk.error();
  ++counters_.frames_received;
  return channels_.handle_chunk(*chunk);
}

Result<void> Link::Impl::handle_goodbye(std::string_view payload) {
  if (!payload.empty()) {
    const auto fault = fault_from_json(payload);
    if (!fault)
      return violation(Errc::kFrameMalformed, "The peer's goodbye holds no readable fault.");
    break_off(*fault);
  } else if (phase_ == Phase::kHandshake) {
    break_off({Errc::kLinkLost, Condition::kUnreachable,
               "The peer said goodbye before the link was established."});
  } else {
    end(std::nullopt);
  }
  return {};
}

void Link::Impl::handle_time(Time now) {
  if (ended() || suspended()) return;
  if (phase_ == Phase::kHandshake) {
    if (now >= deadline_) perform(handshake_.handle_timeout(), now);
    return;
  }
  incoming_.received().handle_time(now);
  if (phase_ == Phase::kClosing && now >= deadline_) return say_goodbye();
  if (!keepalive_.handle_time(now)) {
    const Fault silence{Errc::kLinkTimeout, Condition::kUnreachable,
                        "The other end has been silent for " +
                            std::to_string(keepalive_.limit().count()) +
                            " ms although it was asked; the connection is taken for dead."};
    if (agreed_.resumable) return handle_transport_lost(silence);
    fail(silence);
  }
}

Result<ChannelId> Link::Impl::open_channel(std::string_view opening) {
  if (!established() || phase_ == Phase::kClosing)
    return Fault{Errc::kLinkLost, Condition::kUnreachable,
                 "No channel can be opened: the link is not established."};
  return channels_.open(std::string(opening));
}

Result<void> Link::Impl::send(ChannelId channel, MessageKind kind, std::string bytes) {
  const auto size = bytes.size();
  auto sent = channels_.send(channel, kind, std::move(bytes));
  if (sent) counters_.message_bytes_sent += size;
  return sent;
}

std::optional<LinkEvent> Link::Impl::poll_event() {
  if (events_.empty()) return std::nullopt;
  auto event = std::move(events_.front());
  events_.pop_front();
  if (const auto* message = std::get_if<MessageReceived>(&event)) {
    counters_.message_bytes_received += message->bytes.size();
    channels_.handle_taken(message->channel);
  }
  return event;
}

bool Link::Impl::poll_output(std::string& out, std::size_t budget, Time now) {
  const auto begin_size = out.size();
  begin(now);
  out.append(first_out_);
  first_out_.clear();
  if (is_up()) {
    append_control(out, outgoing_.replaying() || data_waits(), now);
    outgoing_.append_replay(out, begin_size + budget);
    if (!outgoing_.replaying()) append_data(out, begin_size + budget);
  }
  counters_.wire_bytes_sent += out.size() - begin_size;
  return out.size() != begin_size;
}

void Link::Impl::append_control(std::string& out, bool riding, Time now) {
  const auto before = out.size();
  if (pong_) append_number_frame(out, FrameType::kPong, *std::exchange(pong_, std::nullopt));
  if (riding) keepalive_.handle_traffic(now);
  if (const auto token = keepalive_.take_ping(now))
    append_number_frame(out, FrameType::kPing, *token);
  channels_.append_credits(out);
  if (incoming_.received().due(riding || out.size() != before, now))
    append_number_frame(out, FrameType::kAck, incoming_.received().take());
}

void Link::Impl::append_data(std::string& out, std::size_t end_size) {
  while (out.size() < end_size && outgoing_.has_room()) {
    const auto chunk = channels_.peek_chunk();
    if (!chunk) break;
    if (const auto appended = outgoing_.append(*chunk, out); !appended) {
      fail(appended.error());
      out.append(std::exchange(first_out_, std::string()));
      return;
    }
    channels_.pop_chunk(*chunk);
  }
  if (phase_ == Phase::kClosing && channels_.drained()) {
    say_goodbye();
    out.append(std::exchange(first_out_, std::string()));
  }
}

std::optional<Time> Link::Impl::next_timeout() const {
  switch (phase_) {
    case Phase::kSuspended:
    case Phase::kEnded:
      return std::nullopt;
    case Phase::kHandshake:
      return deadline_;
    case Phase::kEstablished:
    case Phase::kClosing:
      break;
  }
  auto earliest = keepalive_.next_timeout();
  const auto consider = [&](std::optional<Time> one) {
    if (one && (!earliest || *one < *earliest)) earliest = one;
  };
  consider(incoming_.received().next_timeout());
  if (phase_ == Phase::kClosing) consider(deadline_);
  return earliest;
}

LinkCounters Link::Impl::counters() const {
  auto now = counters_;
  now.frames_sent = outgoing_.frames();
  now.kept_bytes = outgoing_.kept_bytes();
  now.round_trip = keepalive_.round_trip();
  return now;
}

Link::Link(LinkOptions options, Time now)
    : impl_(std::make_unique<Impl>(std::move(options), now)) {}
Link::~Link() = default;
Link::Link(Link&&) noexcept = default;
Link& Link::operator=(Link&&) noexcept = default;

void Link::handle_bytes(std::string_view bytes, Time now) {
  impl_->handle_bytes(bytes, now);
}
void Link::handle_time(Time now) {
  impl_->handle_time(now);
}
void Link::handle_transport_lost(const Fault& reason, Time) {
  impl_->handle_transport_lost(reason);
}
void Link::begin_resume(Time now) {
  impl_->begin_resume(now);
}
Result<void> Link::resume(const ResumeRequested& request, Time now) {
  return impl_->resume(request, now);
}
void Link::refuse_resume(const Fault& fault, Time now) {
  impl_->refuse_resume(fault, now);
}
void Link::request_pairing(std::string proof_hex, std::string name) {
  impl_->request_pairing(std::move(proof_hex), std::move(name));
}
void Link::answer_pairing(const Result<std::string>& proof_hex, Time now) {
  impl_->answer_pairing(proof_hex, now);
}
Result<ChannelId> Link::open_channel(std::string_view opening_json, Time) {
  return impl_->open_channel(opening_json);
}
Result<void> Link::send(ChannelId channel, MessageKind kind, std::string bytes, Time) {
  return impl_->send(channel, kind, std::move(bytes));
}
bool Link::may_send(ChannelId channel) const {
  return impl_->channels().may_send(channel);
}
void Link::consumed(ChannelId channel, std::size_t bytes, Time) {
  impl_->channels().consumed(channel, bytes);
}
void Link::close_channel(ChannelId channel, const std::optional<Fault>& reason, Time) {
  impl_->channels().close(channel, reason);
}
void Link::close(std::optional<Fault> reason, Time now) {
  impl_->close(std::move(reason), now);
}
void Link::abandon(const Fault& reason, Time) {
  impl_->abandon(reason);
}
void Link::check_peer(Time) {
  impl_->check_peer();
}
std::optional<LinkEvent> Link::poll_event() {
  return impl_->poll_event();
}
bool Link::poll_output(std::string& out, std::size_t budget, Time now) {
  return impl_->poll_output(out, budget, now);
}
std::optional<Time> Link::next_timeout() const {
  return impl_->next_timeout();
}
bool Link::established() const {
  return impl_->established();
}
bool Link::suspended() const {
  return impl_->suspended();
}
bool Link::is_delivered() const {
  return impl_->is_delivered();
}
bool Link::ended() const {
  return impl_->ended();
}
LinkCounters Link::counters() const {
  return impl_->counters();
}

}  // namespace nearside::link
