// Codec of pairing codes, and the proofs. The code's payload, before base64url (RFC 4648, section
// 5): port (2 bytes, big endian), the key's SHA-256 (32), the secret (16), the host's bytes, and
// the first 4 bytes of the SHA-256 of all of that.
#include "io/pairing.hpp"

#include "io/base64url.hpp"
#include "io/tls.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace nearside::io {
namespace {

constexpr std::string_view kCodePrefix = "nearside1-";
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kFixedBytes = 2 + kHashBytes + kPairingSecretBytes;
/// RFC 1035, 2.3.4: a name has at most 255 bytes.
constexpr std::size_t kMaxHostBytes = 255;

std::string checksum(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return {reinterpret_cast<const char*>(hash.data()), kChecksumBytes};
}

std::string hash_of(const Fingerprint& fingerprint) {
  constexpr std::size_t kNameSize = std::string_view("SHA256:").size();
  std::string digits = fingerprint.text().substr(kNameSize);
  std::replace(digits.begin(), digits.end(), '+', '-');
  std::replace(digits.begin(), digits.end(), '/', '_');
  return from_base64url(digits).value_or("");
}

Fault invalid_code(std::string_view why) {
  return {
      Errc::kPairingCodeInvalid, Condition::kMisconfigured,
      "The pairing code is not valid: " + std::string(why) +
          ". Copy it whole from the output of `nearside agent pair`; it begins with `nearside1-`."};
}

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

std::string without_spaces(std::string_view text) {
  std::string kept;
  std::copy_if(text.begin(), text.end(), std::back_inserter(kept),
               [](char c) { return !is_space(c); });
  return kept;
}

}  // namespace

std::string encode(const PairingCode& code) {
  std::string bytes;
  bytes.push_back(static_cast<char>(code.address.port >> 8));
  bytes.push_back(static_cast<char>(code.address.port & 0xff));
  bytes += hash_of(code.agent);
  bytes += code.secret;
  bytes += code.address.host;
  bytes += checksum(bytes);
  return std::string(kCodePrefix) + to_base64url(bytes);
}

Result<PairingCode> decode_pairing_code(std::string_view text) {
  if (text.size() > 1024) return invalid_code("it is far too long");
  std::string compact = without_spaces(text);
  if (compact.empty()) return invalid_code("it is empty");
  if (compact.compare(0, kCodePrefix.size(), kCodePrefix) != 0)
    return invalid_code("it does not begin with `nearside1-`");
  compact.erase(0, kCodePrefix.size());
  const auto bytes = from_base64url(compact);
  if (!bytes) return invalid_code("it holds a character that no code has, or is cut short");
  if (bytes->size() <= kFixedBytes + kChecksumBytes) return invalid_code("it is cut short");
  const std::string_view payload =
      std::string_view(*bytes).substr(0, bytes->size() - kChecksumBytes);
  if (checksum(payload) != std::string_view(*bytes).substr(payload.size()))
    return invalid_code("a character is wrong or missing");

  unsigned char hash[kHashBytes];
  std::memcpy(hash, payload.data() + 2, kHashBytes);
  PairingCode code{
      .address = {.host = std::string(payload.substr(kFixedBytes)),
                  .port = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                                     static_cast<unsigned char>(payload[1]))},
      .agent = Fingerprint::of_bytes(hash),
      .secret = std::string(payload.substr(2 + kHashBytes, kPairingSecretBytes))};
  // The address will be shown and looked up: nothing but a host name or an address may stand there.
  const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
  if (code.address.port == 0 || code.address.host.size() > kMaxHostBytes ||
      !std::all_of(code.address.host.begin(), code.address.host.end(), printable))
    return invalid_code("it names no address that could be reached");
  return code;
}

std::string pairing_proof(Prover prover, std::string_view secret, std::string_view channel_binding,
                          const Fingerprint& near_end, const Fingerprint& agent) {
  std::string data =
      prover == Prover::kNearEnd ? "nearside pairing v1 near end" : "nearside pairing v1 agent";
  data.push_back('\0');
  data += channel_binding;
  data += near_end.text();
  data += agent.text();
  return hmac_sha256_hex(secret, data);
}

}  // namespace nearside::io
