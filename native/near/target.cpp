// Reads and writes the names of targets.
#include "near/target.hpp"

namespace nearside::near_end {
namespace {

constexpr std::string_view kTlsScheme = "tls://";
constexpr std::string_view kForms = "Targets are `local` and `tls://HOST:PORT`.";

Fault unusable(std::string_view text, std::string_view why) {
  return {Errc::kTargetUnsupported, Condition::kMisconfigured,
          "The target '" + std::string(text.substr(0, 200)) + "' " + std::string(why) + " " +
              std::string(kForms)};
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (text == "local") return Target(LocalTarget{});
  if (!text.starts_with(kTlsScheme))
    return unusable(text, text.empty() ? "is empty." : "is of no kind that this version knows.");
  auto address = io::parse_host_port(text.substr(kTlsScheme.size()));
  if (!address) return unusable(text, "has no usable address. " + address.error().message);
  if (address->port == 0) return unusable(text, "names port 0, where nobody listens.");
  return Target(TlsTarget{*std::move(address)});
}

std::string to_string(const Target& target) {
  if (const auto* tls = std::get_if<TlsTarget>(&target))
    return std::string(kTlsScheme) + tls->address.text();
  return "local";
}

}  // namespace nearside::near_end
