// Profiles print greetings, so the environment stands between two marks. `env -0` parts variables
// by a zero byte: values may hold line breaks.
#include "far/login_environment.hpp"

#include "far/bounded_run.hpp"
#include "far/limits.hpp"

#include <unistd.h>

#include <string_view>
#include <utility>

namespace nearside::far_end {
namespace {

constexpr std::string_view kMark = "=nearside-environment=";

std::optional<io::Environment> between_marks(std::string_view output) {
  const auto begin = output.find(kMark);
  const auto end = output.rfind(kMark);
  if (begin == std::string_view::npos || begin == end) return std::nullopt;
  std::string_view rest = output.substr(begin + kMark.size(), end - begin - kMark.size());
  io::Environment variables;
  while (!rest.empty()) {
    const auto zero = rest.find('\0');
    const std::string_view entry = rest.substr(0, zero);
    if (const auto equals = entry.find('='); equals != std::string_view::npos && equals > 0)
      variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    if (zero == std::string_view::npos) break;
    rest.remove_prefix(zero + 1);
  }
  if (variables.empty()) return std::nullopt;
  for (const char* own : {"_", "SHLVL", "OLDPWD", "PWD"}) variables.erase(own);
  return variables;
}

/// What login(1) gives a shell, and the locale and time zone that the machine has.
io::Environment bare_environment(const io::Account& account) {
  io::Environment variables{
      {"HOME", account.home},
      {"USER", account.name},
      {"LOGNAME", account.name},
      {"SHELL", account.shell},
      {"TERM", "dumb"},
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}};
  const io::Environment own = io::current_environment();
  for (const char* name : {"LANG", "TZ", "XDG_RUNTIME_DIR"})
    if (const auto found = own.find(name); found != own.end()) variables.insert(*found);
  return variables;
}

}  // namespace

LoginShell::LoginShell(OwnChildren& own, io::Account account, std::chrono::milliseconds limit)
    : own_(own), account_(std::move(account)), limit_(limit) {
  if (account_.shell.empty()) account_.shell = "/bin/sh";
}

asio::awaitable<LoginEnvironment> LoginShell::environment() {
  if (!known_ || asio::steady_timer::clock_type::now() >= good_until_) {
    LoginEnvironment found = co_await run();
    known_ = std::move(found);
    good_until_ = asio::steady_timer::clock_type::now() + kLoginEnvironmentLife;
  }
  co_return *known_;
}

asio::awaitable<LoginEnvironment> LoginShell::run() {
  io::ProcessOptions options;
  const std::string mark(kMark);
  options.arguments = {account_.shell, "-l", "-c",
                       "printf %s " + mark + "; env -0; printf %s " + mark};
  options.environment = bare_environment(account_);
  options.working_directory = account_.home;
  const auto outcome = co_await run_bounded(own_, std::move(options), limit_);
  std::string why = "It printed no environment.";
  if (outcome) {
    if (auto variables = between_marks(outcome->output)) {
      LoginEnvironment login;
      login.variables = std::move(*variables);
      co_return login;
    }
  } else {
    why = outcome.error().message;
  }
  LoginEnvironment fallback;
  fallback.variables = io::current_environment();
  fallback.notice = "The login shell " + account_.shell +
                    " did not tell its environment, so adapters get the agent's own. " + why;
  co_return fallback;
}

}  // namespace nearside::far_end
