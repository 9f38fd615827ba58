// Link: the handshake first, then channels over chunks over (compressed) numbered frames, with
// acknowledgements, credit and keepalive beside them. This file puts the parts together and owns
// the phase; each rule lives in the part that it is about.
#include "core/link/link.hpp"

#include "core/link/channels.hpp"
#include "core/link/data_frames.hpp"
#include "core/link/frame.hpp"
#include "core/link/handshake.hpp"
#include "core/link/keepalive.hpp"
#include "core/link/small_json.hpp"
#include "core/link/violation.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace nearside::link {
class Link::Impl {
 public:
  Impl(LinkOptions options, Time now)
      : options_(std::move(options)),
        handshake_(options_),
        channels_(options_, events_),
        deadline_(now + kHandshakeLimit) {}

  void handle_bytes(std::string_view bytes, Time now);
  void handle_time(Time now);
  void handle_transport_lost(const Fault& reason);

  void request_pairing(std::string proof, std::string name) {
    handshake_.request_pairing(std::move(proof), std::move(name));
  }
  void answer_pairing(const Result<std::string>& proof, Time now) {
    if (phase_ == Phase::kHandshake) perform(handshake_.answer_pairing(proof), now);
  }
  Result<ChannelId> open_channel(std::string_view opening);
  Result<void> send(ChannelId channel, MessageKind kind, std::string bytes);
  void close(std::optional<Fault> reason, Time now);

  std::optional<LinkEvent> poll_event();
  bool poll_output(std::string& out, std::size_t budget, Time now);
  std::optional<Time> next_timeout() const;
  LinkCounters counters() const;

  Channels& channels() { return channels_; }
  const Channels& channels() const { return channels_; }
  bool established() const { return phase_ == Phase::kEstablished || phase_ == Phase::kClosing; }
  bool ended() const { return phase_ == Phase::kEnded; }

 private:
  enum class Phase {
    kHandshake,
    kEstablished,
    kClosing,  ///< Goodbye goes out after what is queued.
    kEnded,
  };

  void begin(Time now);
  void perform(HandshakeCommands commands, Time now);
  Result<void> handle_frame(const Frame& frame, Time now);
  Result<void> handle_data(std::string_view payload, Time now);
  Result<void> handle_goodbye(std::string_view payload);
  void append_control(std::string& out, bool riding, Time now);
  void append_data(std::string& out, std::size_t end_size);
  bool data_waits() { return outgoing_.has_room() && channels_.peek_chunk().has_value(); }
  void say_goodbye();
  /// Says goodbye with the fault and ends.
  void fail(const Fault& fault);
  void end(std::optional<Fault> fault);

  LinkOptions options_;
  Phase phase_ = Phase::kHandshake;
  bool begun_ = false;
  std::deque<LinkEvent> events_;
  std::string first_out_;  ///< Frames that go before everything else: the handshake's, a goodbye.
  FrameDecoder decoder_{kMaxHandshakePayload};
  Handshake handshake_;
  Channels channels_;
  DataSender outgoing_;
  DataReceiver incoming_;
  Keepalive keepalive_;
  std::optional<std::uint64_t> pong_;  ///< The newest ping's token; older ones need no answer.
  Time deadline_;                      ///< Of the handshake, then of the goodbye.
  LinkCounters counters_;
};

void Link::Impl::begin(Time now) {
  if (!std::exchange(begun_, true)) perform(handshake_.begin(), now);
}

void Link::Impl::perform(HandshakeCommands commands, Time now) {
  for (auto& command : commands) {
    if (auto* send = std::get_if<SendFrame>(&command)) {
      append_frame(first_out_, send->type, send->payload);
    } else if (auto* report = std::get_if<Report>(&command)) {
      if (const auto* established = std::get_if<LinkEstablished>(&report->event)) {
        phase_ = Phase::kEstablished;
        outgoing_.use_compression(established->compressed);
        incoming_.use_compression(established->compressed);
        decoder_.set_max_payload(kMaxFramePayload);
        keepalive_.start(now);
      }
      events_.push_back(std::move(report->event));
    } else if (auto* finish = std::get_if<Finish>(&command)) {
      end(std::move(finish->fault));
    } else {
      fail(std::get<Break>(command).fault);
    }
  }
}

void Link::Impl::handle_bytes(std::string_view bytes, Time now) {
  if (ended() || bytes.empty()) return;
  begin(now);
  counters_.wire_bytes_received += bytes.size();
  keepalive_.handle_heard(now);
  while (!ended()) {
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
    end(fault);
  } else if (phase_ == Phase::kHandshake) {
    end(Fault{Errc::kLinkLost, Condition::kUnreachable,
              "The peer said goodbye before the link was established."});
  } else {
    end(std::nullopt);
  }
  return {};
}

void Link::Impl::handle_time(Time now) {
  if (ended()) return;
  if (phase_ == Phase::kHandshake) {
    if (now >= deadline_) perform(handshake_.handle_timeout(), now);
    return;
  }
  incoming_.received().handle_time(now);
  if (phase_ == Phase::kClosing && now >= deadline_) return say_goodbye();
  if (!keepalive_.handle_time(now))
    return fail({Errc::kLinkTimeout, Condition::kUnreachable,
                 "The other end has been silent for " + std::to_string(keepalive_.limit().count()) +
                     " ms although it was asked; the connection is taken for dead."});
}

void Link::Impl::handle_transport_lost(const Fault& reason) {
  if (ended()) return;
  end(reason);
  first_out_.clear();
}

Result<ChannelId> Link::Impl::open_channel(std::string_view opening) {
  if (phase_ != Phase::kEstablished)
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

void Link::Impl::close(std::optional<Fault> reason, Time now) {
  if (ended()) return;
  if (phase_ == Phase::kHandshake || reason) {
    const bool refuse = reason && options_.end == End::kFar;
    first_out_.clear();
    append_frame(first_out_, refuse ? FrameType::kRefused : FrameType::kGoodbye,
                 reason ? fault_to_json(*reason) : std::string());
    return end(std::move(reason));
  }
  phase_ = Phase::kClosing;
  deadline_ = now + kGoodbyeLimit;
}

void Link::Impl::say_goodbye() {
  append_frame(first_out_, FrameType::kGoodbye, {});
  end(std::nullopt);
}

void Link::Impl::fail(const Fault& fault) {
  first_out_.clear();
  append_frame(first_out_, FrameType::kGoodbye, fault_to_json(fault));
  end(fault);
}

void Link::Impl::end(std::optional<Fault> fault) {
  phase_ = Phase::kEnded;
  channels_.end_all({Errc::kLinkLost, Condition::kUnreachable,
                     fault ? "The link has ended: " + fault->message
                           : std::string("The other end has closed the link.")});
  events_.push_back(LinkEnded{std::move(fault)});
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
  if (!ended()) begin(now);
  out.append(first_out_);
  first_out_.clear();
  if (established()) {
    append_control(out, data_waits(), now);
    append_data(out, begin_size + budget);
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
bool Link::ended() const {
  return impl_->ended();
}
LinkCounters Link::counters() const {
  return impl_->counters();
}

}  // namespace nearside::link
