// Owners for OpenSSL's objects, and its errors as words. Only .cpp files of this room include it:
// no header of ours shows OpenSSL to others (in the addon there are two OpenSSLs).
#pragma once

#include "core/fault.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::io::openssl {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using Store = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;
using Context = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;
using Connection = std::unique_ptr<SSL, FreeWith<SSL_free>>;

/// A read-only view; `text` must outlive it.
Bio reader(std::string_view text);
std::string text_of(const Bio& memory);
/// All certificates of a PEM text, in order. Empty when there is none.
std::vector<Certificate> certificates_of(std::string_view pem);
/// Null when it is no key, or one behind a passphrase: nobody is asked for one.
Key key_of(std::string_view pem);
/// SHA-256 of the public key's SubjectPublicKeyInfo.
std::string public_key_hash(EVP_PKEY* key);
/// The newest entry of this thread's error queue as words, and the queue is empty.
std::string take_error();

}  // namespace nearside::io::openssl
