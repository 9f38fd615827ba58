// Which versions a near end is made of, for who embeds it.
#pragma once

#include <string>
#include <string_view>

namespace nearside::near_end {

/// "0.1.0"
std::string_view product_version();
/// Of the OpenSSL that is linked in.
std::string openssl_version();

}  // namespace nearside::near_end
