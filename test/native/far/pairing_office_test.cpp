#include "far/pairing_office.hpp"

#include "io/pairing.hpp"

#include <gtest/gtest.h>

namespace nearside::far_end {
namespace {

io::Fingerprint fingerprint(unsigned char filler) {
  unsigned char bytes[32];
  for (unsigned char& byte : bytes) byte = filler;
  return io::Fingerprint::of_bytes(bytes);
}

class PairingOfficeTest : public testing::Test {
 protected:
  std::string proof(const std::string& secret) const {
    return io::pairing_proof(io::Prover::kNearEnd, secret, binding, near_end, agent);
  }
  Result<std::string> redeem(const std::string& secret) {
    return office.redeem(proof(secret), binding, near_end, agent, now);
  }
  bool says(const Result<std::string>& result, const std::string& words) const {
    return !result && result.error().code == Errc::kPairingRefused &&
           result.error().message.find(words) != std::string::npos;
  }

  const std::string first = std::string(io::kPairingSecretBytes, 'a');
  const std::string second = std::string(io::kPairingSecretBytes, 'b');
  const std::string binding = std::string(32, 'x');
  const io::Fingerprint near_end = fingerprint(1);
  const io::Fingerprint agent = fingerprint(2);
  PairingOffice office;
  PairingOffice::Time now{};
};

TEST_F(PairingOfficeTest, AnswersARightProofWithItsOwn) {
  office.open(first, now);
  EXPECT_EQ(redeem(first).value(),
            io::pairing_proof(io::Prover::kAgent, first, binding, near_end, agent));
}

TEST_F(PairingOfficeTest, TakesACodeOnceAndSaysSo) {
  office.open(first, now);
  ASSERT_TRUE(redeem(first));
  EXPECT_TRUE(says(redeem(first), "used already"));
}

TEST_F(PairingOfficeTest, LetsACodeExpireAfterTenMinutesAndSaysSo) {
  office.open(first, now);
  now += kPairingCodeLife - seconds(1);
  EXPECT_EQ(office.open_codes(now), 1u);
  now += seconds(1);
  EXPECT_EQ(office.open_codes(now), 0u);
  EXPECT_TRUE(says(redeem(first), "expired"));
}

TEST_F(PairingOfficeTest, IsNotBurntByWrongProofs) {
  office.open(first, now);
  for (int attempt = 0; attempt < 1000; ++attempt)
    EXPECT_TRUE(says(redeem(second), "knows no such"));
  EXPECT_TRUE(redeem(first));
}

TEST_F(PairingOfficeTest, HasSeveralCodesOpenAtOnce) {
  office.open(first, now);
  office.open(second, now);
  EXPECT_TRUE(redeem(second));
  EXPECT_TRUE(redeem(first));
}

TEST_F(PairingOfficeTest, RefusesAProofOfAnotherConnection) {
  office.open(first, now);
  EXPECT_FALSE(office.redeem(proof(first), std::string(32, 'y'), near_end, agent, now));
  EXPECT_FALSE(office.redeem(proof(first), binding, fingerprint(3), agent, now));
  EXPECT_TRUE(redeem(first));
}

TEST_F(PairingOfficeTest, RefusesItsOwnProofSentBack) {
  office.open(first, now);
  const auto own = io::pairing_proof(io::Prover::kAgent, first, binding, near_end, agent);
  EXPECT_FALSE(office.redeem(own, binding, near_end, agent, now));
}

TEST_F(PairingOfficeTest, HoldsABoundedNumberOfCodes) {
  for (std::size_t code = 0; code < 10 * kMaxOpenCodes; ++code)
    office.open(std::string(io::kPairingSecretBytes, static_cast<char>(code)), now);
  EXPECT_EQ(office.open_codes(now), kMaxOpenCodes);
}

TEST_F(PairingOfficeTest, NeverQuotesASecret) {
  office.open(first, now);
  EXPECT_EQ(redeem(second).error().message.find(second), std::string::npos);
}

}  // namespace
}  // namespace nearside::far_end
