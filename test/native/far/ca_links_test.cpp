// An organisation's CA in the place of pins, judged by a whole agent. The CA is made with the
// `openssl` command; skipped where there is none.
#include "agent_place.hpp"
#include "io/files.hpp"
#include "io/tls.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace nearside::far_end {
namespace {

class CaLinksTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!run("version")) GTEST_SKIP() << "there is no openssl command";
    ASSERT_TRUE(
        run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
            "-subj /CN=organisation -keyout ca.key -out ca.pem"));
    place.emplace([this](AgentOptions& options) {
      options.listen = {{"127.0.0.1", 0}};
      options.ca = io::CaPolicy{folder.path() / "ca.pem", {"alice.example"}};
    });
  }
  bool run(const std::string& arguments) const {
    const std::string command =
        "cd " + folder.path().string() + " && openssl " + arguments + " >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  }
  /// A near end whose key the CA has signed for this name.
  io::Identity signed_for(const std::string& name) const {
    const auto state = folder.path() / name;
    const auto identity = io::load_or_make_identity(state).value();
    std::ofstream(folder.path() / "request.pem")
        << io::certificate_request(identity, {name}).value();
    std::ofstream(folder.path() / "extensions")
        << "subjectAltName=DNS:" << name
        << "\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth,serverAuth\n"
           "basicConstraints=critical,CA:FALSE\n";
    EXPECT_TRUE(
        run("x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 "
            "-extfile extensions -out signed.pem"));
    const auto pem = io::read_file(folder.path() / "signed.pem", 1 << 16).value();
    return io::install_certificate(state, pem).value();
  }
  /// Whether the agent takes it; `refusal` says why not.
  bool is_taken(const io::Identity& identity) {
    auto& loop = place->loop;
    const auto address = io::parse_host_port(
        place->events.at(0).at("addresses").at(0).get<std::string>().substr(6));  // tls://
    auto socket =
        loop.run(io::connect_tcp(loop.executor(), address.value(), std::chrono::seconds(5)));
    const auto context = io::TlsContext::make(io::TlsSide::kClient, identity).value();
    auto tls = loop.run(io::tls_handshake(std::move(socket.value()), context, "the agent",
                                          std::chrono::seconds(10)));
    NearLink link(loop, std::move(tls.value().stream));
    EXPECT_TRUE(loop.run_until([&] { return link.established || link.ended; }));
    refusal = link.refused;
    return link.established;
  }

  Scratch folder;
  std::optional<AgentPlace> place;
  std::optional<Fault> refusal;
};

TEST_F(CaLinksTest, TakesWhoItVouchesForByAnAllowedName) {
  EXPECT_TRUE(is_taken(signed_for("alice.example")));
}

TEST_F(CaLinksTest, RefusesAnotherNameAndSaysWhy) {
  EXPECT_FALSE(is_taken(signed_for("mallory.example")));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->condition, Condition::kAuthRejected);
}

TEST_F(CaLinksTest, RefusesAPinThatItDoesNotVouchFor) {
  const auto identity = io::load_or_make_identity(folder.path() / "pinned").value();
  const nlohmann::json arguments{{"fingerprint", identity.fingerprint.text()}, {"role", "client"}};
  ASSERT_TRUE(place->connect()->ask({"authorize", arguments}));
  EXPECT_FALSE(is_taken(identity));
}

TEST_F(CaLinksTest, RefusesWhoWasRevokedThoughItVouchesForIt) {
  const auto identity = signed_for("alice.example");
  const nlohmann::json arguments{{"fingerprint", identity.fingerprint.text()}};
  ASSERT_TRUE(place->connect()->ask({"revoke", arguments}));
  EXPECT_FALSE(is_taken(identity));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code, Errc::kPeerRevoked);
}

TEST_F(CaLinksTest, GivesNoPairingCodes) {
  EXPECT_FALSE(place->connect()->ask({"pair"}));
}

}  // namespace
}  // namespace nearside::far_end
