// What people see: errors as one sentence, aligned tables, colour only on a terminal that wants it.
// What always holds: text that came from a peer is shown without its control characters, so that
// no name can move a cursor or forge a line.
#pragma once

#include "near/target.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace nearside::cli {

/// `nearside: …` on stderr. Returns the exit code that the fault means.
int complain(const Fault& fault);
/// One sentence on stderr that is no failure.
void note(std::string_view text);

/// Bytes that a terminal would obey are shown as '?'.
std::string printable(std::string_view text);

/// The text in bold or dim where `descriptor` is a terminal and NO_COLOR is not set.
std::string bold(std::string_view text, int descriptor = 1);
std::string dim(std::string_view text, int descriptor = 1);

/// Columns as wide as their widest cell, two blanks apart. The first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// "3 s", "12 min", "5 h", "8 d" for a number of seconds; "1.2 MiB" for a number of bytes.
std::string duration(std::int64_t seconds);
std::string byte_count(std::uint64_t bytes);

/// One object on one line, at once.
void print_json(const nlohmann::json& object);

}  // namespace nearside::cli
