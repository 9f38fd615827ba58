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

/// The commands whose second word follows `first`.
std::vector<std::string_view> sub_commands_of(std::string_view first) {
  const std::string prefix = std::string(first) + " ";
  std::vector<std::string_view> known;
  for (const Command& command : commands())
    if (!command.hidden && command.name.starts_with(prefix)) known.push_back(command.name);
  return known;
}

/// Of a word that is no command by itself, `nearside paths`: one help after the other. Empty: there
/// are none.
std::string help_of_sub_commands(std::string_view first) {
  const auto known = sub_commands_of(first);
  std::string text;
  for (const Command& command : commands()) {
    if (std::find(known.begin(), known.end(), command.name) == known.end()) continue;
    if (!text.empty()) text += '\n';
    text += help_of(command);
  }
  return text;
}

bool asks_for_help(const std::string& word) {
  return word == "-h" || word == "--help";
}

/// `nearside agent piar`, `nearside paths`: a sub-command was meant. Nothing: there are none.
std::optional<Fault> unknown_sub_command(const Words& words) {
  const auto known = sub_commands_of(words[0]);
  if (known.empty()) return std::nullopt;
  if (words.size() == 1 || words[1].starts_with("-")) {
    std::string names;
    for (const std::string_view name : known)
      names += (names.empty() ? "'nearside " : ", 'nearside ") + std::string(name) + "'";
    return usage_fault("'nearside " + words[0] + "' is not complete: there is " + names + ".");
  }
  const std::string given = words[0] + " " + words[1];
  return usage_fault("There is no command '" + given + "'." + did_you_mean(given, known) +
                     " See 'nearside --help'.");
}

Fault unknown_command(const Words& words) {
  if (auto fault = unknown_sub_command(words)) return *fault;
  std::vector<std::string_view> known{"help"};
  for (const Command& command : commands()) {
    if (command.hidden) continue;
    const std::string_view first = command.name.substr(0, command.name.find(' '));
    if (known.back() != first) known.push_back(first);
  }
  return usage_fault("There is no command '" + words[0] + "'." + did_you_mean(words[0], known) +
                     " See 'nearside --help'.");
}

int show_help(Words words) {
  if (words.empty()) {
    std::cout << overview(commands());
    return kExitOk;
  }
  const Command* command = take_command(words);
  const auto text = command != nullptr  ? help_of(*command)
                    : words.size() == 1 ? help_of_sub_commands(words[0])
                                        : std::string();
  if (text.empty()) return complain(unknown_command(words));
  std::cout << text;
  return kExitOk;
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table{
      agent_command(),         agent_pair_command(),    agent_stop_command(),
      pair_command(),          connect_command(),       status_command(),
      trace_command(),         sessions_command(),      sessions_clients_command(),
      sessions_role_command(), sessions_drop_command(), sessions_end_command(),
      processes_command(),     breakpoints_command(),   breakpoints_forget_command(),
      peers_command(),         authorize_command(),     revoke_command(),
      audit_show_command(),    audit_verify_command(),  identity_command(),
      paths_explain_command(), paths_rules_command(),   paths_forget_command(),
      keeper_command(),        digest_command(),
  };
  return table;
}

int run(const Words& line) {
  Words words = line;
  if (words.empty()) {
    std::cerr << overview(commands());
    return kExitUsage;
  }
  if (asks_for_help(words[0])) return show_help({});
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
    if (words.size() == 2 && asks_for_help(words[1])) return show_help({words[0]});
    return complain(unknown_command(words));
  }
  if (!words.empty() && !words[0].starts_with("-") && !sub_commands_of(command->name).empty())
    return complain(*unknown_sub_command({std::string(command->name), words[0]}));
  const auto arguments = parse(*command, words);
  if (!arguments) return complain(arguments.error());
  if (arguments->help) {
    std::cout << help_of(*command);
    return kExitOk;
  }
  return command->run(*arguments);
}

}  // namespace nearside::cli
