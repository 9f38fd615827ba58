// The judgement of an organisation's CA over a peer: chain and dates by OpenSSL, usage and names by
// the narrow rules here. A certificate that is good for a web server, a signer or another machine
// is not good for us.
#include "io/faults.hpp"
#include "io/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdint>

namespace nearside::io {
namespace {

/// Roots and two or three intermediates; more is a mistake or an attack on our time.
constexpr int kMaxChainDepth = 8;
/// OpenSSL's level 2: 112 bits (RSA 2048, P-224) and no SHA-1, in each link of the chain.
constexpr int kSecurityLevel = 2;

Fault refusal(const std::string& why) {
  return make_fault(Errc::kCertificateRefused, Condition::kAuthRejected,
                    "the peer's certificate is refused: " + why);
}

std::optional<Fault> judge_chain(const TlsContext::Impl& context, X509* leaf,
                                 STACK_OF(X509) * chain) {
  const openssl::StoreContext check(X509_STORE_CTX_new());
  if (!check || X509_STORE_CTX_init(check.get(), context.authorities.get(), leaf, chain) != 1)
    return refusal(openssl::take_error());
  X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(check.get());
  X509_VERIFY_PARAM_set_purpose(
      rules, context.side == TlsSide::kServer ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_depth(rules, kMaxChainDepth);
  X509_VERIFY_PARAM_set_auth_level(rules, kSecurityLevel);
  const int verified = X509_verify_cert(check.get());
  const int error = X509_STORE_CTX_get_error(check.get());
  ERR_clear_error();
  if (verified == 1) return std::nullopt;
  return refusal(std::string(X509_verify_cert_error_string(error)) +
                 " (have it issued by the CA of --ca; and is this machine's clock right?)");
}

std::optional<Fault> judge_usage(const TlsContext::Impl& context, X509* leaf) {
  // check_ca() alone lets one pass that says CA:TRUE and may not sign certificates.
  if ((X509_get_extension_flags(leaf) & EXFLAG_CA) != 0 || X509_check_ca(leaf) != 0)
    return refusal("it is a CA's own, not that of a user or a machine");
  const std::uint32_t usage = X509_get_key_usage(leaf);  // all bits when there is no such extension
  if ((usage & KU_DIGITAL_SIGNATURE) == 0)
    return refusal("its key usage does not allow digital signatures");
  const bool of_client = context.side == TlsSide::kServer;
  const std::uint32_t extended = X509_get_extended_key_usage(leaf);
  const char* const wanted = of_client ? "clientAuth" : "serverAuth";
  if (extended == UINT32_MAX)
    return refusal(std::string("it has no extended key usage; it needs ") + wanted);
  if ((extended & (of_client ? XKU_SSL_CLIENT : XKU_SSL_SERVER)) == 0)
    return refusal(std::string("its extended key usage lacks ") + wanted);
  return std::nullopt;
}

std::vector<std::string> names_of(X509* leaf) {
  std::vector<std::string> names;
  auto* const all =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all, i);
    if (name->type != GEN_DNS && name->type != GEN_URI && name->type != GEN_EMAIL) continue;
    const ASN1_IA5STRING* const text = name->d.ia5;
    names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                       static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  GENERAL_NAMES_free(all);
  return names;
}

std::optional<Fault> judge_name(const TlsContext::Impl& context, X509* leaf) {
  const auto names = names_of(leaf);
  std::string seen;
  for (const auto& name : names) {
    // A wildcard is for many machines, and we ask for one: not even itself matches.
    if (name.find('*') == std::string::npos &&
        std::find(context.names.begin(), context.names.end(), name) != context.names.end())
      return std::nullopt;
    if (seen.size() > 500) continue;
    seen += seen.empty() ? "" : ", ";
    for (const char c : name) seen += c > ' ' && c < 0x7F ? c : '?';
  }
  return refusal(seen.empty() ? "it has no subject alternative name (--allow compares those)"
                              : "none of its names is allowed here (it has: " + seen +
                                    "; allow one with --allow NAME)");
}

}  // namespace

std::optional<Fault> judge_by_ca(const TlsContext::Impl& context, X509* leaf,
                                 STACK_OF(X509) * chain) {
  if (!context.authorities) return std::nullopt;
  if (auto refused = judge_chain(context, leaf, chain)) return refused;
  if (auto refused = judge_usage(context, leaf)) return refused;
  return judge_name(context, leaf);
}

}  // namespace nearside::io
