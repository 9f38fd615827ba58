// What a peer says on a channel beside DAP, against any bytes: refused with a short sentence, or
// read; and what was read and written again is read the same.
#include "core/session/wire.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace nearside;
using namespace nearside::session;

void require(bool condition) {
  if (!condition) std::abort();
}

void expect_short(const Fault& fault) {
  require(!fault.message.empty() && fault.message.size() < 400);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);

  if (const auto opening = decode_opening(bytes)) {
    const auto again = decode_opening(encode(*opening));
    require(again && *again == *opening);
  } else {
    expect_short(opening.error());
  }
  if (const auto message = decode_session_control(bytes)) {
    const auto again = decode_session_control(encode(*message));
    require(again && *again == *message);
  } else {
    expect_short(message.error());
  }
  if (const auto request = decode_agent_request(bytes)) {
    const auto again = decode_agent_request(encode(*request));
    require(again && again->request == request->request && again->arguments == request->arguments);
  } else {
    expect_short(request.error());
  }
  // The fault in an answer is the peer's own sentence, so only the reading is at stake.
  const auto answer = decode_agent_answer(bytes);
  const auto again = decode_agent_answer(encode(answer));
  require(again.has_value() == answer.has_value());
  require(answer ? again->body == answer->body : again.error() == answer.error());
  return 0;
}
