// The one error of core and io. A Fault always holds a code of our own category, a condition that
// says whose fault it is, and one sentence that tells what happened and what to do about it. The
// sentence may be shown to a user as it is: it never holds a secret.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace nearside {

/// Whose fault it is, and so what a caller does next.
enum class Condition {
  kPeerViolation,  ///< The other side broke a protocol. Its connection is closed.
  kAuthRejected,   ///< Not who was expected, or not allowed.
  kUnreachable,    ///< Nobody answered, or the way broke. Trying again may help.
  kMisconfigured,  ///< What the user asked for cannot work. Trying again will not help.
  kAdapterFailed,  ///< The debug adapter is missing, died or spoke nonsense.
  kInternal,       ///< We are wrong. Please report.
};

/// Stable, machine-readable codes. They travel in refusals and in DAP error responses (`error.id`),
/// so a number is never given a second meaning.
enum class Errc {
  // DAP base protocol
  kHeaderTooLong = 100,
  kHeaderMalformed = 101,
  kContentLengthMissing = 102,
  kContentLengthInvalid = 103,
  kBodyTooLarge = 104,
  kBodyNotJson = 105,
  kMessageInvalid = 106,
  kUnexpectedEnd = 107,
  // link
  kFrameTooLarge = 200,
  kFrameMalformed = 201,
  kFrameUnexpected = 202,
  kFrameOutOfOrder = 203,
  kTooManyChannels = 204,
  kCreditExceeded = 205,
  kMessageTooLarge = 206,
  kCompressionBroken = 207,
  kVersionUnsupported = 208,
  kHandshakeTimeout = 209,
  kLinkTimeout = 210,
  kLinkLost = 211,
  kLinkUnknown = 212,
  kChannelClosed = 213,
  // identity
  kPeerUnknown = 300,
  kPeerRevoked = 301,
  kPeerMismatch = 302,
  kPairingRefused = 303,
  kPairingCodeInvalid = 304,
  kCertificateRefused = 305,
  // io
  kConnectFailed = 400,
  kListenFailed = 401,
  kTransportFailed = 402,
  kTimedOut = 403,
  kFileFailed = 404,
  kPermissionsWrong = 405,
  kProcessFailed = 406,
  kStopped = 407,
  // adapter and session
  kAdapterUnknown = 500,
  kAdapterMissing = 501,
  kAdapterStartFailed = 502,
  kAdapterExited = 503,
  kAdapterProtocol = 504,
  kSessionLost = 505,
  kSessionBusy = 506,
  kTargetUnsupported = 507,
  kConfigurationInvalid = 508,
  kUsage = 509,
};

const boost::system::error_category& fault_category() noexcept;
boost::system::error_code make_error_code(Errc code) noexcept;

struct Fault {
  Errc code;
  Condition condition;
  std::string message;  ///< One sentence or two: what happened, what to do. No secrets.

  bool operator==(const Fault&) const = default;
};

/// `peer_violation`, `auth_rejected`, …: the words of DESIGN.md, used in JSON.
std::string_view to_string(Condition condition) noexcept;
/// The reverse; unknown words are `kInternal`, since a newer peer may know more than we do.
Condition condition_from_string(std::string_view word) noexcept;

/// A value, or the Fault that kept us from having it. Never throws by itself: `value()` on a fault
/// is a bug and aborts the operation with std::logic_error.
template <typename T>
using Result = boost::system::result<T, Fault>;

[[noreturn]] void throw_exception_from_error(const Fault& fault, const boost::source_location&);

}  // namespace nearside

template <>
struct boost::system::is_error_code_enum<nearside::Errc> : std::true_type {};
