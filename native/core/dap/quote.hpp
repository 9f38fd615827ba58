// Bytes of a stranger, made fit for a message to a person.
#pragma once

#include <string>
#include <string_view>

namespace nearside::dap {

/// The beginning of `bytes` in double quotes, as printable ASCII: at most kMaxQuotedBytes of it
/// (then `…`), with \n, \r, \t, \", \\ and \xNN for what would not show.
std::string quote(std::string_view bytes);

}  // namespace nearside::dap
