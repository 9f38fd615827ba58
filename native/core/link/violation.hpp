// The one way in which the link's parts say "the peer broke a rule": the sentence names the rule,
// and the link ends with it.
#pragma once

#include "core/fault.hpp"

#include <string>
#include <utility>

namespace nearside::link {

inline Fault violation(Errc code, std::string message) {
  return Fault{code, Condition::kPeerViolation, std::move(message)};
}

}  // namespace nearside::link
