// The JSON of the link's own frames: read with every guard that a hostile peer calls for (size by
// the frame, depth, types, lengths of strings), written without exceptions. Refuses what is not one
// flat object; strings that reach a person hold no control characters.
#pragma once

#include "core/fault.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::link {

/// `what` names the frame in the fault.
Result<nlohmann::json> parse_object(std::string_view bytes, std::string_view what);

/// The string of that name, if it is there, is one, and is no longer than `max_bytes`.
std::optional<std::string> string_field(const nlohmann::json& object, const char* name,
                                        std::size_t max_bytes);

/// Control characters (C0, DEL and C1) become spaces: a terminal or a log must not obey a peer.
std::string without_controls(std::string_view text);
bool is_lower_hex(std::string_view text, std::size_t digits);

std::string dump(const nlohmann::json& object);

/// {"code":204,"condition":"peer_violation","message":"…"}
std::string fault_to_json(const Fault& fault);
/// Nothing when it is no such object.
std::optional<Fault> fault_from_json(std::string_view bytes);

}  // namespace nearside::link
