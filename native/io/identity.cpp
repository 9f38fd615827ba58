// Makes and loads our own key and certificate. The key is written before its certificate: a crash
// between the two leaves a key whose certificate is made again, never a certificate without a key.
#include "io/identity.hpp"

#include "io/account.hpp"
#include "io/faults.hpp"
#include "io/files.hpp"
#include "io/limits.hpp"
#include "io/openssl.hpp"
#include "io/tls.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace nearside::io {
namespace {

constexpr std::string_view kFingerprintPrefix = "SHA256:";
/// 32 bytes as base64 without padding.
constexpr std::size_t kDigits = 43;
/// RFC 5280, 4.1.2.5: the end of time. Pins ignore dates; an organisation's certificate has its
/// own.
constexpr const char* kNoExpiry = "99991231235959Z";
constexpr const char* kLongAgo = "19700101000000Z";

Fault damaged(const std::filesystem::path& file, const char* what) {
  return make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                    file.string() + " " + what +
                        "; restore it from a copy, or remove identity.key and identity.crt to get "
                        "a new identity, which every peer must then pair with again");
}

Fault crypto_fault(const char* doing) {
  return make_fault(Errc::kCertificateRefused, Condition::kInternal,
                    std::string(doing) + " failed: " + openssl::take_error());
}

Result<std::string> pem_of_new_key() {
  const openssl::Key key(EVP_EC_gen("P-256"));
  const openssl::Bio out(BIO_new(BIO_s_mem()));
  if (!key || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) != 1)
    return crypto_fault("making a key");
  return openssl::text_of(out);
}

bool add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  if (extension == nullptr) return false;
  const int added = X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  return added == 1;
}

bool set_serial(X509* certificate) {
  auto bytes = random_bytes(16);
  bytes[0] = static_cast<char>((bytes[0] & 0x3F) | 0x40);  // positive, and never short
  BIGNUM* number = BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), 16, nullptr);
  const bool set = number != nullptr &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

Result<std::string> pem_of_own_certificate(EVP_PKEY* key) {
  char host[256] = "unknown";
  ::gethostname(host, sizeof host - 1);
  // RFC 5280, appendix A.1: a common name has at most 64 characters.
  const std::string name = ("nearside " + std::string(host)).substr(0, 64);
  const openssl::Certificate certificate(X509_new());
  X509* const raw = certificate.get();
  X509_NAME* const subject = raw == nullptr ? nullptr : X509_get_subject_name(raw);
  const openssl::Bio out(BIO_new(BIO_s_mem()));
  const bool made =
      subject != nullptr && X509_set_version(raw, X509_VERSION_3) == 1 && set_serial(raw) &&
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                 0) == 1 &&
      X509_set_issuer_name(raw, subject) == 1 &&
      ASN1_TIME_set_string_X509(X509_getm_notBefore(raw), kLongAgo) == 1 &&
      ASN1_TIME_set_string_X509(X509_getm_notAfter(raw), kNoExpiry) == 1 &&
      X509_set_pubkey(raw, key) == 1 &&
      add_extension(raw, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(raw, NID_key_usage, "critical,digitalSignature") &&
      add_extension(raw, NID_ext_key_usage, "clientAuth,serverAuth") &&
      X509_sign(raw, key, EVP_sha256()) > 0 && PEM_write_bio_X509(out.get(), raw) == 1;
  if (!made) return crypto_fault("making a certificate");
  return openssl::text_of(out);
}

Fingerprint fingerprint_of_key(EVP_PKEY* key) {
  const auto hash = openssl::public_key_hash(key);
  unsigned char bytes[32] = {};
  std::memcpy(bytes, hash.data(), std::min(sizeof bytes, hash.size()));
  return Fingerprint::of_bytes(bytes);
}

}  // namespace

Result<Fingerprint> Fingerprint::parse(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const bool well_formed =
      text.starts_with(kFingerprintPrefix) && text.size() == kFingerprintPrefix.size() + kDigits &&
      text.find_first_not_of(kAlphabet, kFingerprintPrefix.size()) == std::string_view::npos &&
      kAlphabet.find(text.back()) % 4 == 0;  // 43 digits hold two bits more: one spelling only
  if (!well_formed)
    return make_fault(Errc::kUsage, Condition::kMisconfigured,
                      "\"" + std::string(text.substr(0, 100)) +
                          "\" is no fingerprint: it is \"SHA256:\" and 43 characters, as "
                          "`nearside identity` prints it on the other machine");
  return Fingerprint(std::string(text));
}

Fingerprint Fingerprint::of_bytes(const unsigned char (&sha256)[32]) {
  unsigned char digits[48];
  EVP_EncodeBlock(digits, sha256, sizeof sha256);
  return Fingerprint(std::string(kFingerprintPrefix) +
                     std::string(reinterpret_cast<const char*>(digits), kDigits));
}

Result<std::filesystem::path> state_folder(const std::optional<std::filesystem::path>& chosen) {
  if (chosen) {
    std::error_code error;
    auto absolute = std::filesystem::absolute(*chosen, error);
    return error ? *chosen : absolute;
  }
  if (const char* xdg = std::getenv("XDG_STATE_HOME"); xdg != nullptr && xdg[0] == '/')
    return std::filesystem::path(xdg) / "nearside";
  const auto home = own_account().home;
  if (home.empty())
    return make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                      "there is no home folder for user " + std::to_string(::geteuid()) +
                          " to keep our key in; name a folder with --state DIR");
  return std::filesystem::path(home) / ".local" / "state" / "nearside";
}

Result<Identity> load_or_make_identity(const std::filesystem::path& state) {
  if (auto ensured = ensure_private_folder(state); !ensured) return ensured.error();
  const auto lock = FolderLock::take(state);
  if (!lock) return lock.error();
  const auto key_file = state / "identity.key";
  const auto certificate_file = state / "identity.crt";
  std::error_code ignored;
  const bool has_key = std::filesystem::exists(key_file, ignored);
  const bool has_certificate = std::filesystem::exists(certificate_file, ignored);
  if (!has_key && has_certificate)
    return damaged(key_file, "is missing, but identity.crt is there");

  auto key_pem = has_key ? read_private_file(key_file, kMaxStateFileBytes) : pem_of_new_key();
  if (!key_pem) return key_pem.error();
  const auto key = openssl::key_of(*key_pem);
  char curve[32] = {};
  if (!key) return damaged(key_file, "holds no private key that can be read");
  if (EVP_PKEY_get_group_name(key.get(), curve, sizeof curve, nullptr) != 1 ||
      std::string_view(curve) != "prime256v1")
    return damaged(key_file, "holds a key that is not ECDSA P-256");
  if (!has_key)
    if (auto written = write_private_file(key_file, *key_pem); !written) return written.error();

  auto certificate_pem = has_certificate ? read_private_file(certificate_file, kMaxStateFileBytes)
                                         : pem_of_own_certificate(key.get());
  if (!certificate_pem) return certificate_pem.error();
  const auto chain = openssl::certificates_of(*certificate_pem);
  if (chain.empty()) return damaged(certificate_file, "holds no certificate that can be read");
  if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
    ERR_clear_error();
    return damaged(certificate_file, "is for another key than identity.key");
  }
  if (!has_certificate)
    if (auto written = write_private_file(certificate_file, *certificate_pem); !written)
      return written.error();
  return Identity{std::move(*key_pem), std::move(*certificate_pem), fingerprint_of_key(key.get())};
}

}  // namespace nearside::io
