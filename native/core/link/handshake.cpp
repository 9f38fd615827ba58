// The words of the handshake (docs/link-protocol.md, Handshake).
#include "core/link/handshake.hpp"

#include "core/json_members.hpp"
#include "core/link/small_json.hpp"
#include "core/link/violation.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace nearside::link {
namespace {

using nlohmann::json;

constexpr std::string_view kZstd = "zstd";
constexpr std::string_view kResume = "resume";
constexpr std::size_t kLinkIdDigits = 32;
constexpr std::size_t kSecretDigits = 32;
constexpr std::size_t kProofDigits = 64;

struct Versions {
  int min;
  int max;
};

Fault malformed(std::string_view frame, std::string_view why) {
  return violation(Errc::kFrameMalformed,
                   "The peer's " + std::string(frame) + " frame " + std::string(why) + ".");
}

std::optional<int> version_number(const json& value) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 65'535) return std::nullopt;
  return value.get<int>();
}

std::optional<Versions> versions_of(const json& hello) {
  const auto field = hello.find("protocol");
  if (field == hello.end() || !field->is_array() || field->size() != 2) return std::nullopt;
  const auto min = version_number((*field)[0]);
  const auto max = version_number((*field)[1]);
  if (!min || !max || *min > *max) return std::nullopt;
  return Versions{*min, *max};
}

bool lists(const json& object, std::string_view capability) {
  const auto field = object.find("capabilities");
  return field != object.end() && field->is_array() &&
         std::any_of(field->begin(), field->end(), [&](const json& one) {
           return one.is_string() && one.get_ref<const std::string&>() == capability;
         });
}

json capabilities(bool zstd, bool resume) {
  auto all = json::array();
  if (zstd) all.push_back(kZstd);
  if (resume) all.push_back(kResume);
  return all;
}

std::optional<std::uint64_t> frame_number(const json& object, const char* name) {
  const auto field = object.find(name);
  if (field == object.end() || !field->is_number_unsigned()) return std::nullopt;
  return field->get<std::uint64_t>();
}

std::string product_of(const json& object) {
  return without_controls(
      string_field(object, "product", kMaxProductBytes).value_or("an unnamed product"));
}

std::string in_words(Versions versions) {
  return versions.min == versions.max
             ? "version " + std::to_string(versions.min)
             : "versions " + std::to_string(versions.min) + " to " + std::to_string(versions.max);
}

/// `theirs` are the near end's versions, ours the agent's.
Fault version_unsupported(Versions near_end, std::string_view near_product, Versions agent,
                          std::string_view agent_product) {
  const bool near_is_older = near_end.max < agent.min;
  return {Errc::kVersionUnsupported, Condition::kMisconfigured,
          "The agent (" + std::string(agent_product) + ") speaks " + in_words(agent) +
              " of the link protocol, the near end (" + std::string(near_product) + ") " +
              in_words(near_end) + ": update nearside at the " +
              (near_is_older ? "near end." : "agent's end.")};
}

const Fault& peer_unknown() {
  static const Fault fault{
      Errc::kPeerUnknown, Condition::kAuthRejected,
      "The agent does not know this near end: run `nearside agent pair` over there, then "
      "`nearside pair CODE` here."};
  return fault;
}

const Fault& peer_revoked() {
  static const Fault fault{Errc::kPeerRevoked, Condition::kAuthRejected,
                           "The agent's owner has revoked this near end's access; ask them to "
                           "authorize it again."};
  return fault;
}

}  // namespace

Handshake::Handshake(const LinkOptions& options)
    : end_(options.end),
      standing_(options.standing),
      compress_(options.compress),
      resume_(options.end == End::kNear ? options.resume : !options.resume_secret.empty()),
      link_id_(options.link_id),
      resume_secret_(options.resume_secret),
      product_(options.product),
      phase_(options.end == End::kNear ? Phase::kWaitingForWelcome : Phase::kWaitingForHello) {}

void Handshake::request_pairing(std::string proof, std::string name) {
  pairing_ = Pairing{std::move(proof), std::move(name)};
}

HandshakeCommands Handshake::begin() {
  if (end_ == End::kFar) return {};
  if (pairing_) {
    phase_ = Phase::kWaitingForPaired;
    return {
        SendFrame{FrameType::kPair, dump({{"proof", pairing_->proof}, {"name", pairing_->name}})}};
  }
  json hello{{"protocol", {kMinVersion, kMaxVersion}},
             {"product", product_},
             {"link", link_id_},
             {"capabilities", capabilities(compress_, resume_)},
             {"received", resumption_ ? resumption_->received : 0}};
  if (resumption_) {
    hello["resume"] = true;
    hello["secret"] = resumption_->secret;
  }
  return {SendFrame{FrameType::kHello, dump(hello)}};
}

std::string resume_welcome(int version, const std::string& product, bool compressed,
                           std::uint64_t received) {
  return dump({{"protocol", version},
               {"product", product},
               {"capabilities", capabilities(compressed, true)},
               {"resumed", true},
               {"received", received}});
}

HandshakeCommands Handshake::handle_frame(const Frame& frame) {
  switch (frame.type) {
    case FrameType::kHello:
      if (phase_ == Phase::kWaitingForHello) return handle_hello(frame.payload);
      break;
    case FrameType::kPair:
      if (phase_ == Phase::kWaitingForHello) return handle_pair(frame.payload);
      break;
    case FrameType::kWelcome:
      if (phase_ == Phase::kWaitingForWelcome) return handle_welcome(frame.payload);
      break;
    case FrameType::kPaired:
      if (phase_ == Phase::kWaitingForPaired) return handle_paired(frame.payload);
      break;
    case FrameType::kRefused:
      if (end_ == End::kNear) return handle_refused(frame.payload);
      break;
    default:
      break;
  }
  return {Break{violation(Errc::kFrameUnexpected,
                          "The peer sent a " + std::string(to_string(frame.type)) +
                              " frame, which has no place at this point of the handshake.")}};
}

HandshakeCommands Handshake::refuse(const Fault& fault) {
  phase_ = Phase::kOver;
  return {SendFrame{FrameType::kRefused, fault_to_json(fault)}, Finish{fault}};
}

HandshakeCommands Handshake::handle_hello(std::string_view payload) {
  if (standing_ == Standing::kRevoked) return refuse(peer_revoked());
  if (standing_ == Standing::kUnpinned) return refuse(peer_unknown());
  const auto hello = parse_object(payload, "hello frame");
  if (!hello) return {Break{hello.error()}};
  const auto versions = versions_of(*hello);
  if (!versions) return {Break{malformed("hello", "names no protocol versions")}};
  const auto product = product_of(*hello);
  if (versions->max < kMinVersion || versions->min > kMaxVersion)
    return refuse(version_unsupported(*versions, product, {kMinVersion, kMaxVersion}, product_));
  const auto link = string_field(*hello, "link", kLinkIdDigits);
  if (!link || !is_lower_hex(*link, kLinkIdDigits))
    return {Break{malformed("hello", "names no link (32 hexadecimal digits)")}};
  if (is_true(*hello, "resume")) return handle_resume(*hello, *link);
  const int version = std::min(versions->max, kMaxVersion);
  const bool zstd = compress_ && lists(*hello, kZstd);
  const bool resume = resume_ && lists(*hello, kResume);
  json welcome{{"protocol", version},
               {"product", product_},
               {"capabilities", capabilities(zstd, resume)},
               {"received", 0}};
  if (resume) welcome["secret"] = resume_secret_;
  phase_ = Phase::kOver;
  return {SendFrame{FrameType::kWelcome, dump(welcome)},
          Report{LinkEstablished{*link, version, zstd, resume, product}}};
}

HandshakeCommands Handshake::handle_resume(const json& hello, const std::string& link) {
  const auto secret = string_field(hello, "secret", kSecretDigits);
  if (!secret || !is_lower_hex(*secret, kSecretDigits))
    return {Break{malformed("hello", "resumes a link without its secret")}};
  const auto received = frame_number(hello, "received");
  if (!received) return {Break{malformed("hello", "does not say what was received")}};
  phase_ = Phase::kWaitingForOwner;
  return {Report{ResumeRequested{link, *secret, *received}}};
}

HandshakeCommands Handshake::refuse_resume(const Fault& fault) {
  if (phase_ != Phase::kWaitingForOwner) return {};
  return refuse(fault);
}

HandshakeCommands Handshake::handle_pair(std::string_view payload) {
  if (standing_ == Standing::kRevoked) return refuse(peer_revoked());
  const auto pair = parse_object(payload, "pair frame");
  if (!pair) return {Break{pair.error()}};
  const auto proof = string_field(*pair, "proof", kProofDigits);
  const auto name = string_field(*pair, "name", kMaxPeerNameBytes);
  if (!proof || !is_lower_hex(*proof, kProofDigits))
    return {Break{malformed("pair", "holds no proof (64 hexadecimal digits)")}};
  if (!name) return {Break{malformed("pair", "holds no name of at most 128 bytes")}};
  phase_ = Phase::kWaitingForOwner;
  return {Report{PairingRequested{*proof, without_controls(*name)}}};
}

HandshakeCommands Handshake::answer_pairing(const Result<std::string>& proof) {
  if (phase_ != Phase::kWaitingForOwner) return {};
  if (!proof) return refuse(proof.error());
  phase_ = Phase::kOver;
  return {SendFrame{FrameType::kPaired, dump({{"proof", *proof}})}, Finish{}};
}

HandshakeCommands Handshake::handle_welcome(std::string_view payload) {
  const auto welcome = parse_object(payload, "welcome frame");
  if (!welcome) return {Break{welcome.error()}};
  const auto field = welcome->find("protocol");
  const auto version = field == welcome->end() ? std::nullopt : version_number(*field);
  if (!version) return {Break{malformed("welcome", "names no protocol version")}};
  const auto product = product_of(*welcome);
  if (*version < kMinVersion || *version > kMaxVersion)
    return {Break{
        version_unsupported({kMinVersion, kMaxVersion}, product_, {*version, *version}, product)}};
  const bool zstd = lists(*welcome, kZstd);
  const bool resume = lists(*welcome, kResume);
  if ((zstd && !compress_) || (resume && !resume_))
    return {Break{malformed("welcome", "chooses a capability that was not offered")}};
  if (resumption_) {
    const auto received = frame_number(*welcome, "received");
    if (!is_true(*welcome, "resumed") || !received)
      return {Break{malformed("welcome", "does not say what of the link it has")}};
    phase_ = Phase::kOver;
    return {GoOn{*received}};
  }
  const auto secret = string_field(*welcome, "secret", kSecretDigits);
  if (resume && (!secret || !is_lower_hex(*secret, kSecretDigits)))
    return {Break{malformed("welcome", "names no secret to resume the link with")}};
  phase_ = Phase::kOver;
  HandshakeCommands commands;
  if (resume) commands.emplace_back(KeepSecret{*secret});
  commands.emplace_back(Report{LinkEstablished{link_id_, *version, zstd, resume, product}});
  return commands;
}

HandshakeCommands Handshake::handle_paired(std::string_view payload) {
  const auto paired = parse_object(payload, "paired frame");
  if (!paired) return {Break{paired.error()}};
  const auto proof = string_field(*paired, "proof", kProofDigits);
  if (!proof || !is_lower_hex(*proof, kProofDigits))
    return {Break{malformed("paired", "holds no proof (64 hexadecimal digits)")}};
  phase_ = Phase::kOver;
  return {Report{PairingAccepted{*proof}}, Finish{}};
}

HandshakeCommands Handshake::handle_refused(std::string_view payload) {
  const auto fault = fault_from_json(payload);
  if (!fault) return {Break{malformed("refused", "holds no readable fault")}};
  phase_ = Phase::kOver;
  return {Report{LinkRefused{*fault}}, Finish{*fault}};
}

HandshakeCommands Handshake::handle_timeout() const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(kHandshakeLimit).count();
  return {Break{Fault{
      Errc::kHandshakeTimeout, Condition::kUnreachable,
      (end_ == End::kNear ? "The agent has not answered" : "The near end has not said its part") +
          std::string(" within ") + std::to_string(seconds) + " seconds."}}};
}

}  // namespace nearside::link
