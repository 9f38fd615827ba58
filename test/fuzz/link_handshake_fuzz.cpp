// The handshake's state machine as every end and for every standing, fed by a hostile peer: the
// first byte chooses who we are, then come frames (type, 16-bit length, payload). An untrusted peer
// never gets an established link, a revoked one not even a pairing, and what we say is always
// proper JSON.
#include "core/link/handshake.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace {

using namespace nearside;
using namespace nearside::link;

void check(bool holds) {
  if (!holds) std::abort();
}

/// True when the handshake is over.
bool look_at(const HandshakeCommands& commands, const LinkOptions& options) {
  bool over = false;
  for (const auto& command : commands) {
    check(!over);
    if (const auto* send = std::get_if<SendFrame>(&command)) {
      check(send->payload.size() <= kMaxHandshakePayload);
      check(nlohmann::json::parse(send->payload, nullptr, false).is_object());
    } else if (const auto* report = std::get_if<Report>(&command)) {
      if (std::holds_alternative<LinkEstablished>(report->event)) {
        check(options.end == End::kNear || options.standing == Standing::kTrusted);
        over = true;
      }
      if (std::holds_alternative<PairingRequested>(report->event))
        check(options.end == End::kFar && options.standing != Standing::kRevoked);
    } else {
      over = true;
    }
  }
  return over;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  LinkOptions options;
  options.end = data[0] & 1 ? End::kFar : End::kNear;
  options.standing = static_cast<Standing>((data[0] >> 1 & 3) % 3);
  options.compress = data[0] & 8;
  options.link_id = std::string(32, 'a');
  options.product = "fuzz";
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

  Handshake handshake(options);
  if (data[0] & 16) handshake.request_pairing(std::string(64, 'b'), "me");
  bool over = look_at(handshake.begin(), options);
  while (!over && bytes.size() >= 3) {
    const auto type = static_cast<FrameType>(0xA0 | (bytes[0] & 7));
    const std::size_t length = std::min<std::size_t>(read_u16(bytes.substr(1)), bytes.size() - 3);
    over = look_at(handshake.handle_frame({type, bytes.substr(3, length)}), options);
    bytes.remove_prefix(3 + length);
    if (!over && data[0] & 32)
      over = look_at(handshake.answer_pairing(std::string(64, 'c')), options);
  }
  if (!over) look_at(handshake.handle_timeout(), options);
  return 0;
}
