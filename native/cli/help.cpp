// Lays out the table of commands for people.
#include "cli/help.hpp"

#include <algorithm>

namespace nearside::cli {
namespace {

/// Where the texts of options and commands begin; a longer name puts its text on the next line.
constexpr std::size_t kTextColumn = 22;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string entry(std::string_view name, std::string_view text, std::size_t column) {
  std::string line = "  " + std::string(name);
  if (line.size() + 2 > column)
    line += "\n" + std::string(column, ' ');
  else
    line.resize(column, ' ');
  return line + wrap(text, column) + "\n";
}

std::string section(std::string_view title, std::string_view body) {
  std::string text = "\n" + std::string(title) + ":\n";
  for (const std::string_view line : lines_of(body))
    text += line.empty() ? "\n" : "  " + std::string(line) + "\n";
  return text;
}

}  // namespace

std::string wrap(std::string_view text, std::size_t indent) {
  std::string wrapped;
  const std::string margin(indent, ' ');
  for (const std::string_view paragraph : lines_of(text)) {
    if (!wrapped.empty()) wrapped += "\n" + (paragraph.empty() ? "" : margin);
    if (paragraph.starts_with("  ")) {
      wrapped += paragraph;
      continue;
    }
    std::size_t column = indent;
    for (std::string_view rest = paragraph; !rest.empty();) {
      const std::size_t blank = std::min(rest.find(' '), rest.size());
      const std::string_view word = rest.substr(0, blank);
      rest.remove_prefix(std::min(blank + 1, rest.size()));
      if (column > indent && column + 1 + word.size() > kHelpWidth) {
        wrapped += "\n" + margin;
        column = indent;
      } else if (column > indent) {
        wrapped += ' ';
        ++column;
      }
      wrapped += word;
      column += word.size();
    }
  }
  return wrapped;
}

std::string overview(const std::vector<Command>& commands) {
  std::string text =
      "nearside - remote debugging that feels near, over one encrypted link\n"
      "\n"
      "Usage:\n"
      "  nearside COMMAND [OPTIONS]\n"
      "  nearside help COMMAND\n"
      "\n" +
      wrap(
          "An agent runs beside the program and its debugger. A near end runs beside your editor, "
          "takes its debug adapter protocol (DAP), and reaches the agent over TLS 1.3, or over a "
          "private socket on the same machine. The two know each other by a pairing code that is "
          "used once.",
          0) +
      "\n\nCommands:\n";
  for (const Command& command : commands)
    if (!command.hidden) text += entry(command.name, command.summary, 22);
  text += section("Options",
                  "-h, --help      Show this, or with a command its own help.\n"
                  "--version       Show the version, and those of what is built in.");
  text += section("Exit codes",
                  "0  done\n"
                  "1  failed; stderr says why in one sentence\n"
                  "2  the command line is wrong\n"
                  "3  no agent is running");
  text += section("Files",
                  "~/.local/state/nearside      your key, your peers (--state, XDG_STATE_HOME)\n"
                  "/tmp/nearside-UID/           sockets of agent and near ends, for you alone");
  text += section("Examples",
                  "# where the program runs\n"
                  "nearside agent --listen tls://0.0.0.0:4711\n"
                  "nearside agent pair\n"
                  "\n"
                  "# where your editor runs\n"
                  "nearside pair -\n"
                  "nearside connect --target tls://build-box:4711 --adapter dlv --stdio");
  return text;
}

std::string help_of(const Command& command) {
  std::string text = "nearside " + std::string(command.name) + " - " +
                     std::string(command.summary) + "\n\nUsage:\n";
  for (const std::string_view line : lines_of(command.usage.empty() ? " " : command.usage)) {
    // A line that begins with blanks goes on with the one before it.
    std::string call = line.starts_with("  ")
                           ? std::string(line)
                           : "nearside " + std::string(command.name) + " " + std::string(line);
    while (call.ends_with(' ')) call.pop_back();
    text += "  " + call + "\n";
  }
  text += "\n" + wrap(command.purpose, 0) + "\n\nOptions:\n";
  for (const Option& option : command.options) {
    if (option.hidden) continue;
    const std::string name =
        std::string(option.name) + (option.value.empty() ? "" : " " + std::string(option.value));
    text += entry(name, option.text, kTextColumn);
  }
  text += entry("-h, --help", "Show this.", kTextColumn);
  if (!command.notes.empty()) text += "\n" + wrap(command.notes, 0) + "\n";
  if (!command.exits.empty()) text += section("Exit codes", command.exits);
  text += section("Examples", command.examples);
  return text;
}

}  // namespace nearside::cli
