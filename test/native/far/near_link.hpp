// A near end for tests: a bare link to an agent and the channels on it, with everything that came.
#pragma once

#include "core/session/wire.hpp"
#include "io/link_driver.hpp"
#include "loop.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nearside::far_end {

/// One channel as it was seen from the near end.
struct SeenChannel {
  std::vector<nlohmann::json> messages;  ///< DAP.
  std::vector<std::string> controls;
  bool closed = false;
  std::optional<Fault> reason;
};

class NearLink {
 public:
  struct Pairing {
    std::string proof;
    std::string name;
  };

  NearLink(Loop& loop, io::StreamPtr stream, std::optional<Pairing> pairing = {},
           bool may_resume = false)
      : loop_(loop),
        tasks_(loop.executor()),
        driver_(std::move(stream), options(may_resume),
                [this](link::LinkEvent event) { handle(std::move(event)); }) {
    if (pairing) driver_.link().request_pairing(pairing->proof, pairing->name);
    tasks_.spawn(run());
  }
  ~NearLink() {
    tasks_.stop();
    loop_.run(tasks_.join());
  }

  link::ChannelId open(const session::Opening& opening) {
    EXPECT_TRUE(loop_.run_until([&] { return established || ended; }));
    const auto channel = driver_.link().open_channel(session::encode(opening), io::now());
    driver_.flush();
    if (!channel) {
      ADD_FAILURE() << channel.error().message;
      return 0;
    }
    return *channel;
  }
  link::ChannelId open_session(const std::string& adapter,
                               std::optional<std::map<std::string, std::string>> environment = {}) {
    return open(session::SessionOpening{adapter, "/tmp", std::move(environment), "a test"});
  }
  void send(link::ChannelId channel, const std::string& bytes,
            link::MessageKind kind = link::MessageKind::kDap) {
    const auto sent = driver_.link().send(channel, kind, bytes, io::now());
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().message);
    driver_.flush();
  }
  void close_channel(link::ChannelId channel) {
    driver_.link().close_channel(channel, std::nullopt, io::now());
    driver_.flush();
  }
  void goodbye() {
    driver_.link().close(std::nullopt, io::now());
    driver_.flush();
  }
  /// Gives back the credit for what has come, and for what will come.
  void take_all() {
    take_messages = true;
    for (auto& [channel, bytes] : untaken_)
      driver_.link().consumed(channel, std::exchange(bytes, 0), io::now());
    driver_.flush();
  }
  void drop() { driver_.stream().close(); }

  /// Sends a request and waits for its response.
  nlohmann::json request(link::ChannelId channel, const std::string& command,
                         const nlohmann::json& arguments = nlohmann::json::object()) {
    const int seq = ++seq_;
    send(channel,
         nlohmann::json{
             {"seq", seq}, {"type", "request"}, {"command", command}, {"arguments", arguments}}
             .dump());
    return wait_for(channel, [&](const nlohmann::json& message) {
      return message.value("type", "") == "response" && message.value("request_seq", 0) == seq;
    });
  }
  nlohmann::json wait_for_event(link::ChannelId channel, const std::string& event) {
    return wait_for(channel, [&](const nlohmann::json& message) {
      return message.value("event", "") == event;
    });
  }
  nlohmann::json wait_for_output(link::ChannelId channel, const std::string& text) {
    return wait_for(channel, [&](const nlohmann::json& message) {
      return message.value("event", "") == "output" &&
             message["body"].value("output", "").find(text) != std::string::npos;
    });
  }
  nlohmann::json wait_for(link::ChannelId channel,
                          const std::function<bool(const nlohmann::json&)>& wanted) {
    nlohmann::json found;
    const bool came = loop_.run_until([&] {
      for (const auto& message : channels[channel].messages) {
        if (!wanted(message)) continue;
        found = message;
        return true;
      }
      return channels[channel].closed;
    });
    EXPECT_TRUE(came && !found.is_null()) << "it did not come; seen: " << seen(channel);
    return found;
  }
  /// Until the agent has said "ready" or "failed".
  session::SessionControl wait_for_control(link::ChannelId channel) {
    EXPECT_TRUE(loop_.run_until([&] { return !channels[channel].controls.empty(); }));
    return session::decode_session_control(channels[channel].controls.front()).value();
  }
  Fault wait_for_failure(link::ChannelId channel) {
    const auto control = wait_for_control(channel);
    if (const auto* failed = std::get_if<session::SessionFailed>(&control)) return failed->fault;
    ADD_FAILURE() << "the session did not fail";
    return {Errc::kStopped, Condition::kInternal, {}};
  }
  void wait_until_closed(link::ChannelId channel) {
    EXPECT_TRUE(loop_.run_until([&] { return channels[channel].closed; })) << seen(channel);
  }
  /// A question on a control channel of its own.
  session::AgentAnswer ask(const session::AgentRequest& request) {
    const auto channel = open(session::ControlOpening{});
    send(channel, session::encode(request), link::MessageKind::kControl);
    EXPECT_TRUE(loop_.run_until(
        [&] { return !channels[channel].controls.empty() || channels[channel].closed; }));
    if (channels[channel].controls.empty())
      return channels[channel].reason.value_or(Fault{Errc::kStopped, Condition::kInternal, {}});
    auto answer = session::decode_agent_answer(channels[channel].controls.front());
    close_channel(channel);
    return answer;
  }

  std::map<link::ChannelId, SeenChannel> channels;
  bool established = false;
  bool compressed = false;
  bool ended = false;
  bool take_messages = true;  ///< Else nothing is acknowledged.
  std::optional<Fault> refused;
  std::optional<std::string> paired;  ///< The agent's proof.

 private:
  static link::LinkOptions options(bool may_resume) {
    link::LinkOptions options;
    options.resume = may_resume;
    options.end = link::End::kNear;
    options.link_id = std::string(32, 'a');
    return options;
  }
  asio::awaitable<void> run() { co_await driver_.run(); }
  std::string seen(link::ChannelId channel) {
    std::string text;
    for (const auto& message : channels[channel].messages) text += message.dump() + "\n";
    for (const auto& control : channels[channel].controls) text += control + "\n";
    if (channels[channel].reason) text += channels[channel].reason->message;
    return text;
  }
  void handle(link::LinkEvent event) {
    if (const auto* now_up = std::get_if<link::LinkEstablished>(&event)) {
      established = true;
      compressed = now_up->compressed;
    }
    if (std::holds_alternative<link::LinkEnded>(event)) ended = true;
    if (const auto* refusal = std::get_if<link::LinkRefused>(&event)) refused = refusal->fault;
    if (const auto* accepted = std::get_if<link::PairingAccepted>(&event)) paired = accepted->proof;
    if (auto* message = std::get_if<link::MessageReceived>(&event)) {
      SeenChannel& channel = channels[message->channel];
      untaken_[message->channel] += message->bytes.size();
      if (take_messages) take_all();
      if (message->kind == link::MessageKind::kDap)
        channel.messages.push_back(nlohmann::json::parse(message->bytes));
      else
        channel.controls.push_back(std::move(message->bytes));
      driver_.flush();
    }
    if (auto* closed = std::get_if<link::ChannelClosed>(&event)) {
      channels[closed->channel].closed = true;
      channels[closed->channel].reason = closed->reason;
    }
  }

  Loop& loop_;
  int seq_ = 0;
  std::map<link::ChannelId, std::size_t> untaken_;
  io::TaskGroup tasks_;
  io::LinkDriver driver_;
};

}  // namespace nearside::far_end
