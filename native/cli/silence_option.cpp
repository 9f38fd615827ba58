#include "cli/silence_option.hpp"

#include "near/links.hpp"

namespace nearside::cli {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr const char* kName = "--silence-limit";

}  // namespace

Option silence_option() {
  return {kName, "SECONDS",
          "Take a connection for dead that was silent for so long although it was asked, and make "
          "another. 2 to 600. Default: 4, and 10 where the round trip takes more than 200 ms. Each "
          "end has its own."};
}

Result<std::optional<std::chrono::milliseconds>> silence_limit_of(const Arguments& arguments) {
  const auto text = arguments.value(kName);
  if (!text) return std::optional<std::chrono::milliseconds>();
  const auto limit = parse_number(
      kName, *text, static_cast<long>(duration_cast<seconds>(link::kLeastSilenceLimit).count()),
      static_cast<long>(duration_cast<seconds>(link::kMostSilenceLimit).count()));
  if (!limit) return limit.error();
  return std::optional<std::chrono::milliseconds>(seconds(*limit));
}

}  // namespace nearside::cli
