// Tells a web browser from a debug client by its first bytes. A page that a user visits can make
// the browser send requests to loopback ports; none of it may be taken for the debugger's protocol.
#pragma once

#include <string>
#include <string_view>

namespace nearside::near_end {

enum class FirstBytes {
  kUndecided,  ///< More are needed; at most eight.
  kHttp,
  kOther,
};

FirstBytes judge_first_bytes(std::string_view bytes);

/// A whole HTTP response that says what this port is.
std::string http_refusal();

}  // namespace nearside::near_end
