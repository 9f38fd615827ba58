// Builders for the DAP messages that we make ourselves. Each returns the bytes of one message body
// with `seq` 0: who sends it numbers it. Text that is not UTF-8 is carried with U+FFFD in the place
// of what was wrong, never refused: it comes from programs that print what they like.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/fault.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace nearside::dap {

std::string make_request(std::string_view command, const nlohmann::json& arguments);
std::string make_event(std::string_view event, const nlohmann::json& body);
std::string make_response(std::int64_t request_seq, std::string_view command,
                          const nlohmann::json& body);

/// An ErrorResponse (specification: ErrorResponse, Message) that the client shows to its user:
/// `message` the sentence, `body.error` = {id, format, showUser: true}.
std::string make_error_response(std::int64_t request_seq, std::string_view command,
                                const Fault& fault);

/// Categories of the `output` event that we use.
enum class OutputCategory { kConsole, kImportant, kStdout, kStderr };
std::string make_output(OutputCategory category, std::string_view text);

}  // namespace nearside::dap
