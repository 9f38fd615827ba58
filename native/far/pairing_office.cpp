// Every open code is tried against a proof in constant time each; which one fits is no secret.
#include "far/pairing_office.hpp"

#include "io/pairing.hpp"
#include "io/tls.hpp"

#include <utility>

namespace nearside::far_end {
namespace {

Fault refused(const std::string& what) {
  return {Errc::kPairingRefused, Condition::kAuthRejected,
          what + " Make a new one with `nearside agent pair` on the agent's machine."};
}

}  // namespace

void PairingOffice::open(std::string secret, Time now) {
  close_expired(now);
  if (open_.size() >= kMaxOpenCodes) {
    close(std::move(open_.front()));
    open_.pop_front();
  }
  open_.push_back({std::move(secret), now + kPairingCodeLife});
}

Result<std::string> PairingOffice::redeem(std::string_view proof, std::string_view channel_binding,
                                          const io::Fingerprint& near_end,
                                          const io::Fingerprint& agent, Time now) {
  close_expired(now);
  const auto fits = [&](const Code& code) {
    return io::equal_in_constant_time(
        io::pairing_proof(io::Prover::kNearEnd, code.secret, channel_binding, near_end, agent),
        proof);
  };
  for (auto code = open_.begin(); code != open_.end(); ++code) {
    if (!fits(*code)) continue;
    auto answer =
        io::pairing_proof(io::Prover::kAgent, code->secret, channel_binding, near_end, agent);
    Code used = std::move(*code);
    open_.erase(code);
    used.used = true;
    close(std::move(used));
    return answer;
  }
  for (const Code& code : closed_) {
    if (!fits(code)) continue;
    return refused(code.used ? "This pairing code has been used already; each is good once."
                             : "This pairing code has expired; each lives ten minutes.");
  }
  return refused("The agent knows no such pairing code.");
}

std::size_t PairingOffice::open_codes(Time now) {
  close_expired(now);
  return open_.size();
}

void PairingOffice::close_expired(Time now) {
  while (!open_.empty() && open_.front().expires <= now) {
    close(std::move(open_.front()));
    open_.pop_front();
  }
}

void PairingOffice::close(Code code) {
  closed_.push_back(std::move(code));
  if (closed_.size() > kMaxClosedCodes) closed_.pop_front();
}

}  // namespace nearside::far_end
