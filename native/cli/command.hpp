// What a sub-command is: its words, its arguments, its help and its body, all in one table
// (commands.hpp), so that parser, help and suggestions can never disagree. Plain values; nothing
// here prints or parses.
#pragma once

#include <string_view>
#include <vector>

namespace nearside::cli {

class Arguments;

/// The exit codes of `nearside`; each command's help says when it uses which.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNoAgent = 3;

struct Option {
  std::string_view name;   ///< "--listen"
  std::string_view value;  ///< What the help calls its value; empty: a switch.
  std::string_view text;   ///< With unit and default.
  bool repeats = false;    ///< May be given several times.
  bool hidden = false;     ///< For our own processes: parsed, not shown.
};

struct Operand {
  std::string_view name;  ///< "FINGERPRINT"
  bool optional = false;
};

/// Text fields are paragraphs without line breaks, which the help wraps; lines that begin with two
/// blanks are kept as they are.
struct Command {
  std::string_view name;       ///< "agent pair"
  std::string_view summary{};  ///< One line for the list of commands.
  std::string_view usage{};    ///< What follows the name; one line a way of calling it.
  std::string_view purpose{};
  std::vector<Operand> operands{};
  std::vector<Option> options{};
  std::string_view notes{};     ///< After the options: what needs more words.
  std::string_view exits{};     ///< One line an exit code.
  std::string_view examples{};  ///< Lines, shown as they are.
  bool hidden = false;
  int (*run)(const Arguments& arguments) = nullptr;
};

}  // namespace nearside::cli
