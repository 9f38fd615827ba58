// Looking into a message's `arguments` or `body`, which is for reading only: what goes on are the
// bytes.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/session/output_tail.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>

namespace nearside::session {

/// As a value: an empty object when it is missing, malformed or larger than kMaxInterpretedBytes.
nlohmann::json read_payload(const dap::Message& message);

/// What an `output` event says; nothing for telemetry and categories that we do not know.
std::optional<OutputPiece> program_output(const dap::Message& event);

}  // namespace nearside::session
