// Words to messages and back, and the player.
#include "transcript.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace nearside::session {
namespace {

using nlohmann::ordered_json;

std::string take_word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const std::string word(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::int64_t number(const std::string& word) {
  return std::stoll(word);
}

std::string payload_words(const ordered_json& message, const char* key) {
  return message.contains(key) ? " " + message[key].dump() : "";
}

/// `@2.0 after 1`: stop epoch and writes, after so many resumes and writes of the client.
std::string words_of_stamp(const ordered_json& message) {
  if (!message.contains("nearside")) return {};
  const auto& stamp = message["nearside"];
  auto words = " @" + stamp["epoch"].dump() + "." + stamp["writes"].dump() + " after " +
               stamp["seen"].dump();
  if (!stamp.contains("push")) return words;
  const auto& push = stamp["push"];
  words += ", push " + push["number"].dump() + " " + push["arguments"].dump();
  return push.contains("frame") ? words + " of frame " + push["frame"].dump() : words;
}

inspect::ClientView view_of_words(std::string_view words) {
  inspect::ClientView view;
  view.processed = static_cast<std::uint64_t>(number(take_word(words)));
  while (!words.empty()) {
    const auto word = take_word(words);
    if (word == "frame") {
      view.scopes_frame = number(take_word(words));
    } else if (word == "used") {
      view.used.push_back(static_cast<std::uint64_t>(number(take_word(words))));
    }
  }
  return view;
}

std::string words_of_terminal(const RunInTerminal& run) {
  std::string words =
      "terminal " + std::to_string(run.request) + " " + ordered_json(run.arguments).dump();
  if (!run.cwd.empty()) words += " in " + run.cwd;
  for (const auto& [name, value] : run.environment)
    words += value ? " " + name + "=" + *value : " -" + name;
  if (!run.title.empty()) words += " titled " + run.title;
  if (run.has_user) words += " for its user";
  return words;
}

std::string words_of_client(ClientId client) {
  return client == 1 ? "client" : "client" + std::to_string(client);
}

/// "client", "client2", "client3 left": who, and what is left of the line.
std::optional<ClientId> take_client(std::string_view& line) {
  auto rest = line;
  if (!take(rest, "client")) return std::nullopt;
  ClientId id = 1;
  if (!rest.empty() && rest[0] >= '2' && rest[0] <= '9') {
    id = static_cast<ClientId>(rest[0] - '0');
    rest.remove_prefix(1);
  }
  if (!take(rest, " ")) return std::nullopt;
  line = rest;
  return id;
}

std::string words_of_use(const UseTerminal& use) {
  std::string words = "use terminal " + std::to_string(use.terminal) + " #" +
                      std::to_string(use.seq) + ' ' + ordered_json(use.input).dump();
  if (use.columns > 0) words += " " + std::to_string(use.columns) + "x" + std::to_string(use.rows);
  return use.close ? words + " close" : words;
}

std::string words_of(const SessionCommand& command) {
  if (const auto* send = std::get_if<SendToAdapter>(&command))
    return "adapter " + words_of_message(send->bytes);
  if (const auto* send = std::get_if<SendToClient>(&command)) {
    return words_of_client(send->client) + " " + words_of_message(send->bytes);
  }
  if (const auto* run = std::get_if<RunInTerminal>(&command)) return words_of_terminal(*run);
  if (const auto* use = std::get_if<UseTerminal>(&command)) return words_of_use(*use);
  if (const auto* look = std::get_if<LookAtSources>(&command)) {
    std::string words = look->is_list ? "look at the list" : "look at";
    if (look->client != 1) words = words_of_client(look->client) + " " + words;
    for (const auto& path : look->paths) words += ' ' + path;
    return words;
  }
  if (std::holds_alternative<AwaitSources>(command)) return "await sources";
  if (const auto* line = std::get_if<ReadLine>(&command))
    return "read line " + std::to_string(line->line) + " of " + line->path;
  if (const auto* release = std::get_if<ReleaseClient>(&command))
    return "release " + words_of_client(release->client);
  if (const auto* find = std::get_if<FindDebuggee>(&command))
    return "find debuggee " + std::to_string(find->process);
  if (std::holds_alternative<SuspendDebuggee>(command)) return "suspend";
  if (const auto* read = std::get_if<ReadSource>(&command))
    return "read #" + std::to_string(read->seq) + ' ' + read->path;
  return std::get<EndSession>(command).keep_debuggee ? "end, keep debuggee" : "end";
}

}  // namespace

dap::Message message_of_words(std::string_view words) {
  ordered_json message;
  EXPECT_TRUE(take(words, "#")) << words;
  message["seq"] = number(take_word(words));
  const auto kind = take_word(words);
  if (kind == "request" || kind == "event") {
    message["type"] = kind;
    message[kind == "request" ? "command" : "event"] = take_word(words);
    if (!words.empty())
      message[kind == "request" ? "arguments" : "body"] = ordered_json::parse(words);
  } else {
    message["type"] = "response";
    const bool success = kind == "response";
    EXPECT_TRUE(success || kind == "error") << kind;
    EXPECT_EQ(take_word(words), "to");
    message["request_seq"] = number(take_word(words));
    message["success"] = success;
    auto command = take_word(words);
    if (!success && command.ends_with(':')) command.pop_back();
    message["command"] = command;
    if (!success) {
      message["message"] = words;
    } else if (!words.empty()) {
      message["body"] = ordered_json::parse(words);
    }
  }
  return dap::Message::parse(message.dump()).value();
}

std::string words_of_message(std::string_view bytes) {
  const auto message = ordered_json::parse(bytes);
  const std::string type = message["type"];
  auto words = "#" + message["seq"].dump() + " ";
  if (type == "request") {
    return words + "request " + message["command"].get<std::string>() +
           payload_words(message, "arguments");
  }
  if (type == "event") {
    return words + "event " + message["event"].get<std::string>() + payload_words(message, "body");
  }
  const auto to =
      " to " + message["request_seq"].dump() + " " + message["command"].get<std::string>();
  if (message["success"]) {
    return words + "response" + to + payload_words(message, "body") + words_of_stamp(message);
  }
  words += "error";
  const ordered_json error =
      message.value("body", ordered_json::object()).value("error", ordered_json::object());
  if (error.contains("id")) words += " " + error["id"].dump();
  return words + to + ": " + message.value("message", "");
}

std::string tidy(std::string_view script) {
  std::string tidied;
  std::istringstream lines{std::string(script)};
  for (std::string line; std::getline(lines, line);) {
    const auto begin = line.find_first_not_of(' ');
    if (begin != line.npos) tidied += line.substr(begin) + "\n";
  }
  return tidied;
}

std::string play(std::string_view script,
                 const std::function<std::vector<std::string>(std::string_view line)>& step) {
  std::string happened;
  std::istringstream lines{tidy(script)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(">> ")) continue;
    happened += line + "\n";
    for (const auto& result : step(std::string_view(line).substr(3)))
      happened += "<< " + result + "\n";
  }
  return happened;
}

std::string play_session(Session& session, std::string_view script) {
  const auto fault = [](std::string_view message) {
    return Fault{Errc::kAdapterExited, Condition::kAdapterFailed, std::string(message)};
  };
  return play(script, [&](std::string_view line) {
    std::vector<SessionCommand> commands;
    if (const auto client = take_client(line)) {
      if (take(line, "left")) {
        commands = session.handle_client_left(*client);
      } else if (take(line, "joins")) {
        take(line, " as ");
        const auto joined = session.attach(*client, role_from(line).value_or(Role::kController));
        if (!joined) return std::vector<std::string>{"refused: " + joined.error().message};
      } else if (take(line, "is ")) {
        commands = session.set_role(*client, role_from(line).value());
      } else if (take(line, "view ")) {
        session.handle_client_view(*client, view_of_words(line));
      } else {
        commands = session.handle_client_message(*client, message_of_words(line));
      }
    } else if (take(line, "gone")) {
      commands = session.handle_client_left(1);
      for (auto& command : session.end_debuggee(std::nullopt))
        commands.push_back(std::move(command));
    } else if (take(line, "end and suspend")) {
      commands = session.end_debuggee(std::nullopt, /*suspend=*/true);
    } else if (take(line, "left")) {
      commands = session.handle_client_left(1);
    } else if (take(line, "adapter lost ")) {
      commands = session.handle_adapter_lost(fault(line));
    } else if (take(line, "adapter ")) {
      commands = session.handle_adapter_message(message_of_words(line));
    } else if (take(line, "output ")) {
      commands = session.handle_program_output(dap::OutputCategory::kStdout, line);
    } else if (take(line, "terminal started ")) {
      const auto request = number(take_word(line));
      commands = session.handle_terminal_started(request, number(std::string(line)));
    } else if (take(line, "terminal failed ")) {
      const auto request = number(take_word(line));
      commands = session.handle_terminal_failed(request, fault(line));
    } else if (take(line, "terminal used ")) {
      commands = session.handle_terminal_used(1, number(std::string(line)), {});
    } else if (take(line, "terminal output ")) {
      const auto terminal = number(take_word(line));
      commands = session.handle_terminal_output(terminal, line);
    } else if (take(line, "terminal ended ")) {
      commands = session.handle_terminal_ended(number(std::string(line)));
    } else if (take(line, "sources late")) {
      commands = session.handle_sources_late();
    } else if (take(line, "line of frame ")) {
      const auto frame = number(take_word(line));
      session.handle_line_read({1, {}, 0, frame}, line);
    } else if (take(line, "read failed ")) {
      const auto seq = number(take_word(line));
      commands = session.handle_source_read(1, seq, fault(line));
    } else if (take(line, "read ")) {
      const auto seq = number(take_word(line));
      commands = session.handle_source_read(1, seq, std::string(line));
    } else if (take(line, "host ")) {
      paths::HostFacts host;
      host.os = line;
      commands = session.handle_host(host);
    } else if (take(line, "view ")) {
      session.handle_client_view(1, view_of_words(line));
    } else if (take(line, "time ")) {
      session.set_time(std::chrono::milliseconds(number(std::string(line))));
    } else if (take(line, "joins")) {
      EXPECT_TRUE(session.attach(2));
    } else if (take(line, "attach")) {
      const auto attached = session.attach(1);
      return attached ? std::vector<std::string>{}
                      : std::vector<std::string>{"refused: " + attached.error().message};
    } else {
      ADD_FAILURE() << "no such line: " << line;
    }
    for (ClientId client = 1; client < 10; ++client)
      for (auto& command : session.prefetch(client)) commands.push_back(std::move(command));
    std::vector<std::string> results;
    for (const auto& command : commands) results.push_back(words_of(command));
    return results;
  });
}

}  // namespace nearside::session
