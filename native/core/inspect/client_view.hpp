// What a near end has processed, as it tells the far end before a request that it passes on.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace nearside::inspect {

struct ClientView {
  std::uint64_t processed = 0;  ///< The number of the last push that has been processed.
  /// Pushes that the client has read since the last view, in that order. At most
  /// kMaxReportedHits.
  std::vector<std::uint64_t> used = {};
  /// The frame whose scopes the client's scope references mean from here on. lldb-dap gives the
  /// same references for every frame.
  std::optional<std::int64_t> scopes_frame = {};
  bool operator==(const ClientView&) const = default;
};

}  // namespace nearside::inspect
