// Looking into a message's `arguments` or `body`, which is for reading only: what goes on are the
// bytes.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/session/output_tail.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace nearside::session {

/// As a value: an empty object when it is missing, malformed or larger than kMaxInterpretedBytes.
nlohmann::json read_payload(const dap::Message& message);

/// Whether VS Code's `disconnect` with these arguments is its window going away: Stop says
/// `terminateDebuggee`, since we declare supportTerminateDebuggee, and a restart says so.
bool only_leaves(const nlohmann::json& disconnect);

/// What a launch or attach is about, for lists: `program`, `processId`, … May be empty.
std::string program_of(const nlohmann::json& start);
/// Its own name (`name`, as VS Code says it), else that.
std::string configuration_of(const nlohmann::json& start);

/// What an `output` event says; nothing for telemetry and categories that we do not know.
std::optional<OutputPiece> program_output(const dap::Message& event);

}  // namespace nearside::session
