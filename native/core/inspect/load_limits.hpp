// How much of a value the adapter loads: one setting for all adapters, in Delve's names or ours.
// What always holds: Nearside shortens nothing by itself; what an adapter cannot be told is said,
// once; a value that would freeze the debugger is refused with the reason. Pure.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/fault.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::inspect {

struct LoadLimits {
  std::optional<std::int64_t> string_length = {};  ///< Bytes of a string (`maxStringLen`).
  std::optional<std::int64_t> array_values =
      {};  ///< Elements of arrays and maps (`maxArrayValues`).
  std::optional<std::int64_t> struct_fields = {};  ///< Fields; -1: all (`maxStructFields`).
  std::optional<std::int64_t> depth = {};          ///< Levels at once (`maxVariableRecurse`).
  bool operator==(const LoadLimits&) const = default;
  bool empty() const { return *this == LoadLimits{}; }
};

/// `string=512,array=64,struct=-1,depth=1`, each at most once, in any order; Delve's names too.
/// Refuses what is no such list, and values that no debugger should be asked for.
Result<LoadLimits> parse_load_limits(std::string_view text);
/// A sentence for each that a slow link will feel at every stop.
std::vector<std::string> warnings_of(const LoadLimits& limits);

/// Puts them into the arguments of a `launch` or `attach` for that adapter, as it was asked for
/// ("dlv"). What the arguments say themselves stays. Gives a sentence on what holds, for the user;
/// empty when all is as wished.
std::string apply_load_limits(const LoadLimits& limits, std::string_view adapter,
                              dap::Message& start);

}  // namespace nearside::inspect
