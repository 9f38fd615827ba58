// Which certificates of an organisation's CA are taken, and which are not: each row differs from
// the good one in one thing.
#include "io/files.hpp"
#include "io/openssl.hpp"
#include "io/tls.hpp"
#include "loop.hpp"
#include "tls_pair.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <ostream>

namespace nearside::io {
namespace {

constexpr long kDay = 24 * 60 * 60;

struct Wanted {
  std::string names = "DNS:board-7.example";
  std::string usage = "critical,digitalSignature";
  std::string extended_usage = "clientAuth,serverAuth";
  std::string constraints = "critical,CA:FALSE";
  long from_days = -1;
  long to_days = 1;
};

struct Issuer {
  openssl::Key key;
  openssl::Certificate certificate;
  std::string pem() const {
    const openssl::Bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate.get());
    return openssl::text_of(out);
  }
};

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

openssl::Certificate issue(const Issuer* issuer, EVP_PKEY* key, const char* name,
                           const Wanted& wanted) {
  openssl::Certificate made(X509_new());
  X509* const raw = made.get();
  X509_set_version(raw, X509_VERSION_3);
  static long serial = 1000;
  ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509* const signer = issuer == nullptr ? raw : issuer->certificate.get();
  X509_set_issuer_name(raw, X509_get_subject_name(signer));
  X509_gmtime_adj(X509_getm_notBefore(raw), wanted.from_days * kDay);
  X509_gmtime_adj(X509_getm_notAfter(raw), wanted.to_days * kDay);
  X509_set_pubkey(raw, key);
  extend(raw, signer, NID_basic_constraints, wanted.constraints);
  extend(raw, signer, NID_key_usage, wanted.usage);
  extend(raw, signer, NID_ext_key_usage, wanted.extended_usage);
  extend(raw, signer, NID_subject_alt_name, wanted.names);
  X509_sign(raw, issuer == nullptr ? key : issuer->key.get(), EVP_sha256());
  return made;
}

Issuer make_ca(const char* name, const Issuer* above = nullptr) {
  Issuer ca{openssl::Key(EVP_EC_gen("P-256")), nullptr};
  ca.certificate = issue(above, ca.key.get(), name,
                         {"", "critical,keyCertSign,cRLSign", "", "critical,CA:TRUE", -100, 100});
  return ca;
}

class Ca : public ::testing::Test {
 protected:
  Ca() { EXPECT_TRUE(write_private_file(folder / "ca.pem", ca.pem())); }

  Identity with_certificate(const Identity& identity, const Issuer& issuer, const Wanted& wanted,
                            const std::string& chain = "") {
    const auto key = openssl::key_of(identity.private_key_pem);
    const Issuer leaf{nullptr, issue(&issuer, key.get(), "board-7.example", wanted)};
    return {identity.private_key_pem, leaf.pem() + chain, identity.fingerprint};
  }

  /// What `judging` says of a peer with this identity. Empty: it is taken.
  std::string judgement(TlsSide judging, const Identity& judged) {
    const CaPolicy policy{folder / "ca.pem", allowed};
    const bool by_server = judging == TlsSide::kServer;
    const auto server = TlsContext::make(TlsSide::kServer, by_server ? judge_identity : judged,
                                         by_server ? std::optional(policy) : std::nullopt);
    const auto client = TlsContext::make(TlsSide::kClient, by_server ? judged : judge_identity,
                                         by_server ? std::nullopt : std::optional(policy));
    const auto pair = tls_pair(loop, server.value(), client.value());
    const auto& peer = (by_server ? pair.server : pair.client).value().peer;
    EXPECT_EQ(peer.fingerprint, judged.fingerprint);
    if (!peer.ca_refusal) return "";
    EXPECT_EQ(peer.ca_refusal->code, Errc::kCertificateRefused);
    EXPECT_EQ(peer.ca_refusal->condition, Condition::kAuthRejected);
    return peer.ca_refusal->message;
  }
  std::string judgement_of_client(const Wanted& wanted) {
    return judgement(TlsSide::kServer, with_certificate(peer_identity, ca, wanted));
  }

  TemporaryFolder folder;
  Loop loop;
  Issuer ca = make_ca("Example CA");
  Identity judge_identity = load_or_make_identity(folder / "judge").value();
  Identity peer_identity = load_or_make_identity(folder / "peer").value();
  std::vector<std::string> allowed{"board-7.example"};
};

TEST_F(Ca, ARightCertificateIsTakenOnBothSides) {
  EXPECT_EQ(judgement_of_client({}), "");
  EXPECT_EQ(judgement(TlsSide::kClient, with_certificate(peer_identity, ca, {})), "");
}

TEST_F(Ca, NamesMayBeUrisAndMailAddresses) {
  allowed = {"spiffe://example/agent", "dev@example.com"};
  Wanted wanted;
  wanted.names = "URI:spiffe://example/agent";
  EXPECT_EQ(judgement_of_client(wanted), "");
  wanted.names = "email:dev@example.com";
  EXPECT_EQ(judgement_of_client(wanted), "");
  wanted.names = "DNS:other.example,email:dev@example.com";
  EXPECT_EQ(judgement_of_client(wanted), "");
}

TEST_F(Ca, AnIntermediateIsFollowedIfThePeerSendsIt) {
  const Issuer intermediate = make_ca("Example intermediate", &ca);
  EXPECT_EQ(judgement(TlsSide::kServer,
                      with_certificate(peer_identity, intermediate, {}, intermediate.pem())),
            "");
  EXPECT_NE(judgement(TlsSide::kServer, with_certificate(peer_identity, intermediate, {})), "");
}

struct Refused {
  const char* what;
  Wanted wanted;
  const char* words;
  friend void PrintTo(const Refused& row, std::ostream* out) { *out << row.what; }
};

class CaRefuses : public Ca, public ::testing::WithParamInterface<Refused> {};

TEST_P(CaRefuses, AndSaysWhy) {
  const auto said = judgement_of_client(GetParam().wanted);
  EXPECT_NE(said, "") << GetParam().what;
  EXPECT_NE(said.find(GetParam().words), std::string::npos) << GetParam().what << ": " << said;
}

Wanted changed(std::string Wanted::*field, const char* value) {
  Wanted wanted;
  wanted.*field = value;
  return wanted;
}

Wanted valid_between(long from, long to) {
  Wanted wanted;
  wanted.from_days = from;
  wanted.to_days = to;
  return wanted;
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, CaRefuses,
    ::testing::Values(
        Refused{"expired", valid_between(-10, -1), "expired"},
        Refused{"not yet valid", valid_between(1, 10), "not yet valid"},
        Refused{"for servers only", changed(&Wanted::extended_usage, "serverAuth"), "purpose"},
        Refused{"for mail", changed(&Wanted::extended_usage, "emailProtection"), "purpose"},
        Refused{"for anything", changed(&Wanted::extended_usage, "anyExtendedKeyUsage"), "purpose"},
        Refused{"for nothing said", changed(&Wanted::extended_usage, ""), "clientAuth"},
        Refused{"no signatures", changed(&Wanted::usage, "critical,keyEncipherment,keyAgreement"),
                ""},
        Refused{"a CA", changed(&Wanted::constraints, "critical,CA:TRUE"), "CA's own"},
        Refused{"another name", changed(&Wanted::names, "DNS:board-8.example"), "board-8.example"},
        Refused{"a longer name", changed(&Wanted::names, "DNS:board-7.example.evil"), "--allow"},
        Refused{"a wildcard", changed(&Wanted::names, "DNS:*.example"), "--allow"},
        Refused{"other letters", changed(&Wanted::names, "DNS:BOARD-7.example"), "--allow"},
        Refused{"a common name only", changed(&Wanted::names, ""), "no subject alternative name"},
        Refused{"an address", changed(&Wanted::names, "IP:127.0.0.1"),
                "no subject alternative name"}));

TEST_F(Ca, AClientsCertificateIsNoServers) {
  EXPECT_NE(
      judgement(TlsSide::kClient, with_certificate(peer_identity, ca,
                                                   changed(&Wanted::extended_usage, "clientAuth"))),
      "");
}

TEST_F(Ca, AnotherCaOfTheSameNameIsRefused) {
  const Issuer impostor = make_ca("Example CA");
  EXPECT_NE(judgement(TlsSide::kServer, with_certificate(peer_identity, impostor, {})), "");
  // Nor does it help to send that CA along.
  EXPECT_NE(
      judgement(TlsSide::kServer, with_certificate(peer_identity, impostor, {}, impostor.pem())),
      "");
}

TEST_F(Ca, OurOwnSelfSignedCertificateIsRefused) {
  EXPECT_NE(judgement(TlsSide::kServer, peer_identity), "");
}

TEST_F(Ca, ALeafThatSignsAnotherIsNoCa) {
  const auto key = openssl::key_of(judge_identity.private_key_pem);
  Issuer leaf{openssl::key_of(judge_identity.private_key_pem), issue(&ca, key.get(), "leaf", {})};
  EXPECT_NE(judgement(TlsSide::kServer, with_certificate(peer_identity, leaf, {}, leaf.pem())), "");
}

TEST_F(Ca, AWildcardIsNeverAName) {
  allowed = {"*.example"};
  Wanted wanted;
  wanted.names = "DNS:*.example";
  EXPECT_NE(judgement_of_client(wanted), "");
}

TEST_F(Ca, WithoutAllowedNamesNobodyIsTaken) {
  allowed = {};
  EXPECT_NE(judgement_of_client({}), "");
}

TEST_F(Ca, AFileWithoutACertificateIsNamed) {
  ASSERT_TRUE(write_private_file(folder / "empty.pem", "nothing"));
  const auto context =
      TlsContext::make(TlsSide::kServer, judge_identity, CaPolicy{folder / "empty.pem", allowed});
  ASSERT_FALSE(context);
  EXPECT_NE(context.error().message.find("empty.pem"), std::string::npos);
  EXPECT_FALSE(TlsContext::make(TlsSide::kServer, judge_identity,
                                CaPolicy{folder / "missing.pem", allowed}));
}

}  // namespace
}  // namespace nearside::io
