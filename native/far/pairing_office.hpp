// The open pairing codes of an agent. A code is good once and for kPairingCodeLife; several may be
// open; a wrong proof burns none. Those that are closed are remembered for a while, so that their
// holder (only who knows the secret can tell) hears why. Time and randomness come in as arguments.
#pragma once

#include "core/fault.hpp"
#include "far/limits.hpp"
#include "io/identity.hpp"

#include <chrono>
#include <deque>
#include <string>
#include <string_view>

namespace nearside::far_end {

class PairingOffice {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Opens a code with this secret.
  void open(std::string secret, Time now);
  /// The agent's own proof when `proof` fits an open code, which is then used up.
  Result<std::string> redeem(std::string_view proof, std::string_view channel_binding,
                             const io::Fingerprint& near_end, const io::Fingerprint& agent,
                             Time now);
  std::size_t open_codes(Time now);

 private:
  struct Code {
    std::string secret;
    Time expires;
    bool used = false;
  };
  void close_expired(Time now);
  void close(Code code);

  std::deque<Code> open_;
  std::deque<Code> closed_;
};

}  // namespace nearside::far_end
