// Reads and writes the names of targets.
#include "near/target.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace nearside::near_end {
namespace {

constexpr std::string_view kTlsScheme = "tls://";
constexpr std::string_view kForms =
    "Targets are `local`, `tls://HOST:PORT`, `ssh:[USER@]HOST[:PORT]`, `docker:CONTAINER`, "
    "`wsl:DISTRO`, `kubectl:NAMESPACE/POD[/CONTAINER]`, `exec:COMMAND` and `reverse:[HOST:]PORT`.";
/// Where `reverse:PORT` listens: what shall be reached from elsewhere has to be said.
constexpr std::string_view kReverseHost = "127.0.0.1";
/// The longest name of a host (RFC 1035); the others are shorter.
constexpr std::size_t kMaxNameBytes = 253;

Fault unusable(std::string_view text, std::string_view why) {
  return {Errc::kTargetUnsupported, Condition::kMisconfigured,
          "The target '" + std::string(text.substr(0, 200)) + "' " + std::string(why) + " " +
              std::string(kForms)};
}

/// Of a container, a distribution, a pod: what those have for names, and no option.
bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxNameBytes && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), fits);
}

/// A user or host for ssh: a name of ssh_config may hold much, but nothing that a shell (of a
/// ProxyCommand with %h or %r in it) would take for more than a name. The rule is OpenSSH's own.
bool is_ssh_name(std::string_view name) {
  constexpr std::string_view kRefused = "'`\"$\\;&<>|(){}";
  const auto fits = [&](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F &&
           kRefused.find(c) == std::string_view::npos;
  };
  return !name.empty() && name.size() <= kMaxNameBytes && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), fits);
}

Result<Target> parse_tls(std::string_view text, std::string_view rest) {
  auto address = io::parse_host_port(rest);
  if (!address) return unusable(text, "has no usable address. " + address.error().message);
  if (address->port == 0) return unusable(text, "names port 0, where nobody listens.");
  return Target(TlsTarget{*std::move(address)});
}

Result<Target> parse_exec(std::string_view text, std::string_view command) {
  if (command.find_first_not_of(" \t") == std::string_view::npos)
    return unusable(text, "names no command.");
  if (command.find('\0') != std::string_view::npos)
    return unusable(text, "holds a NUL, which no command can.");
  return Target(ExecTarget{std::string(command)});
}

Result<Target> parse_ssh(std::string_view text, std::string_view rest) {
  if (rest.starts_with("//")) rest.remove_prefix(2);
  SshTarget ssh;
  std::string user;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    if (!is_ssh_name(user)) return unusable(text, "has a user that cannot be one.");
  }
  // More colons than one, and no brackets: an IPv6 address alone.
  const bool has_port = rest.starts_with('[') ? rest.find("]:") != std::string_view::npos
                                              : std::count(rest.begin(), rest.end(), ':') == 1;
  std::string host(rest);
  if (has_port) {
    auto address = io::parse_host_port(rest);
    if (!address) return unusable(text, "has no usable address. " + address.error().message);
    if (address->port == 0) return unusable(text, "names port 0, where nobody listens.");
    host = std::move(address->host);
    ssh.port = address->port;
  } else if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  if (!is_ssh_name(host) || host.find_first_of("[]/") != std::string::npos)
    return unusable(text, "has a host that cannot be one.");
  ssh.destination = user.empty() ? host : user + "@" + host;
  return Target(std::move(ssh));
}

Result<Target> parse_docker(std::string_view text, std::string_view name) {
  if (!is_name(name)) return unusable(text, "has a container that cannot be one.");
  return Target(DockerTarget{std::string(name)});
}

Result<Target> parse_wsl(std::string_view text, std::string_view name) {
  if (!is_name(name)) return unusable(text, "has a distribution that cannot be one.");
  return Target(WslTarget{std::string(name)});
}

Result<Target> parse_kubectl(std::string_view text, std::string_view rest) {
  const auto first = rest.find('/');
  if (first == std::string_view::npos) return unusable(text, "names no pod.");
  KubectlTarget target;
  target.name_space = rest.substr(0, first);
  rest.remove_prefix(first + 1);
  const auto second = rest.find('/');
  target.pod = rest.substr(0, second);
  if (second != std::string_view::npos) {
    target.container = rest.substr(second + 1);
    if (!is_name(target.container)) return unusable(text, "has a container that cannot be one.");
  }
  if (!is_name(target.name_space) || !is_name(target.pod))
    return unusable(text, "has a namespace or pod that cannot be one.");
  return Target(std::move(target));
}

Result<Target> parse_reverse(std::string_view text, std::string_view rest) {
  const std::string whole = rest.find(':') == std::string_view::npos
                                ? std::string(kReverseHost) + ":" + std::string(rest)
                                : std::string(rest);
  auto address = io::parse_host_port(whole);
  if (!address) return unusable(text, "has no usable address. " + address.error().message);
  if (address->port == 0)
    return unusable(text, "names port 0: the agent has to know where it shall dial.");
  return Target(ReverseTarget{*std::move(address)});
}

struct Kind {
  std::string_view scheme;
  Result<Target> (*parse)(std::string_view text, std::string_view rest);
};
constexpr std::array<Kind, 7> kKinds{{{kTlsScheme, parse_tls},
                                      {"exec:", parse_exec},
                                      {"ssh:", parse_ssh},
                                      {"docker:", parse_docker},
                                      {"wsl:", parse_wsl},
                                      {"kubectl:", parse_kubectl},
                                      {"reverse:", parse_reverse}}};

struct Writer {
  std::string operator()(const LocalTarget&) const { return "local"; }
  std::string operator()(const TlsTarget& tls) const {
    return std::string(kTlsScheme) + tls.address.text();
  }
  std::string operator()(const ExecTarget& exec) const { return "exec:" + exec.command; }
  std::string operator()(const SshTarget& ssh) const {
    if (ssh.port == 0) return "ssh:" + ssh.destination;
    const auto at = ssh.destination.rfind('@');
    const auto host = at == std::string::npos ? 0 : at + 1;
    return "ssh:" + ssh.destination.substr(0, host) +
           io::HostPort{ssh.destination.substr(host), ssh.port}.text();
  }
  std::string operator()(const DockerTarget& docker) const { return "docker:" + docker.container; }
  std::string operator()(const WslTarget& wsl) const { return "wsl:" + wsl.distro; }
  std::string operator()(const KubectlTarget& kubectl) const {
    return "kubectl:" + kubectl.name_space + "/" + kubectl.pod +
           (kubectl.container.empty() ? "" : "/" + kubectl.container);
  }
  std::string operator()(const ReverseTarget& reverse) const {
    return "reverse:" + reverse.address.text();
  }
};

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (text == "local") return Target(LocalTarget{});
  for (const auto& kind : kKinds)
    if (text.starts_with(kind.scheme)) return kind.parse(text, text.substr(kind.scheme.size()));
  return unusable(text, text.empty() ? "is empty." : "is of no kind that this version knows.");
}

std::string to_string(const Target& target) {
  return std::visit(Writer{}, target);
}

}  // namespace nearside::near_end
