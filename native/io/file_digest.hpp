// What a file is known by on both ends: the SHA-256 of its bytes. What always holds: only regular
// files are read (links followed), opened without waiting, up to a limit; nothing is kept.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace nearside::io {

/// 64 hexadecimal digits; empty when there is no such regular file, it cannot be read, or it has
/// more than `limit` bytes. Blocks for as long as reading takes.
std::string file_digest(const std::filesystem::path& file, std::size_t limit);

}  // namespace nearside::io
