// The way to an organisation's certificate: our key asks (PKCS#10, RFC 2986), and what the CA gives
// is taken if it is for our key. The key never leaves, and so the fingerprint stays what it was.
#include "io/faults.hpp"
#include "io/files.hpp"
#include "io/identity.hpp"
#include "io/openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

namespace nearside::io {
namespace {

using openssl::FreeWith;
using Request = std::unique_ptr<X509_REQ, FreeWith<X509_REQ_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;

void free_extensions(STACK_OF(X509_EXTENSION) * list) {
  sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
}
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), FreeWith<free_extensions>>;

Fault refused(std::string message) {
  ERR_clear_error();
  return make_fault(Errc::kCertificateRefused, Condition::kMisconfigured, std::move(message));
}

/// OpenSSL's configuration syntax would take a comma for the next name and more: such names are no
/// names.
bool plain_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < 0x7F && c != ',' && c != ';' && c != '"' && c != '\\' && c != '$';
  });
}

std::string alternative_name(const std::string& name) {
  if (name.find("://") != std::string::npos) return "URI:" + name;
  return (name.find('@') != std::string::npos ? "email:" : "DNS:") + name;
}

bool add_extension(Extensions& list, int kind, const std::string& value) {
  Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  if (!extension || sk_X509_EXTENSION_push(list.get(), extension.get()) == 0) return false;
  static_cast<void>(extension.release());
  return true;
}

}  // namespace

Result<std::string> certificate_request(const Identity& identity,
                                        const std::vector<std::string>& names) {
  std::string wanted;
  for (const std::string& name : names) {
    if (!plain_name(name))
      return refused("'" + name +
                     "' cannot be a name in a certificate: give a DNS name, a URI or an e-mail "
                     "address.");
    wanted += (wanted.empty() ? "" : ",") + alternative_name(name);
  }
  const openssl::Key key = openssl::key_of(identity.private_key_pem);
  const Request request(X509_REQ_new());
  Extensions extensions(sk_X509_EXTENSION_new_null());
  bool made = key && request && extensions && X509_REQ_set_version(request.get(), 0) == 1 &&
              X509_REQ_set_pubkey(request.get(), key.get()) == 1;
  const std::string common_name = names.empty() ? "nearside" : names.front().substr(0, 64);
  made = made &&
         X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
                                    -1, 0) == 1 &&
         add_extension(extensions, NID_key_usage, "critical,digitalSignature") &&
         add_extension(extensions, NID_ext_key_usage, "clientAuth,serverAuth");
  if (made && !wanted.empty() && !add_extension(extensions, NID_subject_alt_name, wanted))
    return refused("OpenSSL takes none of these names into a certificate: " + wanted + ".");
  const openssl::Bio out(BIO_new(BIO_s_mem()));
  made = made && X509_REQ_add_extensions(request.get(), extensions.get()) == 1 &&
         X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0 && out &&
         PEM_write_bio_X509_REQ(out.get(), request.get()) == 1;
  if (!made) return refused("A certificate request could not be made with this key.");
  return openssl::text_of(out);
}

Result<Identity> install_certificate(const std::filesystem::path& state, std::string_view pem) {
  auto identity = load_or_make_identity(state);
  if (!identity) return identity.error();
  const auto chain = openssl::certificates_of(pem);
  if (chain.empty())
    return refused("There is no certificate in this file: PEM is expected, our own first.");
  const openssl::Key key = openssl::key_of(identity->private_key_pem);
  if (!key || X509_check_private_key(chain.front().get(), key.get()) != 1)
    return refused(
        "The first certificate in this file is for another key than ours. Have the request of "
        "'nearside identity --request' signed, and put that certificate first.");
  const openssl::Bio out(BIO_new(BIO_s_mem()));
  for (const openssl::Certificate& one : chain)
    if (!out || PEM_write_bio_X509(out.get(), one.get()) != 1)
      return refused("This certificate could not be written again.");
  identity->certificate_pem = openssl::text_of(out);
  const auto lock = FolderLock::take(state);
  if (!lock) return lock.error();
  if (const auto written = write_private_file(state / "identity.crt", identity->certificate_pem);
      !written)
    return written.error();
  return identity;
}

}  // namespace nearside::io
