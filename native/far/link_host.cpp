// The link's events, each to whom it concerns. A session that ends closes its channel itself; a
// channel that ends tells its session; either way the pair is forgotten here at that moment.
#include "far/link_host.hpp"

#include "far/limits.hpp"
#include "far/session_host.hpp"
#include "io/clock.hpp"
#include "io/random_id.hpp"
#include "io/unix_time.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nearside::far_end {
namespace {

link::LinkOptions options_for(const LinkPeer& peer, LinkServices& services) {
  link::LinkOptions options;
  options.resume_secret = io::random_id(io::kLinkIdBytes);
  options.kept_budget = services.kept_budget();
  options.end = link::End::kFar;
  options.standing = peer.standing;
  options.silence_limit = services.silence_limit();
  return options;
}

}  // namespace

class LinkHost::SessionChannel final : public ClientChannel {
 public:
  SessionChannel(LinkHost& host, link::ChannelId id) : host_(host), id_(id) {}

  void send(link::MessageKind kind, std::string bytes) override {
    const auto audit = host_.audits_.find(id_);
    if (audit != host_.audits_.end()) audit->second.handle_to_client(kind, bytes);
    // A channel that is closed already has told its session; what was under way is lost with it.
    (void)host_.driver_.link().send(id_, kind, std::move(bytes), io::now());
  }
  void flush() override { host_.driver_.flush(); }
  bool may_send() const override { return host_.driver_.link().may_send(id_); }
  std::chrono::milliseconds round_trip() const override {
    return host_.driver_.link().counters().round_trip;
  }
  void consumed(std::size_t bytes) override {
    host_.driver_.link().consumed(id_, bytes, io::now());
  }
  void close(std::optional<Fault> reason) override {
    host_.sessions_.erase(id_);
    host_.note_left(id_, reason ? reason->message : "");
    host_.driver_.link().close_channel(id_, std::move(reason), io::now());
    host_.driver_.flush();
    host_.changed_.ring();
  }

 private:
  LinkHost& host_;
  link::ChannelId id_;
};

LinkHost::LinkHost(LinkServices& services, io::StreamPtr stream, LinkPeer peer)
    : services_(services),
      peer_(std::move(peer)),
      since_(io::unix_seconds()),
      changed_(stream->executor()),
      driver_(std::move(stream), options_for(peer_, services),
              [this](link::LinkEvent event) { handle(std::move(event)); }),
      answering_(driver_.stream().executor()) {
  if (peer_.refusal) driver_.link().close(peer_.refusal, io::now());
}

LinkHost::~LinkHost() = default;

asio::awaitable<void> LinkHost::run() {
  co_await driver_.run();
  while (driver_.link().suspended()) {
    co_await wait_for_transport();
    if (driver_.link().suspended())
      driver_.abandon({Errc::kLinkLost, Condition::kUnreachable,
                       "the near end has not come back, and nothing waits for it any more"});
    else if (!driver_.link().ended())
      co_await driver_.run();
  }
  answering_.stop();
  co_await answering_.join();
}

/// Until there is one, the link has ended, or nobody needs it.
asio::awaitable<void> LinkHost::wait_for_transport() {
  using io::Clock;
  auto empty_since = Clock::now();
  while (driver_.link().suspended()) {
    auto until = Clock::time_point::max();
    if (sessions_.empty())
      until = empty_since + (driver_.link().is_delivered() ? kEmptyLinkLife : session::kLostLife);
    if (Clock::now() >= until) co_return;
    co_await changed_.wait_until(until);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
    if (!sessions_.empty()) empty_since = Clock::now();
  }
}

void LinkHost::go_on(io::StreamPtr stream, const std::string& transport) {
  peer_.transport = transport;
  driver_.move_to(std::move(stream));
  driver_.flush();
  changed_.ring();
}

void LinkHost::close(std::optional<Fault> reason) {
  if (reason) fault_ = reason;
  // Who is no longer welcome leaves nothing that waits for it.
  if (reason && reason->code == Errc::kPeerRevoked) {
    for (const auto& [channel, one] : std::exchange(sessions_, {})) {
      note_left(channel, reason->message);
      one.session->cut(one.client, *reason);
    }
  }
  driver_.link().close(std::move(reason), io::now());
  driver_.flush();
  changed_.ring();
}

void LinkHost::handle(link::LinkEvent event) {
  std::visit(
      [this](auto& one) {
        using Event = std::decay_t<decltype(one)>;
        if constexpr (!std::is_same_v<Event, link::PairingAccepted> &&
                      !std::is_same_v<Event, link::LinkRefused>)
          handle(one);  // Those two are the near end's.
      },
      event);
}

void LinkHost::handle(const link::ResumeRequested& event) {
  LinkHost* const host = services_.find_link(peer_, event.link_id);
  Result<void> goes = Fault{Errc::kLinkUnknown, Condition::kUnreachable,
                            "The agent no longer has this link: it was started anew, or the link "
                            "was away for too long. `nearside sessions` lists what still runs."};
  if (host != nullptr) goes = host->driver_.link().resume(event, io::now());
  if (!goes) {
    driver_.link().refuse_resume(goes.error(), io::now());
    driver_.flush();
    return;
  }
  handed_over_ = true;
  host->go_on(driver_.release(), peer_.transport);
}

void LinkHost::handle(const link::LinkSuspended& event) {
  if (away_since_) return;
  away_since_ = io::unix_seconds();
  if (is_shown_) services_.handle_away(peer_, event.reason);
  for (const auto& [channel, one] : sessions_) one.session->handle_link_away(one.client);
}

void LinkHost::handle(const link::LinkResumed&) {
  if (!std::exchange(away_since_, std::nullopt)) return;
  if (is_shown_) services_.handle_back(peer_);
  for (const auto& [channel, one] : sessions_) one.session->handle_link_back(one.client);
}

void LinkHost::handle(const link::LinkEstablished& event) {
  established_ = true;
  link_id_ = event.link_id;
  if (!peer_.local) show();
}

void LinkHost::show() {
  if (!std::exchange(is_shown_, true)) services_.handle_established(peer_);
}

void LinkHost::handle(const link::PairingRequested& event) {
  driver_.link().answer_pairing(services_.pair(peer_, event.proof, event.name), io::now());
  driver_.flush();
}

void LinkHost::handle(const link::ChannelOpened& event) {
  auto opening = session::decode_opening(event.opening);
  std::optional<Fault> refusal;
  if (!opening) {
    refusal = opening.error();
  } else if (auto* wanted = std::get_if<session::SessionOpening>(&*opening)) {
    return open_session(event.channel, std::move(*wanted));
  } else {
    controls_.try_emplace(event.channel);
    return;
  }
  driver_.link().close_channel(event.channel, std::move(refusal), io::now());
  driver_.flush();
}

void LinkHost::open_session(link::ChannelId channel, session::SessionOpening opening) {
  show();
  auto way = std::make_unique<SessionChannel>(*this, channel);
  const bool is_new = opening.session.empty();
  nlohmann::json details{{"client", opening.client}, {"new", is_new}};
  if (is_new) details["adapter"] = opening.adapter;
  auto opened = is_new ? services_.open_session(peer_, std::move(opening), std::move(way))
                       : services_.find_session(peer_, opening.session);
  if (opened && is_new) sessions_[channel] = {*opened, SessionHost::kOpener};
  if (opened && !is_new) {
    if (const auto joined = (*opened)->join(opening, peer_.label(), std::move(way)))
      sessions_[channel] = {*opened, *joined};
    else
      opened = joined.error();
  }
  if (opened) {
    const auto [audit, is_made] =
        audits_.try_emplace(channel, services_.audit(), peer_, (*opened)->id());
    const auto role =
        (*opened)->role_of(sessions_.at(channel).client).value_or(session::Role::kOwner);
    if (is_made) audit->second.handle_attached(session::to_string(role), std::move(details));
    return driver_.flush();
  }
  auto refused = entry_of(peer_, "attach-refused");
  refused.reason = opened.error().message;
  refused.details = std::move(details);
  services_.audit().note(std::move(refused));
  (void)driver_.link().send(
      channel, link::MessageKind::kControl,
      session::encode(session::SessionControl(session::SessionFailed{opened.error()})), io::now());
  driver_.link().close_channel(channel, opened.error(), io::now());
  driver_.flush();
}

void LinkHost::note_left(link::ChannelId channel, const std::string& reason) {
  const auto found = audits_.find(channel);
  if (found == audits_.end()) return;
  found->second.handle_left(reason);
  audits_.erase(found);
}

void LinkHost::handle(link::MessageReceived& event) {
  if (const auto found = sessions_.find(event.channel); found != sessions_.end()) {
    const auto audit = audits_.find(event.channel);
    if (audit != audits_.end()) audit->second.handle_from_client(event.kind, event.bytes);
    return found->second.session->handle_message(found->second.client, event.kind,
                                                 std::move(event.bytes));
  }
  const auto control = controls_.find(event.channel);
  if (control == controls_.end()) {
    driver_.link().consumed(event.channel, event.bytes.size(), io::now());
    return driver_.flush();
  }
  control->second.asked.push_back(std::move(event.bytes));
  if (!std::exchange(control->second.is_answering, true)) answering_.spawn(answer(event.channel));
}

asio::awaitable<void> LinkHost::answer(link::ChannelId channel) {
  for (;;) {
    const auto found = controls_.find(channel);
    if (found == controls_.end()) co_return;
    if (found->second.asked.empty()) {
      found->second.is_answering = false;
      co_return;
    }
    const auto text = std::move(found->second.asked.front());
    found->second.asked.pop_front();
    driver_.link().consumed(channel, text.size(), io::now());
    auto request = session::decode_agent_request(text);
    session::AgentAnswer reply = session::AgentReply{};
    if (request)
      reply = co_await services_.answer(peer_, *std::move(request));
    else
      reply = request.error();
    (void)driver_.link().send(channel, link::MessageKind::kControl, session::encode(reply),
                              io::now());
    driver_.flush();
  }
}

void LinkHost::handle(const link::ChannelClosed& event) {
  controls_.erase(event.channel);
  const auto found = sessions_.find(event.channel);
  if (found == sessions_.end()) return;
  const auto [session, client] = found->second;
  sessions_.erase(found);
  note_left(event.channel, "The client closed it.");
  session->handle_client_gone(client);
}

void LinkHost::handle(const link::ChannelWritable& event) {
  if (const auto found = sessions_.find(event.channel); found != sessions_.end())
    found->second.session->handle_writable();
}

void LinkHost::handle(const link::LinkEnded& event) {
  if (event.fault) fault_ = event.fault;
  for (const auto& [channel, one] : std::exchange(sessions_, {})) {
    note_left(channel, event.fault ? event.fault->message : "The link was closed.");
    one.session->handle_client_gone(one.client);
  }
}

nlohmann::json LinkHost::status() {
  const link::LinkCounters counters = driver_.link().counters();
  return {{"peer", peer_.label()},
          {"name", peer_.name},
          {"transport", peer_.transport},
          {"since", since_},
          {"channels", sessions_.size() + controls_.size()},
          {"roundTripMs", counters.round_trip.count()},
          {"bytesSent", counters.wire_bytes_sent},
          {"bytesReceived", counters.wire_bytes_received},
          {"resumes", counters.resumes},
          {"awaySince", away_since_ ? nlohmann::json(*away_since_) : nlohmann::json()}};
}

}  // namespace nearside::far_end
