// Writing and reading tokens.
#include "core/paths/token.hpp"

#include "core/paths/path.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace nearside::paths {
namespace {

void append_encoded(std::string& uri, std::string_view name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=@";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : name) {
    if (kPlain.find(c) != kPlain.npos) {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
}

}  // namespace

std::string token_of(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::int64_t> read_integer(std::string_view token) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc{} || end != token.data() + token.size()) return std::nullopt;
  return value;
}

std::string file_uri(std::string_view path) {
  const auto parsed = parse_path(path);
  if (!parsed) return std::string(path);
  std::string uri = "file://";
  switch (parsed->style) {
    case Style::kPosix:
      break;
    case Style::kDrive:
      uri += '/' + std::string(parsed->host) + ':';
      break;
    case Style::kUnc:
    case Style::kWsl:
      append_encoded(uri, parsed->style == Style::kWsl ? "wsl.localhost" : parsed->host);
      uri += '/';
      append_encoded(uri, parsed->share);
      break;
    case Style::kRemote:
    case Style::kImport:
      return std::string(path);
  }
  for (const auto name : parsed->components) {
    uri += '/';
    append_encoded(uri, name);
  }
  if (parsed->components.empty()) uri += '/';
  return uri;
}

}  // namespace nearside::paths
