// OpenSSL makes and takes DER (RFC 3279, section 2.2.3); r and s are taken out of it and put back.
#include "io/signature.hpp"

#include "io/base64url.hpp"
#include "io/faults.hpp"
#include "io/openssl.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

namespace nearside::io {
namespace {

constexpr int kNumberBytes = 32;

using Digest = std::unique_ptr<EVP_MD_CTX, openssl::FreeWith<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, openssl::FreeWith<ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, openssl::FreeWith<BN_free>>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<std::string> sign_es256(const Identity& identity, std::string_view text) {
  const auto failed = [] {
    return make_fault(Errc::kCertificateRefused, Condition::kInternal,
                      "signing failed: " + openssl::take_error());
  };
  const auto key = openssl::key_of(identity.private_key_pem);
  const Digest digest(EVP_MD_CTX_new());
  unsigned char der[128];
  std::size_t size = sizeof der;
  if (!key || !digest ||
      EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(digest.get(), der, &size, octets(text), text.size()) != 1)
    return failed();
  const unsigned char* at = der;
  const EcdsaSignature parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  unsigned char raw[2 * kNumberBytes];
  if (!parts || BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), raw, kNumberBytes) != kNumberBytes ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), raw + kNumberBytes, kNumberBytes) != kNumberBytes)
    return failed();
  return to_base64url({reinterpret_cast<const char*>(raw), sizeof raw});
}

bool verify_es256(std::string_view certificate_pem, std::string_view text,
                  std::string_view signature) {
  const auto raw = from_base64url(signature);
  if (!raw || raw->size() != 2 * kNumberBytes) return false;
  const auto chain = openssl::certificates_of(certificate_pem);
  if (chain.empty()) return false;
  EVP_PKEY* const key = X509_get0_pubkey(chain.front().get());
  const EcdsaSignature parts(ECDSA_SIG_new());
  Number r(BN_bin2bn(octets(*raw), kNumberBytes, nullptr));
  Number s(BN_bin2bn(octets(*raw) + kNumberBytes, kNumberBytes, nullptr));
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || !parts || !r || !s ||
      ECDSA_SIG_set0(parts.get(), r.get(), s.get()) != 1)
    return false;
  static_cast<void>(r.release());  // The signature owns them now.
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(parts.get(), &der);
  const Digest digest(EVP_MD_CTX_new());
  const bool good = size > 0 && digest &&
                    EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                    EVP_DigestVerify(digest.get(), der, static_cast<std::size_t>(size),
                                     octets(text), text.size()) == 1;
  OPENSSL_free(der);
  ERR_clear_error();
  return good;
}

}  // namespace nearside::io
