// How a transport of a link begins, and how the link goes on when one breaks: suspended, its
// channels open, until the next one has said on both sides what was received.
#include "core/link/link_impl.hpp"
#include "core/link/small_json.hpp"
#include "core/link/violation.hpp"

#include <utility>
#include <variant>

namespace nearside::link {
namespace {

/// Takes the same time wherever they differ: the secret is not to be guessed digit by digit.
bool is_same_secret(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  unsigned difference = 0;
  for (std::size_t at = 0; at < one.size(); ++at)
    difference |= static_cast<unsigned char>(one[at]) ^ static_cast<unsigned char>(other[at]);
  return difference == 0;
}

}  // namespace

Link::Impl::Impl(LinkOptions options, Time now)
    : options_(std::move(options)),
      resume_secret_(options_.resume_secret),
      handshake_(options_),
      channels_(options_, events_),
      outgoing_(options_.kept_budget),
      deadline_(now + kHandshakeLimit) {}

void Link::Impl::begin(Time now) {
  if (phase_ == Phase::kHandshake && !std::exchange(begun_, true)) perform(handshake_.begin(), now);
}

void Link::Impl::perform(HandshakeCommands commands, Time now) {
  for (auto& command : commands) perform(command, now);
}

void Link::Impl::perform(HandshakeCommand& command, Time now) {
  if (auto* frame = std::get_if<SendFrame>(&command)) {
    append_frame(first_out_, frame->type, frame->payload);
  } else if (auto* report = std::get_if<Report>(&command)) {
    if (const auto* agreed = std::get_if<LinkEstablished>(&report->event)) establish(*agreed, now);
    events_.push_back(std::move(report->event));
  } else if (auto* kept = std::get_if<KeepSecret>(&command)) {
    resume_secret_ = std::move(kept->secret);
  } else if (const auto* agreement = std::get_if<GoOn>(&command)) {
    if (const auto goes = go_on(agreement->received, now); !goes) {
      was_established_ = false;  // The ends disagree about what was sent: no transport helps.
      fail(goes.error());
    }
  } else if (auto* finish = std::get_if<Finish>(&command)) {
    end(std::move(finish->fault));
  } else {
    fail(std::get<Break>(command).fault);
  }
}

void Link::Impl::establish(const LinkEstablished& agreed, Time now) {
  phase_ = Phase::kEstablished;
  was_established_ = true;
  agreed_ = agreed;
  outgoing_.agree(agreed.compressed, agreed.resumable);
  incoming_.use_compression(agreed.compressed);
  decoder_.set_max_payload(kMaxFramePayload);
  keepalive_.start(now);
}

// --- The next transport ---

void Link::Impl::begin_resume(Time now) {
  if (phase_ != Phase::kSuspended) return;
  handshake_ = Handshake(options_);
  handshake_.request_resume({resume_secret_, incoming_.received().last()});
  decoder_ = FrameDecoder{kMaxHandshakePayload};
  begun_ = false;
  deadline_ = now + kHandshakeLimit;
  phase_ = Phase::kHandshake;
}

Result<void> Link::Impl::resume(const ResumeRequested& request, Time now) {
  const bool may = is_up() || phase_ == Phase::kSuspended;
  if (!may || !agreed_.resumable || !is_same_secret(request.secret, resume_secret_))
    return Fault{Errc::kLinkUnknown, Condition::kUnreachable,
                 "The agent has no such link to resume. Connect anew."};
  const auto welcome = resume_welcome(agreed_.version, options_.product, agreed_.compressed,
                                      incoming_.received().last());
  // Checked by the replay before anything changes.
  if (const auto goes = go_on(request.received, now); !goes)
    return Fault{Errc::kLinkUnknown, Condition::kUnreachable, goes.error().message};
  append_frame(first_out_, FrameType::kWelcome, welcome);
  return {};
}

Result<void> Link::Impl::go_on(std::uint64_t received, Time now) {
  if (auto replay = outgoing_.begin_replay(received); !replay) return replay;
  phase_ = Phase::kEstablished;
  first_out_.clear();
  pong_.reset();
  // The near end's has read `welcome` and may be in the middle of what follows.
  if (options_.end == End::kFar)
    decoder_ = FrameDecoder{kMaxFramePayload};
  else
    decoder_.set_max_payload(kMaxFramePayload);
  (void)incoming_.received().take();  // The handshake has told it.
  channels_.repeat_credits();
  keepalive_.start(now);
  ++counters_.resumes;
  events_.push_back(LinkResumed{});
  return {};
}

void Link::Impl::refuse_resume(const Fault& fault, Time now) {
  if (phase_ == Phase::kHandshake) perform(handshake_.refuse_resume(fault), now);
}

// --- The end of a transport, or of the link ---

void Link::Impl::handle_transport_lost(const Fault& reason) {
  if (ended() || suspended()) return;
  first_out_.clear();
  if (agreed_.resumable && phase_ != Phase::kClosing) return suspend(reason);
  end(reason);
}

void Link::Impl::suspend(const Fault& reason) {
  phase_ = Phase::kSuspended;
  keepalive_.stop();
  events_.push_back(LinkSuspended{reason});
}

void Link::Impl::close(std::optional<Fault> reason, Time now) {
  if (ended()) return;
  if (phase_ == Phase::kHandshake || suspended() || reason) {
    const bool refuse = reason && options_.end == End::kFar;
    first_out_.clear();
    if (!suspended())
      append_frame(first_out_, refuse ? FrameType::kRefused : FrameType::kGoodbye,
                   reason ? fault_to_json(*reason) : std::string());
    return end(std::move(reason));
  }
  phase_ = Phase::kClosing;
  deadline_ = now + kGoodbyeLimit;
}

void Link::Impl::abandon(const Fault& reason) {
  if (ended()) return;
  first_out_.clear();
  end(reason);
}

void Link::Impl::say_goodbye() {
  append_frame(first_out_, FrameType::kGoodbye, {});
  end(std::nullopt);
}

void Link::Impl::fail(const Fault& fault) {
  first_out_.clear();
  if (!in_resume()) append_frame(first_out_, FrameType::kGoodbye, fault_to_json(fault));
  break_off(fault);
}

void Link::Impl::break_off(const Fault& fault) {
  if (in_resume())
    suspend(fault);
  else
    end(fault);
}

void Link::Impl::end(std::optional<Fault> fault) {
  phase_ = Phase::kEnded;
  channels_.end_all({Errc::kLinkLost, Condition::kUnreachable,
                     fault ? "The link has ended: " + fault->message
                           : std::string("The other end has closed the link.")});
  events_.push_back(LinkEnded{std::move(fault)});
}

}  // namespace nearside::link
