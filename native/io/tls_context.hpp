// Inside of a TlsContext, for the files of TLS only: settings, and the judgement of a CA.
#pragma once

#include "io/openssl.hpp"
#include "io/tls.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nearside::io {

struct TlsContext::Impl {
  TlsSide side;
  openssl::Context context;
  openssl::Store authorities;      ///< Only with a CaPolicy.
  std::vector<std::string> names;  ///< Only with a CaPolicy.
};

/// Nothing if the peer's chain, dates, usage and name are all right by the context's CaPolicy.
std::optional<Fault> judge_by_ca(const TlsContext::Impl& context, X509* leaf,
                                 STACK_OF(X509) * chain);

}  // namespace nearside::io
