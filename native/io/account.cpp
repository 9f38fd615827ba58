// A line of passwd has seven fields between colons; lines that have not are passed over, as the C
// library does.
#include "io/account.hpp"

#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

namespace nearside::io {
namespace {

constexpr std::size_t kPasswdFields = 7;

std::string absolute(std::string_view folder) {
  return folder.starts_with('/') ? std::string(folder) : std::string();
}

}  // namespace

std::optional<Account> account_in(std::string_view passwd, uid_t user) {
  const std::string number = std::to_string(user);
  while (!passwd.empty()) {
    auto line = passwd.substr(0, passwd.find('\n'));
    passwd.remove_prefix(std::min(line.size() + 1, passwd.size()));
    std::array<std::string_view, kPasswdFields> fields;
    std::size_t count = 0;
    for (;;) {
      const auto colon = line.find(':');
      if (count < kPasswdFields) fields[count] = line.substr(0, colon);
      ++count;
      if (colon == std::string_view::npos) break;
      line.remove_prefix(colon + 1);
    }
    if (count != kPasswdFields || fields[2] != number) continue;
    return Account{std::string(fields[0]), absolute(fields[5]), absolute(fields[6])};
  }
  return std::nullopt;
}

std::optional<Account> account_of(uid_t user) {
  std::ifstream file("/etc/passwd", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return account_in(text, user);
}

Account own_account(const Environment& environment) {
  if (auto known = account_of(::geteuid())) return *std::move(known);
  Account account{variable(environment, "USER"), absolute(variable(environment, "HOME")),
                  absolute(variable(environment, "SHELL"))};
  if (account.name.empty()) account.name = std::to_string(::geteuid());
  return account;
}

}  // namespace nearside::io
