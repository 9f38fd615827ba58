// Who may come in over TLS, and how far: pairing, pins, revocation, strangers.
#include "agent_place.hpp"
#include "far/limits.hpp"
#include "io/pairing.hpp"
#include "io/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearside::far_end {
namespace {

using testing::HasSubstr;

void listen(AgentOptions& options) {
  options.listen = {{"127.0.0.1", 0}};
}

class TlsLinksTest : public testing::Test, public AgentPlace {
 protected:
  TlsLinksTest() : AgentPlace(listen) {}

  io::HostPort address() {
    return io::parse_host_port(
               events.at(0).at("addresses").at(0).get<std::string>().substr(6))  // tls://
        .value();
  }
  asio::ip::tcp::socket dial() {
    return loop.run(io::connect_tcp(loop.executor(), address(), std::chrono::seconds(5))).value();
  }
  io::TlsStream dial_tls() {
    auto context = io::TlsContext::make(io::TlsSide::kClient, identity).value();
    return loop.run(io::tls_handshake(dial(), context, "the agent", std::chrono::seconds(10)))
        .value();
  }
  std::unique_ptr<NearLink> connect_tls() {
    return std::make_unique<NearLink>(loop, std::move(dial_tls().stream));
  }
  io::PairingCode new_code() {
    const auto answer = connect()->ask({"pair"});
    return io::decode_pairing_code(answer.value().body.at("code").get<std::string>()).value();
  }
  /// Asks to be paired; the agent's proof, or nothing.
  std::optional<std::string> pair(const std::string& secret) {
    auto tls = dial_tls();
    const auto proof = [&](io::Prover prover) {
      return io::pairing_proof(prover, secret, tls.peer.channel_binding, identity.fingerprint,
                               tls.peer.fingerprint);
    };
    NearLink link(loop, std::move(tls.stream),
                  NearLink::Pairing{proof(io::Prover::kNearEnd), "me"});
    EXPECT_TRUE(loop.run_until([&] { return link.ended; }));
    refusal = link.refused;
    EXPECT_EQ(link.paired.value_or(proof(io::Prover::kAgent)), proof(io::Prover::kAgent));
    return link.paired;
  }

  const io::Identity identity = io::load_or_make_identity(scratch.path() / "near").value();
  std::optional<Fault> refusal;
};

TEST_F(TlsLinksTest, RefusesAStrangerAndSaysWhatToDo) {
  const auto link = connect_tls();
  EXPECT_TRUE(loop.run_until([&] { return link->ended; }));
  ASSERT_TRUE(link->refused);
  EXPECT_EQ(link->refused->code, Errc::kPeerUnknown);
  EXPECT_FALSE(link->established);
  EXPECT_EQ(event("peer-refused").at("peer"), identity.fingerprint.text());
}

TEST_F(TlsLinksTest, PairsByACodeOnce) {
  const auto code = new_code();
  EXPECT_EQ(code.address.text(), address().text());
  EXPECT_TRUE(pair(code.secret));
  EXPECT_EQ(event("paired").at("name"), "me");
  EXPECT_FALSE(pair(code.secret));
  EXPECT_THAT(refusal->message, HasSubstr("used already"));

  const auto link = connect_tls();
  const auto channel = link->open_session("stdio:" + python("adapter.py", kStandIn));
  EXPECT_TRUE(link->request(channel, "initialize").at("success"));
}

TEST_F(TlsLinksTest, IsNotBurntByAWrongCode) {
  const auto code = new_code();
  EXPECT_FALSE(pair(std::string(io::kPairingSecretBytes, 'x')));
  EXPECT_EQ(refusal->code, Errc::kPairingRefused);
  EXPECT_TRUE(pair(code.secret));
}

TEST_F(TlsLinksTest, GivesAPairedPeerNoOrdersAndNoEnvironmentOfItsChoice) {
  ASSERT_TRUE(pair(new_code().secret));
  const auto link = connect_tls();
  for (const char* request : {"status", "stop", "pair", "peers", "authorize", "revoke"})
    EXPECT_EQ(link->ask({request}).error().condition, Condition::kAuthRejected) << request;
  const auto channel =
      link->open_session("stdio:" + python("adapter.py", kStandIn), {{{"ONLY", "this"}}});
  EXPECT_FALSE(link->request(channel, "environment").at("body").contains("ONLY"));
}

TEST_F(TlsLinksTest, CutsALiveLinkWhenItIsRevoked) {
  ASSERT_TRUE(pair(new_code().secret));
  const auto link = connect_tls();
  const auto channel = link->open_session("stdio:" + python("adapter.py", kStandIn));
  link->request(channel, "initialize");
  link->request(channel, "launch");
  const auto answer =
      connect()->ask({"revoke", {{"fingerprint", identity.fingerprint.text()}}}).value().body;
  EXPECT_EQ(answer.at("known"), true);
  EXPECT_EQ(answer.at("linksCut"), 1);
  EXPECT_TRUE(loop.run_until([&] { return link->ended; }));
  ASSERT_TRUE(link->refused);
  EXPECT_EQ(link->refused->code, Errc::kPeerRevoked);
  event("session-closed");
  EXPECT_EQ(number_in("disconnect"), 1);

  const auto again = connect_tls();
  EXPECT_TRUE(loop.run_until([&] { return again->ended; }));
  EXPECT_EQ(again->refused.value().code, Errc::kPeerRevoked);
}

TEST_F(TlsLinksTest, TakesWhoWasAuthorizedByHand) {
  const nlohmann::json arguments{
      {"fingerprint", identity.fingerprint.text()}, {"role", "client"}, {"name", "by hand"}};
  ASSERT_TRUE(connect()->ask({"authorize", arguments}));
  const auto link = connect_tls();
  EXPECT_TRUE(loop.run_until([&] { return link->established; }));
  EXPECT_EQ(event("link-opened").at("name"), "by hand");
  const auto peers = connect()->ask({"peers"}).value().body.at("peers");
  ASSERT_EQ(peers.size(), 1u);
  EXPECT_EQ(peers.at(0).at("role"), "client");
}

TEST_F(TlsLinksTest, LetsAFloodOfSilentPeersPushOutOnlyTheOldestOfThemselves) {
  ASSERT_TRUE(pair(new_code().secret));
  const auto friendly = connect_tls();
  EXPECT_TRUE(loop.run_until([&] { return friendly->established; }));

  std::vector<io::StreamPtr> silent;
  for (std::size_t i = 0; i < kMaxUnauthenticated + 10; ++i)
    silent.push_back(io::make_stream(dial(), "silent"));
  char byte = 0;
  const auto first = loop.run(silent.front()->read_some(asio::buffer(&byte, 1)));
  EXPECT_TRUE(!first || *first == 0) << "the oldest is still served";

  const auto channel = friendly->open_session("stdio:" + python("adapter.py", kStandIn));
  EXPECT_TRUE(friendly->request(channel, "initialize").at("success"));
  const auto newcomer = connect_tls();
  EXPECT_TRUE(loop.run_until([&] { return newcomer->established; }));
}

TEST_F(TlsLinksTest, TellsOfAPeerThatSpeaksHttp) {
  const auto http = io::make_stream(dial(), "http");
  const std::string_view request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_TRUE(loop.run(http->write(asio::buffer(request.data(), request.size()))));
  EXPECT_THAT(event("peer-refused").at("reason").get<std::string>(), HasSubstr("HTTP"));
}

}  // namespace
}  // namespace nearside::far_end
