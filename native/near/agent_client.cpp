// One link for one question, and one for one pairing. Neither is shared nor tried again: a person
// waits at a command line and can do that.
#include "near/agent_client.hpp"

#include "core/version.hpp"
#include "io/account.hpp"
#include "io/deadline.hpp"
#include "io/faults.hpp"
#include "io/link_driver.hpp"
#include "io/random_id.hpp"
#include "io/sockets.hpp"
#include "io/tls.hpp"
#include "near/limits.hpp"
#include "near/local_agent.hpp"

#include <unistd.h>

#include <ctime>
#include <utility>

// GCC 12 mistakes how Asio allocates the frames of some coroutines.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace nearside::near_end {
namespace {

using io::make_fault;

/// One question over a channel of its own link.
class Question {
 public:
  Question(io::StreamPtr stream, std::string request)
      : request_(std::move(request)),
        driver_(std::move(stream), options(),
                [this](link::LinkEvent event) { handle(std::move(event)); }) {}

  io::Async<session::AgentReply> ask() {
    co_await driver_.run();
    if (answer_) co_return std::move(*answer_);
    co_return fault_ ? *fault_
                     : make_fault(Errc::kLinkLost, Condition::kUnreachable,
                                  "The link was closed before the answer came.");
  }

 private:
  static link::LinkOptions options() {
    link::LinkOptions chosen;
    chosen.end = link::End::kNear;
    chosen.compress = false;
    chosen.link_id = io::random_id(io::kLinkIdBytes);
    chosen.product = kProduct;
    return chosen;
  }

  void handle(link::LinkEvent event) {
    auto& link = driver_.link();
    if (std::holds_alternative<link::LinkEstablished>(event)) {
      const auto channel = link.open_channel(
          session::encode(session::Opening(session::ControlOpening{})), io::now());
      if (!channel) return fail(channel.error());
      const auto sent = link.send(*channel, link::MessageKind::kControl, request_, io::now());
      if (!sent) fail(sent.error());
    } else if (const auto* message = std::get_if<link::MessageReceived>(&event)) {
      answer_ = session::decode_agent_answer(message->bytes);
      link.close(std::nullopt, io::now());
    } else if (auto* refused = std::get_if<link::LinkRefused>(&event)) {
      fault_ = std::move(refused->fault);
    } else if (auto* closed = std::get_if<link::ChannelClosed>(&event)) {
      if (closed->reason && !fault_) fault_ = std::move(closed->reason);
      link.close(std::nullopt, io::now());
    } else if (auto* ended = std::get_if<link::LinkEnded>(&event)) {
      if (ended->fault && !fault_) fault_ = std::move(ended->fault);
    }
  }

  void fail(const Fault& fault) {
    fault_ = fault;
    driver_.link().close(std::nullopt, io::now());
  }

  std::string request_;
  std::optional<session::AgentAnswer> answer_;
  std::optional<Fault> fault_;
  io::LinkDriver driver_;
};

io::Async<session::AgentReply> ask_on(io::StreamPtr stream, std::string request) {
  const auto question = std::make_unique<Question>(std::move(stream), std::move(request));
  co_return co_await question->ask();
}

/// The proof goes out, the agent's comes back.
class Pairing {
 public:
  Pairing(io::StreamPtr stream, std::string proof, std::string name, std::string expected)
      : expected_(std::move(expected)),
        driver_(std::move(stream), options(), [this](auto event) { handle(std::move(event)); }) {
    driver_.link().request_pairing(std::move(proof), std::move(name));
  }

  io::Async<void> run() {
    co_await driver_.run();
    if (is_proven_) co_return boost::system::in_place_value;
    co_return fault_ ? *fault_
                     : make_fault(Errc::kLinkLost, Condition::kUnreachable,
                                  "The agent closed the connection before the pairing was done. "
                                  "The code may be tried again.");
  }

 private:
  static link::LinkOptions options() {
    link::LinkOptions chosen;
    chosen.end = link::End::kNear;
    chosen.link_id = io::random_id(io::kLinkIdBytes);
    chosen.product = kProduct;
    return chosen;
  }

  void handle(link::LinkEvent event) {
    if (const auto* accepted = std::get_if<link::PairingAccepted>(&event)) {
      is_proven_ = io::equal_in_constant_time(accepted->proof, expected_);
      if (!is_proven_) {
        fault_ = make_fault(Errc::kPairingRefused, Condition::kAuthRejected,
                            "The agent could not show that it made this code. Nothing was pinned "
                            "here; ask for a new code with `nearside agent pair`.");
      }
      driver_.link().close(std::nullopt, io::now());
    } else if (auto* refused = std::get_if<link::LinkRefused>(&event)) {
      fault_ = std::move(refused->fault);
    } else if (auto* ended = std::get_if<link::LinkEnded>(&event)) {
      if (ended->fault && !fault_) fault_ = std::move(ended->fault);
    }
  }

  std::string expected_;
  bool is_proven_ = false;
  std::optional<Fault> fault_;
  io::LinkDriver driver_;
};

io::Async<void> prove_on(io::TlsStream tls, io::PairingCode code, io::Fingerprint ours,
                         std::string own_name) {
  const auto proof = [&](io::Prover prover) {
    return io::pairing_proof(prover, code.secret, tls.peer.channel_binding, ours, code.agent);
  };
  const auto pairing = std::make_unique<Pairing>(std::move(tls.stream), proof(io::Prover::kNearEnd),
                                                 std::move(own_name), proof(io::Prover::kAgent));
  co_return co_await pairing->run();
}

}  // namespace

io::Async<session::AgentReply> ask_agent(asio::any_io_executor executor,
                                         std::filesystem::path state,
                                         session::AgentRequest request) {
  auto socket = co_await LocalAgent::connect_running(executor, state, kAgentAnswerLimit);
  if (!socket) co_return socket.error();
  auto stream = io::make_stream(*std::move(socket), "the local agent");
  co_return co_await io::within(
      kAgentAnswerLimit, ask_on(std::move(stream), session::encode(request)),
      make_fault(Errc::kTimedOut, Condition::kUnreachable,
                 "The local agent runs and has not answered within " +
                     std::to_string(kAgentAnswerLimit.count() / 1000) + " s. It may hang."));
}

io::Async<session::AgentReply> ask_near_end(asio::any_io_executor executor,
                                            std::filesystem::path path,
                                            session::AgentRequest request) {
  auto socket = co_await io::connect_local(executor, path, kNearEndAnswerLimit);
  if (!socket) {
    if (socket.error().code == Errc::kConnectFailed) io::remove_dead_socket(path);
    co_return socket.error();
  }
  const auto user = io::peer_user(*socket);
  if (!user) co_return user.error();
  if (*user != ::geteuid())
    co_return make_fault(Errc::kPeerMismatch, Condition::kMisconfigured,
                         "Another user (" + std::to_string(*user) + ") listens at " +
                             path.string() + ". Have that process ended.");
  auto stream = io::make_stream(*std::move(socket), "a near end");
  co_return co_await io::within(
      kNearEndAnswerLimit, ask_on(std::move(stream), session::encode(request)),
      make_fault(Errc::kTimedOut, Condition::kUnreachable,
                 "The near end at " + path.string() + " has not answered within " +
                     std::to_string(kNearEndAnswerLimit.count() / 1000) + " s. It may hang."));
}

io::Async<io::Peer> pair(asio::any_io_executor executor, std::filesystem::path state,
                         io::PairingCode code, std::string own_name) {
  auto identity = io::load_or_make_identity(state);
  if (!identity) co_return identity.error();
  auto context = io::TlsContext::make(io::TlsSide::kClient, *identity);
  if (!context) co_return context.error();
  auto socket = co_await io::connect_tcp(executor, code.address, kConnectLimit);
  if (!socket) co_return socket.error();
  auto tls = co_await io::tls_handshake(*std::move(socket), *context,
                                        "tls://" + code.address.text(), kConnectLimit);
  if (!tls) co_return tls.error();
  if (tls->peer.fingerprint != code.agent) {
    tls->stream->close();
    co_return make_fault(Errc::kPeerMismatch, Condition::kAuthRejected,
                         "Who answers at " + code.address.text() + " has another key, " +
                             tls->peer.fingerprint.text() + ", than the agent of this code, " +
                             code.agent.text() + ". Nothing was sent. Somebody may be in between.");
  }
  auto proven = co_await io::within(
      kAgentAnswerLimit,
      prove_on(*std::move(tls), code, identity->fingerprint, std::move(own_name)),
      make_fault(Errc::kTimedOut, Condition::kUnreachable,
                 "The agent at " + code.address.text() + " did not answer the pairing in time."));
  if (!proven) co_return proven.error();
  io::Peer peer{code.agent, io::Peer::Role::kAgent, code.address.text(), std::time(nullptr), false};
  if (auto pinned = io::PeerStore(state).authorize(peer); !pinned) co_return pinned.error();
  co_return std::move(peer);
}

std::string own_user_name() {
  return io::own_account().name;
}

}  // namespace nearside::near_end
