// The parser. Rules are those of getopt_long as people know them, without abbreviations: a script
// that abbreviates breaks when an option is added.
#include "cli/arguments.hpp"

#include "cli/suggestion.hpp"

#include <algorithm>
#include <charconv>

namespace nearside::cli {
namespace {

std::string in_quotes(std::string_view word) {
  return "'" + std::string(word) + "'";
}

std::string see_help(const Command& command) {
  return " See 'nearside " + std::string(command.name) + " --help'.";
}

Fault unknown_option(const Command& command, std::string_view word) {
  std::vector<std::string_view> known{"--help"};
  for (const Option& option : command.options)
    if (!option.hidden) known.push_back(option.name);
  return usage_fault("'nearside " + std::string(command.name) + "' has no option " +
                     in_quotes(word) + "." + did_you_mean(word, known) + see_help(command));
}

Fault unwanted_operand(const Command& command, std::string_view word) {
  return usage_fault("'nearside " + std::string(command.name) + "' does not know what to do with " +
                     in_quotes(word) + "." + see_help(command));
}

}  // namespace

Fault usage_fault(std::string message) {
  return {Errc::kUsage, Condition::kMisconfigured, std::move(message)};
}

bool Arguments::has(std::string_view option) const {
  return std::any_of(options_.begin(), options_.end(),
                     [&](const auto& given) { return given.first == option; });
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  for (const auto& [name, value] : options_)
    if (name == option) return value;
  return std::nullopt;
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  std::vector<std::string> all;
  for (const auto& [name, value] : options_)
    if (name == option) all.push_back(value);
  return all;
}

std::optional<std::string> Arguments::operand(std::size_t index) const {
  if (index >= operands_.size()) return std::nullopt;
  return operands_[index];
}

Result<Arguments> parse(const Command& command, const std::vector<std::string>& words) {
  Arguments arguments;
  bool operands_only = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (operands_only || word.size() < 2 || word[0] != '-') {
      if (arguments.operands_.size() == command.operands.size())
        return unwanted_operand(command, word);
      arguments.operands_.push_back(word);
      continue;
    }
    if (word == "--") {
      operands_only = true;
      continue;
    }
    if (word == "-h" || word == "--help") {
      arguments.help = true;
      return arguments;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto option = std::find_if(command.options.begin(), command.options.end(),
                                     [&](const Option& one) { return one.name == name; });
    if (option == command.options.end()) return unknown_option(command, name);
    if (!option->repeats && arguments.has(name))
      return usage_fault(name + " was given twice, and one of them must be meant.");
    std::string value;
    if (option->value.empty()) {
      if (equals != std::string::npos) return usage_fault(name + " takes no value.");
    } else if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < words.size()) {
      value = words[++i];
    }
    if (!option->value.empty() && value.empty())
      return usage_fault(name + " wants a value: " + name + " " + std::string(option->value) + "." +
                         see_help(command));
    arguments.options_.emplace_back(option->name, std::move(value));
  }
  for (std::size_t i = arguments.operands_.size(); i < command.operands.size(); ++i) {
    if (!command.operands[i].optional)
      return usage_fault("'nearside " + std::string(command.name) + "' wants a " +
                         std::string(command.operands[i].name) + "." + see_help(command));
  }
  return arguments;
}

Result<long> parse_number(std::string_view option, const std::string& text, long least, long most) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
    return usage_fault(std::string(option) + " wants a whole number from " + std::to_string(least) +
                       " to " + std::to_string(most) + ", and " + in_quotes(text) + " is none.");
  return number;
}

}  // namespace nearside::cli
