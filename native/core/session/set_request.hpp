// A set…Breakpoints request, read: which list it replaces, and its breakpoints one by one, each
// with what tells it from others. Pure.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/session/breakpoint_wishes.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::session {

struct SetRequest {
  std::string list;
  nlohmann::json source;  ///< {name, path} of a file; else null.
  BreakpointWishes::Wishes wishes;
};
/// Nothing for other requests, and for one too large to be read.
std::optional<SetRequest> read_set_request(const dap::Message& request);

/// The arrays of that request's arguments, in the order in which answers follow them.
const std::vector<std::string>& members_of(std::string_view command);
/// Those of one array after those of the one before; `indexes` go along.
void sort_by_member(BreakpointWishes::Wishes& wishes, std::vector<std::size_t>& indexes);
/// Nothing but where it is: no condition, no log message.
bool is_bare(const nlohmann::json& breakpoint, std::string_view command);

}  // namespace nearside::session
