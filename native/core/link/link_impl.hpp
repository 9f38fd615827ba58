// Link's insides. link.cpp has what happens over a transport, link_transports.cpp how one begins,
// breaks, and is followed by the next; each rule lives in the part that it is about.
#pragma once

#include "core/link/channels.hpp"
#include "core/link/data_frames.hpp"
#include "core/link/frame.hpp"
#include "core/link/handshake.hpp"
#include "core/link/keepalive.hpp"
#include "core/link/link.hpp"

#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace nearside::link {

class Link::Impl {
 public:
  Impl(LinkOptions options, Time now);

  // link_transports.cpp
  void handle_transport_lost(const Fault& reason);
  void begin_resume(Time now);
  Result<void> resume(const ResumeRequested& request, Time now);
  void refuse_resume(const Fault& fault, Time now);
  void request_pairing(std::string proof, std::string name) {
    handshake_.request_pairing(std::move(proof), std::move(name));
  }
  void answer_pairing(const Result<std::string>& proof, Time now) {
    if (phase_ == Phase::kHandshake) perform(handshake_.answer_pairing(proof), now);
  }
  void close(std::optional<Fault> reason, Time now);
  void abandon(const Fault& reason);

  // link.cpp
  void handle_bytes(std::string_view bytes, Time now);
  void handle_time(Time now);
  void check_peer() { keepalive_.ask(); }
  Result<ChannelId> open_channel(std::string_view opening);
  Result<void> send(ChannelId channel, MessageKind kind, std::string bytes);
  std::optional<LinkEvent> poll_event();
  bool poll_output(std::string& out, std::size_t budget, Time now);
  std::optional<Time> next_timeout() const;
  LinkCounters counters() const;

  Channels& channels() { return channels_; }
  const Channels& channels() const { return channels_; }
  bool established() const { return was_established_ && !ended(); }
  bool suspended() const { return phase_ == Phase::kSuspended; }
  bool is_delivered() const { return channels_.drained() && outgoing_.kept_bytes() == 0; }
  bool ended() const { return phase_ == Phase::kEnded; }

 private:
  enum class Phase {
    kHandshake,    ///< Of the first transport, or (was_established_) of a later one.
    kEstablished,  ///< There is a transport, and channels are open over it.
    kSuspended,    ///< There is none; the channels wait for the next.
    kClosing,      ///< Goodbye goes out after what is queued.
    kEnded,
  };

  // link_transports.cpp
  void begin(Time now);
  void perform(HandshakeCommands commands, Time now);
  void perform(HandshakeCommand& command, Time now);
  void establish(const LinkEstablished& agreed, Time now);
  Result<void> go_on(std::uint64_t received, Time now);
  void say_goodbye();
  /// Says goodbye with the fault and ends; a handshake that was to resume only suspends again.
  void fail(const Fault& fault);
  /// The transport is useless: a handshake that was to resume suspends again, else the link ends.
  void break_off(const Fault& fault);
  void suspend(const Fault& reason);
  void end(std::optional<Fault> fault);

  // link.cpp
  Result<void> handle_frame(const Frame& frame, Time now);
  Result<void> handle_data(std::string_view payload, Time now);
  Result<void> handle_goodbye(std::string_view payload);
  void append_control(std::string& out, bool riding, Time now);
  void append_data(std::string& out, std::size_t end_size);
  bool data_waits() { return outgoing_.has_room() && channels_.peek_chunk().has_value(); }
  bool is_up() const { return phase_ == Phase::kEstablished || phase_ == Phase::kClosing; }
  bool in_resume() const { return phase_ == Phase::kHandshake && was_established_; }

  LinkOptions options_;
  Phase phase_ = Phase::kHandshake;
  bool begun_ = false;  ///< The handshake of this transport.
  bool was_established_ = false;
  LinkEstablished agreed_;  ///< What the ends agreed on.
  std::string resume_secret_;
  std::deque<LinkEvent> events_;
  std::string first_out_;  ///< Frames that go before everything else: the handshake's, a goodbye.
  FrameDecoder decoder_{kMaxHandshakePayload};
  Handshake handshake_;
  Channels channels_;
  DataSender outgoing_;
  DataReceiver incoming_;
  Keepalive keepalive_{options_.silence_limit};
  std::optional<std::uint64_t> pong_;  ///< The newest ping's token; older ones need no answer.
  Time deadline_;                      ///< Of the handshake, then of the goodbye.
  LinkCounters counters_;
};

}  // namespace nearside::link
