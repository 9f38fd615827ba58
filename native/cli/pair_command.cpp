// `nearside pair`: gives an agent's code back to it, so that both know each other from then on.
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/limits.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace nearside::cli {
namespace {

/// Switches a terminal's echo off as long as it lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

/// The first line that is not blank, so that a pipe need not be closed for us to go on.
std::string read_line() {
  std::string line;
  for (char c = 0; line.size() <= kMaxCodeInput && std::cin.get(c);) {
    if (c != '\n' && c != '\r')
      line += c;
    else if (line.find_first_not_of(" \t") != std::string::npos)
      break;
  }
  return line;
}

std::string read_code() {
  if (isatty(STDIN_FILENO) != 1) return read_line();
  std::cerr << "Pairing code (it is not shown as you type): " << std::flush;
  const SilentTerminal silent;
  std::string line = read_line();
  std::cerr << std::endl;
  return line;
}

int run_pair(const Arguments& arguments) {
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  const std::string operand = arguments.operand(0).value_or("-");
  const auto code = io::decode_pairing_code(operand == "-" ? read_code() : operand);
  if (!code) return complain(code.error());

  const auto peer = run_to_end([&](asio::any_io_executor executor) {
    return near_end::pair(executor, *state, *code, arguments.value("--name").value_or(own_name()));
  });
  if (!peer) return complain(peer.error());
  const std::string target = "tls://" + code->address.text();
  if (arguments.has("--json")) {
    print_json({{"target", target}, {"fingerprint", peer->fingerprint.text()}});
    return kExitOk;
  }
  std::cout << "Paired with " << bold(printable(target)) << ", fingerprint "
            << peer->fingerprint.text() << ".\n"
            << "Debug there with\n\n  nearside connect --target " << printable(target)
            << state_words(arguments) << " --adapter dlv --stdio\n\n"
            << "and undo it with 'nearside revoke' here, there, or both.\n";
  return kExitOk;
}

}  // namespace

Command pair_command() {
  return {
      .name = "pair",
      .summary = "Pair this near end with an agent, by the agent's code.",
      .usage = "[-] [OPTIONS]\nCODE [OPTIONS]",
      .purpose =
          "Takes the code that 'nearside agent pair' showed, reaches the agent that it names, and "
          "checks that agent's key before anything is sent. Then each end remembers the other's "
          "key. A mistyped code is noticed before anything is sent, and a failed attempt does not "
          "use the code up.\n"
          "\n"
          "Without CODE, or with -, the code is read from stdin; at a terminal it is asked for and "
          "not shown. Prefer that: other users of a machine can read its command lines.",
      .operands = {{"CODE", true}},
      .options = {{"--name", "NAME",
                   "What the agent's list of peers calls this near end. Default: user@host."},
                  kStateOption,
                  {"--json", "", "Print one JSON object: target, fingerprint."}},
      .exits =
          "0  paired\n"
          "1  failed: the code is wrong, used or too old, or the agent cannot be reached\n"
          "2  the command line is wrong",
      .examples =
          "nearside pair -\n"
          "ssh build-box nearside agent pair | nearside pair -",
      .run = run_pair,
  };
}

}  // namespace nearside::cli
