// Who a user of this machine is, by /etc/passwd itself. What always holds: no module of the
// system's C library is loaded for it, so the answer does not depend on the library that we were
// built with (docs/decisions/0006). Users that only a directory service knows are known by their
// environment.
#pragma once

#include "io/process.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace nearside::io {

struct Account {
  std::string name;
  std::string home;   ///< Absolute, or empty.
  std::string shell;  ///< Empty: not said.
  bool operator==(const Account&) const = default;
};

/// The entry of a user in the text of /etc/passwd (passwd(5)).
std::optional<Account> account_in(std::string_view passwd, uid_t user);
/// Of any user; nothing if /etc/passwd does not know them.
std::optional<Account> account_of(uid_t user);
/// Of this process's user: by /etc/passwd, else by HOME, USER and SHELL.
Account own_account(const Environment& environment = current_environment());

}  // namespace nearside::io
