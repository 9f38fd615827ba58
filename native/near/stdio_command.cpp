// What runs scripts over there, and how its end reads.
#include "near/stdio_command.hpp"

#include "core/version.hpp"
#include "io/faults.hpp"
#include "near/far_script.hpp"

#include <algorithm>
#include <array>

namespace nearside::near_end {
namespace {

using Words = std::vector<std::string>;

struct Commands {
  const std::string& script;
  bool compress;

  std::optional<Words> operator()(const LocalTarget&) const { return std::nullopt; }
  std::optional<Words> operator()(const TlsTarget&) const { return std::nullopt; }
  std::optional<Words> operator()(const ReverseTarget&) const { return std::nullopt; }
  std::optional<Words> operator()(const ExecTarget&) const { return std::nullopt; }
  /// Nothing can be asked on a pipe, so ssh shall fail and not ask (BatchMode). Forwardings of the
  /// user's configuration are for their shells, and would clash with those; a RemoteCommand of it
  /// stands in our way. All else (keys, jumps, ControlMaster, ServerAliveInterval) is theirs.
  std::optional<Words> operator()(const SshTarget& ssh) const {
    Words words{"ssh", "-T",
                "-o",  "BatchMode=yes",
                "-o",  "ClearAllForwardings=yes",
                "-o",  "RemoteCommand=none"};
    if (compress) words.insert(words.end(), {"-o", "Compression=yes"});
    if (ssh.port != 0) words.insert(words.end(), {"-p", std::to_string(ssh.port)});
    // The far shell may be any: what sh shall read is quoted for it.
    words.insert(words.end(), {"--", ssh.destination, "exec sh -c '" + script + "'"});
    return words;
  }
  std::optional<Words> operator()(const DockerTarget& docker) const {
    return Words{"docker", "exec", "-i", docker.container, "sh", "-c", script};
  }
  std::optional<Words> operator()(const WslTarget& wsl) const {
    return Words{"wsl.exe", "-d", wsl.distro, "--exec", "/bin/sh", "-c", script};
  }
  std::optional<Words> operator()(const KubectlTarget& kubectl) const {
    Words words{"kubectl", "exec", "-i", "-n", kubectl.name_space, kubectl.pod};
    if (!kubectl.container.empty()) words.insert(words.end(), {"-c", kubectl.container});
    words.insert(words.end(), {"--", "sh", "-c", script});
    return words;
  }
};

struct Advice {
  std::string_view said;
  std::string_view advice;
};
/// Words that the same command will say again, and what helps.
constexpr std::array<Advice, 4> kFinalWords{{
    // Said by the server that ssh has checked, inside its encryption.
    {"Permission denied (",
     "Nothing can be asked here: the key has to be in your ssh-agent, or without a passphrase. Try "
     "`ssh` with the same host in a terminal."},
    {"No such container", "`docker ps` lists those that run."},
    {"is not running", "Start it."},
    {"(NotFound)", "`kubectl get pods` lists those that run."},
}};

constexpr std::string_view kHowToGetIt =
    "Put the executable `nearside`, built for that system, on the PATH over there (of a shell that "
    "is not a login shell) or at ~/.nearside/bin/nearside.";

bool needs_no_quotes(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("@%+=:,./_-").find(c) != std::string_view::npos;
}

bool is_escape_end(char c) {
  return c >= 0x40 && c <= 0x7E;
}

/// Bytes of the character that `text` begins with; 0 if it begins with none of UTF-8 (RFC 3629),
/// or with a control character of Latin-1.
std::size_t character_at(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
  };
  const auto first = byte(0);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  for (std::size_t at = 1; at < size; ++at)
    if ((byte(at) & 0xC0) != 0x80) return 0;
  const bool refused = (first == 0xC2 && byte(1) < 0xA0) || (first == 0xE0 && byte(1) < 0xA0) ||
                       (first == 0xED && byte(1) >= 0xA0) || (first == 0xF0 && byte(1) < 0x90) ||
                       (first == 0xF4 && byte(1) >= 0x90);
  return refused ? 0 : size;
}

}  // namespace

std::optional<Words> stdio_command(const Target& target, Platform platform) {
  if (const auto* exec = std::get_if<ExecTarget>(&target)) {
    if (platform == Platform::kWindows) return Words{"cmd.exe", "/d", "/s", "/c", exec->command};
    return Words{"/bin/sh", "-c", exec->command};
  }
  return script_command(target, find_script(kVersion));
}

std::optional<Words> script_command(const Target& target, const std::string& script,
                                    bool compress) {
  return std::visit(Commands{script, compress}, target);
}

std::string shown_command(const Words& words) {
  std::string shown;
  for (const auto& word : words) {
    if (!shown.empty()) shown += ' ';
    if (!word.empty() && std::all_of(word.begin(), word.end(), needs_no_quotes)) {
      shown += word;
      continue;
    }
    shown += '\'';
    for (const char c : word) shown += c == '\'' ? std::string("'\\''") : std::string(1, c);
    shown += '\'';
  }
  return shown;
}

Fault command_fault(const Target& target, const CommandEnd& end) {
  std::string text = "The command behind " + to_string(target) + " " +
                     (end.status ? end.status->text() : "closed its output") +
                     (end.had_greeted ? "." : " before nearside answered over there.");
  if (!end.words.empty()) text += " Its last words: " + end.words;
  auto condition = Condition::kUnreachable;
  if (!end.had_greeted && end.status && end.status->code) {
    for (const auto& [said, advice] : kFinalWords) {
      if (end.words.find(said) == std::string::npos) continue;
      condition = Condition::kMisconfigured;
      text += "\n" + std::string(advice);
      break;
    }
    // A shell's words for "not found" and "cannot be run".
    if (condition == Condition::kUnreachable &&
        (*end.status->code == 127 || *end.status->code == 126)) {
      condition = Condition::kMisconfigured;
      text += "\n" + std::string(kHowToGetIt);
    }
  }
  return io::make_fault(Errc::kProcessFailed, condition, std::move(text));
}

std::string clean_words(std::string_view text, std::size_t limit) {
  std::string clean;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\x1b' && at + 1 < text.size() && text[at + 1] == '[') {
      for (at += 2; at < text.size() && !is_escape_end(text[at]);) ++at;
    } else if (c == '\n') {
      while (!clean.empty() && clean.back() == ' ') clean.pop_back();
      if (!clean.empty() && clean.back() != '\n') clean += '\n';
    } else if (c == '\t') {
      clean += ' ';
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      const auto size = character_at(text.substr(at));
      clean += size == 0 ? "?" : text.substr(at, size);
      if (size > 1) at += size - 1;
    } else if (c >= 0x20 && c != 0x7F) {
      clean += c;
    }
  }
  while (!clean.empty() && (clean.back() == '\n' || clean.back() == ' ')) clean.pop_back();
  if (clean.size() > limit) {
    auto from = clean.size() - limit;
    // Not in the middle of a character.
    while (from < clean.size() && (static_cast<unsigned char>(clean[from]) & 0xC0) == 0x80) ++from;
    clean.erase(0, from);
  }
  return clean;
}

}  // namespace nearside::near_end
