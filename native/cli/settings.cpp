// Reads shared options and asks the system who and where we are.
#include "cli/settings.hpp"

#include "near/agent_client.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <system_error>

namespace nearside::cli {

Result<std::filesystem::path> state_of(const Arguments& arguments) {
  if (const auto chosen = arguments.value("--state"))
    return io::state_folder(std::filesystem::path(*chosen));
  return io::state_folder(std::nullopt);
}

std::string state_words(const Arguments& arguments) {
  const auto chosen = arguments.value("--state");
  if (!chosen) return "";
  const bool plain = chosen->find_first_not_of(
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "0123456789/._-+,:@%") == std::string::npos;
  if (plain) return " --state " + *chosen;
  std::string quoted;
  for (const char c : *chosen) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return " --state '" + quoted + "'";
}

Result<std::optional<io::CaPolicy>> ca_of(const Arguments& arguments) {
  const auto file = arguments.value("--ca");
  auto names = arguments.values("--allow");
  if (!file && names.empty()) return std::optional<io::CaPolicy>();
  if (!file)
    return usage_fault(
        "--allow names who may come with a CA's certificate, and no CA was given: add --ca FILE.");
  if (names.empty())
    return usage_fault(
        "--ca alone would let in everybody whom that CA knows: add --allow NAME for each one who "
        "may.");
  if (std::error_code error; !std::filesystem::is_regular_file(*file, error))
    return usage_fault("--ca names no file: '" + *file + "'.");
  return std::optional(io::CaPolicy{*file, std::move(names)});
}

std::string own_executable() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error).string();
  // What the kernel appends when the file was replaced since we started: the new one is meant.
  constexpr std::string_view kReplaced = " (deleted)";
  if (path.ends_with(kReplaced)) path.resize(path.size() - kReplaced.size());
  return error ? "/proc/self/exe" : path;
}

std::string own_name() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const std::string name = near_end::own_user_name();
  return host[0] == '\0' ? name : name + "@" + host.data();
}

Result<std::string> read_input(const std::string& file, std::size_t limit) {
  std::ifstream opened;
  if (file != "-") opened.open(file, std::ios::binary);
  if (file != "-" && !opened)
    return Fault{Errc::kFileFailed, Condition::kMisconfigured,
                 "'" + file + "' could not be read: " + std::strerror(errno) + "."};
  std::istream& from = file == "-" ? std::cin : opened;
  std::string text(limit + 1, '\0');
  from.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(from.gcount()));
  if (text.size() > limit)
    return Fault{Errc::kFileFailed, Condition::kMisconfigured,
                 (file == "-" ? std::string("Standard input") : "'" + file + "'") +
                     " holds more than " + std::to_string(limit) + " bytes: that cannot be it."};
  return text;
}

}  // namespace nearside::cli
