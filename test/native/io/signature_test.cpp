// Signatures of an identity, checked by OpenSSL's own words for what is not one, and base64url.
#include "io/signature.hpp"

#include "io/base64url.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

namespace nearside::io {
namespace {

class Signature : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/nearside-signature-test-XXXXXX";
    folder = ::mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  Identity identity(const char* name) { return load_or_make_identity(folder / name).value(); }
  std::filesystem::path folder;
};

TEST_F(Signature, IsTakenFromItsOwnKeyForItsOwnText) {
  const auto own = identity("own"), other = identity("other");
  const auto signature = sign_es256(own, "text").value();
  EXPECT_EQ(signature.size(), 86U) << "64 bytes";
  EXPECT_TRUE(verify_es256(own.certificate_pem, "text", signature));
  EXPECT_FALSE(verify_es256(own.certificate_pem, "Text", signature));
  EXPECT_FALSE(verify_es256(own.certificate_pem, "", signature));
  EXPECT_FALSE(verify_es256(other.certificate_pem, "text", signature));
}

TEST_F(Signature, IsRefusedWithAnyByteChangedOrMissing) {
  const auto own = identity("own");
  const auto signature = sign_es256(own, "text").value();
  const auto raw = from_base64url(signature).value();
  for (std::size_t at = 0; at < raw.size(); ++at) {
    auto changed = raw;
    changed[at] = static_cast<char>(changed[at] ^ 0x40);
    EXPECT_FALSE(verify_es256(own.certificate_pem, "text", to_base64url(changed))) << at;
    EXPECT_FALSE(verify_es256(own.certificate_pem, "text", to_base64url(raw.substr(0, at)))) << at;
  }
  EXPECT_FALSE(verify_es256(own.certificate_pem, "text", to_base64url(std::string(64, '\0'))));
  EXPECT_FALSE(verify_es256(own.certificate_pem, "text", to_base64url(std::string(64, '\xff'))));
  EXPECT_FALSE(verify_es256(own.certificate_pem, "text", to_base64url(raw + "x")));
  EXPECT_FALSE(verify_es256("", "text", signature));
}

TEST(Base64Url, HasOneSpellingForEachRunOfBytes) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 71 + size);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  for (const char* text : {"-_9", "-_8=", "+/8", "a", "aaaaa", "a b", "aa\n"})
    EXPECT_FALSE(from_base64url(text)) << text;
}

}  // namespace
}  // namespace nearside::io
