// The limits of the command line, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>

namespace nearside::cli {

/// An agent that a near end started ends after so long without use: long enough for a lunch, short
/// enough that nothing stays on a machine that one has left.
inline constexpr std::chrono::seconds kDefaultIdleLimit{30 * 60};
/// A year: beyond it "never" is meant, which is what leaving the option out says.
inline constexpr long kMostIdleSeconds = 365L * 24 * 3600;
/// A pairing code has about 130 characters; what is longer than this was meant for somebody else.
inline constexpr std::size_t kMaxCodeInput = 4096;
/// A certificate with its chain.
inline constexpr std::size_t kMaxCertificateInput = 256 * 1024;

/// Descriptors' numbers that a program could have given us: the usual hard limit of one process.
inline constexpr long kMostDescriptor = 1024 * 1024;

}  // namespace nearside::cli
