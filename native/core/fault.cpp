// The category and the words of faults.
#include "core/fault.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace nearside {
namespace {

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "nearside"; }
  std::string message(int code) const override { return "nearside fault " + std::to_string(code); }
};

constexpr std::array<std::pair<Condition, std::string_view>, 6> kWords{{
    {Condition::kPeerViolation, "peer_violation"},
    {Condition::kAuthRejected, "auth_rejected"},
    {Condition::kUnreachable, "unreachable"},
    {Condition::kMisconfigured, "misconfigured"},
    {Condition::kAdapterFailed, "adapter_failed"},
    {Condition::kInternal, "internal"},
}};

}  // namespace

const boost::system::error_category& fault_category() noexcept {
  static const Category category;
  return category;
}

boost::system::error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), fault_category()};
}

std::string_view to_string(Condition condition) noexcept {
  for (const auto& [value, word] : kWords)
    if (value == condition) return word;
  return "internal";
}

Condition condition_from_string(std::string_view word) noexcept {
  for (const auto& [value, known] : kWords)
    if (known == word) return value;
  return Condition::kInternal;
}

void throw_exception_from_error(const Fault& fault, const boost::source_location&) {
  throw std::logic_error("a fault was taken for a value: " + fault.message);
}

}  // namespace nearside
