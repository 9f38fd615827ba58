// An audit log's file against any bytes: read to its end, never more problems than lines and files
// allow, and a log that was not written with the key is never taken for a good one.
#include "core/audit/chain.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace nearside;
using namespace nearside::audit;

void require(bool condition) {
  if (!condition) std::abort();
}

/// No line of the input can have this code: it is no digit.
std::string unreachable(std::string_view) {
  return std::string(64, 'g');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Check check(
      unreachable, [](std::string_view, std::string_view) { return false; }, std::nullopt,
      "SHA256:x");
  check.begin_file("audit.jsonl");
  std::size_t at = 0;
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n', at)) {
    const auto line = bytes.substr(at, end - at);
    check.take(line);
    if (const auto head = head_of(line)) require(head->mac.size() == 64);
    at = end + 1;
  }
  check.take_rest(bytes.substr(at));
  check.finish();
  require(check.lines() == 0 || !check.problems().empty());
  for (const auto& problem : check.problems()) require(problem.what.size() < 200);
  if (const auto head = decode_signed_head(bytes)) {
    const auto again = decode_signed_head(encode(*head));
    require(again.has_value() && again->head == head->head);
  }
  return 0;
}
