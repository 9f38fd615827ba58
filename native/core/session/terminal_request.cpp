// Checking `runInTerminal`.
#include "core/session/terminal_request.hpp"

#include "core/session/limits.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nearside::session {
namespace {

using nlohmann::json;

Fault invalid(std::string_view what) {
  return {Errc::kAdapterProtocol, Condition::kAdapterFailed,
          "The adapter's runInTerminal request cannot be run: " + std::string(what) + "."};
}

/// A string that can be handed to exec: it ends at its first NUL there.
bool is_text(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find('\0') == std::string::npos;
}

/// The string at `key`, empty if it is missing.
Result<std::string> read_text(const json& arguments, const char* key) {
  const auto found = arguments.find(key);
  if (found == arguments.end() || found->is_null()) return std::string();
  if (!is_text(*found)) return invalid("\"" + std::string(key) + "\" is not a string without NUL");
  return found->get<std::string>();
}

std::string join(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) {
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line;
}

}  // namespace

Result<RunInTerminal> read_terminal_request(std::string_view text, bool allow_shell) {
  if (text.size() > kMaxInterpretedBytes) {
    return invalid("its arguments are longer than the limit of " +
                   std::to_string(kMaxInterpretedBytes) + " bytes");
  }
  const auto arguments = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!arguments.is_object()) return invalid("\"arguments\" is not an object");

  RunInTerminal request;
  const auto kind = read_text(arguments, "kind");
  if (!kind) return kind.error();
  if (!kind->empty() && *kind != "integrated" && *kind != "external") {
    return invalid("\"kind\" is neither integrated nor external");
  }
  auto title = read_text(arguments, "title");
  if (!title) return title.error();
  request.title = *std::move(title);
  auto cwd = read_text(arguments, "cwd");
  if (!cwd) return cwd.error();
  request.cwd = *std::move(cwd);

  const auto args = arguments.find("args");
  if (args == arguments.end() || !args->is_array()) return invalid("\"args\" is not a list");
  for (const auto& word : *args) {
    if (!is_text(word)) return invalid("\"args\" holds what is not a string without NUL");
    request.arguments.push_back(word.get<std::string>());
  }
  if (request.arguments.empty() || request.arguments.front().empty())
    return invalid("\"args\" names no command");
  const auto shell = arguments.find("argsCanBeInterpretedByShell");
  if (allow_shell && shell != arguments.end() && shell->is_boolean() && shell->get<bool>()) {
    request.arguments = {"/bin/sh", "-c", join(request.arguments)};
  }

  const auto environment = arguments.find("env");
  if (environment == arguments.end() || environment->is_null()) return request;
  if (!environment->is_object()) return invalid("\"env\" is not an object");
  for (const auto& [name, value] : environment->items()) {
    if (name.empty() || name.find('=') != name.npos || name.find('\0') != name.npos) {
      return invalid("\"env\" holds a name that is empty or has '=' or NUL in it");
    }
    if (!value.is_null() && !is_text(value))
      return invalid("\"env\" holds a value that is not a string without NUL");
    request.environment.emplace_back(name, value.is_null()
                                               ? std::optional<std::string>()
                                               : std::optional(value.get<std::string>()));
  }
  return request;
}

}  // namespace nearside::session
