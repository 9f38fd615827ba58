// A command line against a command's table. What always holds: what comes out was declared, given
// as often as declared, and complete. Refuses everything else by a Fault (kUsage) that names the
// word and, where one is near, what was probably meant.
#pragma once

#include "cli/command.hpp"
#include "near/target.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearside::cli {

class Arguments {
 public:
  bool has(std::string_view option) const;
  std::optional<std::string> value(std::string_view option) const;
  std::vector<std::string> values(std::string_view option) const;
  /// The operand at a place, or nothing.
  std::optional<std::string> operand(std::size_t index) const;
  /// -h or --help was given: nothing else has been checked.
  bool help = false;

 private:
  friend Result<Arguments> parse(const Command& command, const std::vector<std::string>& words);
  std::vector<std::pair<std::string_view, std::string>> options_;
  std::vector<std::string> operands_;
};

/// `--name VALUE`, `--name=VALUE`, `--` before operands that begin with a dash. A lone `-` is an
/// operand. `words` are those after the command's own.
Result<Arguments> parse(const Command& command, const std::vector<std::string>& words);

Fault usage_fault(std::string message);

/// A whole number of a unit with an upper limit; the fault names the option and the limits.
Result<long> parse_number(std::string_view option, const std::string& text, long least, long most);

}  // namespace nearside::cli
