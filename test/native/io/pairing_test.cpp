// Pairing codes survive copying and nothing else; proofs are bound to connection, keys and side.
#include "io/pairing.hpp"

#include <gtest/gtest.h>

namespace nearside::io {
namespace {

Fingerprint fingerprint_of(unsigned char fill) {
  unsigned char hash[32];
  std::fill(std::begin(hash), std::end(hash), fill);
  return Fingerprint::of_bytes(hash);
}

PairingCode some_code(std::string host = "build-box.example") {
  return {.address = {.host = std::move(host), .port = 4711},
          .agent = fingerprint_of(7),
          .secret = std::string("0123456789abcdef")};
}

TEST(PairingCode, ComesBackAsItWent) {
  for (const std::string host : {"10.0.0.7", "::1", "build-box.example", "x"}) {
    const PairingCode code = some_code(host);
    const auto decoded = decode_pairing_code(encode(code));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->address.host, host);
    EXPECT_EQ(decoded->address.port, 4711);
    EXPECT_EQ(decoded->agent, code.agent);
    EXPECT_EQ(decoded->secret, code.secret);
  }
}

TEST(PairingCode, ForgivesBlanksAndLineBreaksOfATerminal) {
  std::string text = encode(some_code());
  text.insert(20, "\n  ");
  EXPECT_TRUE(decode_pairing_code("  " + text + "\r\n"));
}

TEST(PairingCode, IsRefusedWhenAnyCharacterIsMistyped) {
  const std::string text = encode(some_code());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string mistyped = text;
    mistyped[at] = mistyped[at] == 'Q' ? 'R' : 'Q';
    const auto decoded = decode_pairing_code(mistyped);
    ASSERT_FALSE(decoded) << "at " << at;
    EXPECT_EQ(decoded.error().code, Errc::kPairingCodeInvalid);
  }
}

TEST(PairingCode, IsRefusedWhenCutAnywhereAndNeverQuoted) {
  const std::string text = encode(some_code());
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto decoded = decode_pairing_code(text.substr(0, length));
    ASSERT_FALSE(decoded) << "length " << length;
    if (length > 24) {
      EXPECT_EQ(decoded.error().message.find(text.substr(12, 12)), std::string::npos);
    }
  }
}

TEST(PairingCode, IsRefusedWithAnAddressThatWouldDisturbATerminal) {
  EXPECT_FALSE(decode_pairing_code(encode(some_code("evil\x1b[2Jhost"))));
}

TEST(PairingProof, DiffersByProverConnectionKeyAndSecret) {
  const Fingerprint near_end = fingerprint_of(1);
  const Fingerprint agent = fingerprint_of(2);
  const std::string proof = pairing_proof(Prover::kNearEnd, "secret", "binding", near_end, agent);
  EXPECT_EQ(proof.size(), 64u);
  EXPECT_NE(proof, pairing_proof(Prover::kAgent, "secret", "binding", near_end, agent));
  EXPECT_NE(proof, pairing_proof(Prover::kNearEnd, "Secret", "binding", near_end, agent));
  EXPECT_NE(proof, pairing_proof(Prover::kNearEnd, "secret", "another", near_end, agent));
  EXPECT_NE(proof, pairing_proof(Prover::kNearEnd, "secret", "binding", agent, near_end));
}

}  // namespace
}  // namespace nearside::io
