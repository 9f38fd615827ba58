// Finds the command that a command line names, and shows help, version, or what is wrong with it.
#include "cli/commands.hpp"

#include "cli/arguments.hpp"
#include "cli/help.hpp"
#include "cli/output.hpp"
#include "cli/suggestion.hpp"
#include "cli/version.hpp"

#include <algorithm>
#include <iostream>

namespace nearside::cli {
namespace {

using Words = std::vector<std::string>;

/// The command whose words the line begins with; of two ("agent", "agent pair") the longer one.
/// Takes the words off.
const Command* take_command(Words& words) {
  for (std::size_t count = std::min<std::size_t>(2, words.size()); count > 0; --count) {
    const std::string name = count == 2 ? words[0] + " " + words[1] : words[0];
    for (const Command& command : commands()) {
      if (command.name != name) continue;
      words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
      return &command;
    }
  }
  return nullptr;
}

Fault unknown_command(const Words& words) {
  std::vector<std::string_view> known{"help"};
  for (const Command& command : commands())
    if (!command.hidden && command.name.find(' ') == std::string_view::npos)
      known.push_back(command.name);
  return usage_fault("There is no command '" + words[0] + "'." + did_you_mean(words[0], known) +
                     " See 'nearside --help'.");
}

/// `nearside agent piar`: a sub-command was meant.
std::optional<Fault> unknown_sub_command(const Command& command, const Words& words) {
  if (words.empty() || words[0].starts_with("-")) return std::nullopt;
  const std::string prefix = std::string(command.name) + " ";
  std::vector<std::string_view> known;
  for (const Command& other : commands())
    if (other.name.starts_with(prefix)) known.push_back(other.name);
  if (known.empty()) return std::nullopt;
  const std::string given = prefix + words[0];
  return usage_fault("There is no command '" + given + "'." + did_you_mean(given, known) +
                     " See 'nearside " + std::string(command.name) + " --help'.");
}

int show_help(Words words) {
  if (words.empty()) {
    std::cout << overview(commands());
    return kExitOk;
  }
  const Command* command = take_command(words);
  if (command == nullptr) return complain(unknown_command(words));
  std::cout << help_of(*command);
  return kExitOk;
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table{
      agent_command(),   agent_pair_command(), agent_stop_command(), pair_command(),
      connect_command(), status_command(),     peers_command(),      authorize_command(),
      revoke_command(),  identity_command(),   keeper_command(),
  };
  return table;
}

int run(const Words& line) {
  Words words = line;
  if (words.empty()) {
    std::cerr << overview(commands());
    return kExitUsage;
  }
  if (words[0] == "-h" || words[0] == "--help") return show_help({});
  if (words[0] == "help") return show_help({words.begin() + 1, words.end()});
  if (words[0] == "--version" || words[0] == "-V") {
    std::cout << version_text();
    return kExitOk;
  }
  const Command* command = take_command(words);
  if (command == nullptr) {
    if (words[0].starts_with("-"))
      return complain(usage_fault("nearside has no option '" + words[0] +
                                  "' before a command. See 'nearside --help'."));
    return complain(unknown_command(words));
  }
  if (const auto fault = unknown_sub_command(*command, words)) return complain(*fault);
  const auto arguments = parse(*command, words);
  if (!arguments) return complain(arguments.error());
  if (arguments->help) {
    std::cout << help_of(*command);
    return kExitOk;
  }
  return command->run(*arguments);
}

}  // namespace nearside::cli
