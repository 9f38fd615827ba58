// How a link begins, or goes on over a new transport: `hello` and `welcome`, or `pair` and
// `paired`, or `refused`. A pure state machine of one transport: frames come in, commands go out.
// What always holds: a peer that is not trusted gets one frame's hearing; a revoked or unknown one
// is refused without its words being parsed. Refuses frames out of place; the clock and the bytes
// are Link's.
#pragma once

#include "core/fault.hpp"
#include "core/link/frame.hpp"
#include "core/link/link.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nearside::link {

/// The protocol versions that this build speaks.
inline constexpr int kMinVersion = 1;
inline constexpr int kMaxVersion = kLinkVersion;

// --- Commands ---
struct SendFrame {
  FrameType type;
  std::string payload;
  bool operator==(const SendFrame&) const = default;
};
/// Tell the owner, and carry on.
struct Report {
  LinkEvent event;
  bool operator==(const Report&) const = default;
};
/// Nothing more is said on this transport. A fault: why.
struct Finish {
  std::optional<Fault> fault;
  bool operator==(const Finish&) const = default;
};
/// The peer broke a rule: say goodbye with the fault, and finish.
struct Break {
  Fault fault;
  bool operator==(const Break&) const = default;
};
/// Near end, in the place of a first LinkEstablished: the secret by which the link may be resumed.
struct KeepSecret {
  std::string secret;
  bool operator==(const KeepSecret&) const = default;
};
/// Near end: the far end goes on with the link, and has its data frames up to here.
struct GoOn {
  std::uint64_t received = 0;
  bool operator==(const GoOn&) const = default;
};
using HandshakeCommand = std::variant<SendFrame, Report, Finish, Break, KeepSecret, GoOn>;
using HandshakeCommands = std::vector<HandshakeCommand>;

/// Near end: the link had a transport before.
struct Resumption {
  std::string secret;
  std::uint64_t received = 0;  ///< The last data frame that we have.
};

/// The far end's `welcome` to a link that goes on.
std::string resume_welcome(int version, const std::string& product, bool compressed,
                           std::uint64_t received);

class Handshake {
 public:
  explicit Handshake(const LinkOptions& options);

  /// Near end: `pair` in the place of `hello`.
  void request_pairing(std::string proof, std::string name);
  /// Near end: `hello` names the link that is to go on.
  void request_resume(Resumption resumption) { resumption_ = std::move(resumption); }
  /// The transport is up. To be called once, before anything else but request_pairing().
  HandshakeCommands begin();
  HandshakeCommands handle_frame(const Frame& frame);
  /// The owner's answer to PairingRequested. Ignored when nobody waits for it.
  HandshakeCommands answer_pairing(const Result<std::string>& proof);
  /// The owner's answer to ResumeRequested, if it is no. Ignored when nobody waits for it.
  HandshakeCommands refuse_resume(const Fault& fault);
  HandshakeCommands handle_timeout() const;
  /// Near end. Also after the handshake: the far end may refuse us at any time.
  HandshakeCommands handle_refused(std::string_view payload);

 private:
  enum class Phase {
    kWaitingForHello,    ///< Far end: `hello` or `pair`.
    kWaitingForOwner,    ///< Far end: answer_pairing().
    kWaitingForWelcome,  ///< Near end.
    kWaitingForPaired,   ///< Near end.
    kOver,
  };
  struct Pairing {
    std::string proof;
    std::string name;
  };

  HandshakeCommands handle_hello(std::string_view payload);
  HandshakeCommands handle_resume(const nlohmann::json& hello, const std::string& link);
  HandshakeCommands handle_pair(std::string_view payload);
  HandshakeCommands handle_welcome(std::string_view payload);
  HandshakeCommands handle_paired(std::string_view payload);
  HandshakeCommands refuse(const Fault& fault);

  End end_;
  Standing standing_;
  bool compress_;
  bool resume_;
  std::string link_id_;
  std::string resume_secret_;
  std::string product_;
  std::optional<Pairing> pairing_;
  std::optional<Resumption> resumption_;
  Phase phase_;
};

}  // namespace nearside::link
