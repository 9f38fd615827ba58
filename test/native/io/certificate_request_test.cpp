#include "io/identity.hpp"
#include "io/openssl.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <sstream>

namespace nearside::io {
namespace {

class CertificateRequest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "nearside-csr-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    state_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(state_); }

  /// What a CA makes of a request: a certificate with the request's key and extensions.
  static std::string sign(const std::string& request_pem) {
    const openssl::Bio in = openssl::reader(request_pem);
    X509_REQ* request = PEM_read_bio_X509_REQ(in.get(), nullptr, nullptr, nullptr);
    EXPECT_NE(request, nullptr);
    EXPECT_EQ(X509_REQ_verify(request, X509_REQ_get0_pubkey(request)), 1);
    const openssl::Key ca(EVP_EC_gen("P-256"));
    const openssl::Certificate certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_set_subject_name(certificate.get(), X509_REQ_get_subject_name(request));
    X509_set_pubkey(certificate.get(), X509_REQ_get0_pubkey(request));
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    STACK_OF(X509_EXTENSION)* extensions = X509_REQ_get_extensions(request);
    for (int i = 0; i < sk_X509_EXTENSION_num(extensions); ++i)
      X509_add_ext(certificate.get(), sk_X509_EXTENSION_value(extensions, i), -1);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    X509_REQ_free(request);
    EXPECT_GT(X509_sign(certificate.get(), ca.get(), EVP_sha256()), 0);
    const openssl::Bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate.get());
    return openssl::text_of(out);
  }

  std::filesystem::path state_;
};

TEST_F(CertificateRequest, AsksForEachNameByItsKind) {
  const auto identity = load_or_make_identity(state_);
  ASSERT_TRUE(identity) << identity.error().message;
  const auto request = certificate_request(
      *identity, {"box.example.com", "alice@example.com", "spiffe://example.com/dev"});
  ASSERT_TRUE(request) << request.error().message;
  const auto chain = openssl::certificates_of(sign(*request));
  ASSERT_EQ(chain.size(), 1u);
  EXPECT_EQ(X509_check_host(chain[0].get(), "box.example.com", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_email(chain[0].get(), "alice@example.com", 0, 0), 1);
  EXPECT_EQ(X509_get_key_usage(chain[0].get()), static_cast<unsigned>(KU_DIGITAL_SIGNATURE));
}

TEST_F(CertificateRequest, RefusesANameThatWouldSmuggleInAnother) {
  const auto identity = load_or_make_identity(state_);
  ASSERT_TRUE(identity);
  for (const char* name : {"", "a,DNS:b", "a b", "a\nb", "${ENV}"}) {
    const auto request = certificate_request(*identity, {name});
    EXPECT_FALSE(request) << name;
  }
}

TEST_F(CertificateRequest, IsAnsweredByACertificateThatKeepsKeyAndFingerprint) {
  const auto before = load_or_make_identity(state_);
  ASSERT_TRUE(before);
  const auto request = certificate_request(*before, {"box.example.com"});
  ASSERT_TRUE(request);
  const std::string certificate = sign(*request);
  const auto installed = install_certificate(state_, before->private_key_pem + certificate);
  ASSERT_TRUE(installed) << installed.error().message;
  const auto after = load_or_make_identity(state_);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->fingerprint, before->fingerprint);
  EXPECT_EQ(after->certificate_pem, certificate) << "a key beside it would have been copied";
}

TEST_F(CertificateRequest, RefusesACertificateForAnotherKeyAndKeepsTheOldOne) {
  const auto before = load_or_make_identity(state_);
  const auto other = load_or_make_identity(state_ / "other");
  ASSERT_TRUE(before && other);
  for (const std::string& pem : {other->certificate_pem, std::string("nonsense"), std::string()}) {
    const auto installed = install_certificate(state_, pem);
    ASSERT_FALSE(installed);
    EXPECT_EQ(installed.error().code, Errc::kCertificateRefused);
  }
  EXPECT_EQ(load_or_make_identity(state_)->certificate_pem, before->certificate_pem);
}

}  // namespace
}  // namespace nearside::io
