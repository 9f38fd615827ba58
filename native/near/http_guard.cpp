// The methods of HTTP (RFC 9110 9.3, RFC 5789), and the preface of HTTP/2 (RFC 9113 3.4).
#include "near/http_guard.hpp"

#include <array>

namespace nearside::near_end {
namespace {

constexpr std::array<std::string_view, 10> kMethods{"GET ",     "HEAD ",  "POST ",  "PUT ",
                                                    "DELETE ",  "PATCH ", "TRACE ", "OPTIONS ",
                                                    "CONNECT ", "PRI * "};

}  // namespace

FirstBytes judge_first_bytes(std::string_view bytes) {
  bool could_be = false;
  for (const auto method : kMethods) {
    if (bytes.starts_with(method)) return FirstBytes::kHttp;
    if (method.starts_with(bytes)) could_be = true;
  }
  return could_be ? FirstBytes::kUndecided : FirstBytes::kOther;
}

std::string http_refusal() {
  constexpr std::string_view kBody =
      "This is a port of Nearside for debug clients (Debug Adapter Protocol). It serves no HTTP, "
      "and web pages have no business here.\n";
  return "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " +
         std::to_string(kBody.size()) +
         "\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n\r\n" + std::string(kBody);
}

}  // namespace nearside::near_end
