// JSON tokens and what they say, for who splices them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::paths {

/// The string token that says `text`; what is not UTF-8 becomes U+FFFD.
std::string token_of(std::string_view text);
/// An integer as JSON writes it.
std::optional<std::int64_t> read_integer(std::string_view token);

/// "file:///C%3A/a%20b" for "C:\a b": what a client with `pathFormat: "uri"` reads. The path itself
/// where it is neither a file of a POSIX system nor of Windows.
std::string file_uri(std::string_view path);

}  // namespace nearside::paths
