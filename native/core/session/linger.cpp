// The words of the policies.
#include "core/session/linger.hpp"

#include <array>
#include <utility>

namespace nearside::session {
namespace {

constexpr std::array<std::pair<LingerEnd, std::string_view>, 4> kWords{
    {{LingerEnd::kAsStarted, "as-started"},
     {LingerEnd::kKeep, "keep"},
     {LingerEnd::kDisconnect, "disconnect"},
     {LingerEnd::kTerminate, "terminate"}}};

}  // namespace

std::optional<LingerEnd> linger_end_from(std::string_view word) {
  for (const auto& [end, name] : kWords)
    if (name == word) return end;
  return std::nullopt;
}

std::string_view to_string(LingerEnd end) {
  for (const auto& [one, name] : kWords)
    if (one == end) return name;
  return "as-started";
}

}  // namespace nearside::session
