// JSON of the orders and reports. The other side is our own executable, yet nothing is taken on
// trust: a member of the wrong type is a fault, not a crash.
#include "far/keeper_wire.hpp"

#include "far/limits.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nearside::far_end {
namespace {

using nlohmann::json;

std::string line_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

json to_json(const Command& command) {
  return {{"program", command.program},
          {"arguments", command.arguments},
          {"environment", command.environment},
          {"workingDirectory", command.working_directory}};
}

Command command_from(const json& object) {
  Command command;
  object.at("program").get_to(command.program);
  object.at("arguments").get_to(command.arguments);
  object.at("environment").get_to(command.environment);
  object.at("workingDirectory").get_to(command.working_directory);
  return command;
}

json order_json(const StartAdapter& order) {
  return {{"start", to_json(order.command)}, {"openFiles", order.open_files}};
}
json order_json(const StartTerminal& order) {
  return {{"terminal", to_json(order.command)},
          {"request", order.request},
          {"path", order.terminal},
          {"openFiles", order.open_files}};
}
json order_json(const End& order) {
  return {{"end", {{"keep", order.keep_debuggee}}}};
}

json report_json(const AdapterStarted& report) {
  return {{"started", report.process}};
}
json report_json(const AdapterEnded& report) {
  json how = json::object();
  if (report.code) how["code"] = *report.code;
  if (report.signal) how["signal"] = *report.signal;
  return {{"ended", how}};
}
json report_json(const TerminalStarted& report) {
  return {{"terminalStarted", report.process}, {"request", report.request}};
}
json report_json(const StartFailed& report) {
  json object{{"failed", report.reason}};
  if (report.request) object["request"] = *report.request;
  return object;
}

std::optional<int> number_in(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  return found->get<int>();
}

KeeperOrder order_from(const json& object) {
  if (object.contains("start"))
    return StartAdapter{command_from(object.at("start")),
                        object.at("openFiles").get<std::uint64_t>()};
  if (object.contains("terminal")) {
    return StartTerminal{object.at("request").get<std::int64_t>(),
                         command_from(object.at("terminal")), object.at("path").get<std::string>(),
                         object.at("openFiles").get<std::uint64_t>()};
  }
  return End{object.at("end").at("keep").get<bool>()};
}

KeeperReport report_from(const json& object) {
  if (object.contains("started")) return AdapterStarted{object.at("started").get<pid_t>()};
  if (object.contains("ended")) {
    const json& how = object.at("ended");
    return AdapterEnded{number_in(how, "code"), number_in(how, "signal")};
  }
  if (object.contains("terminalStarted")) {
    return TerminalStarted{object.at("request").get<std::int64_t>(),
                           object.at("terminalStarted").get<pid_t>()};
  }
  StartFailed failed{std::nullopt, object.at("failed").get<std::string>()};
  if (object.contains("request")) failed.request = object.at("request").get<std::int64_t>();
  return failed;
}

template <typename Message>
Result<Message> decode(std::string_view line, Message (*read)(const json&)) {
  try {
    return read(json::parse(line));
  } catch (const json::exception&) {
    return Fault{Errc::kMessageInvalid, Condition::kInternal,
                 "Agent and keeper did not understand each other. Please report this."};
  }
}

}  // namespace

std::string encode(const KeeperOrder& order) {
  return std::visit([](const auto& one) { return line_of(order_json(one)); }, order);
}
std::string encode(const KeeperReport& report) {
  return std::visit([](const auto& one) { return line_of(report_json(one)); }, report);
}
Result<KeeperOrder> decode_order(std::string_view line) {
  return decode<KeeperOrder>(line, order_from);
}
Result<KeeperReport> decode_report(std::string_view line) {
  return decode<KeeperReport>(line, report_from);
}

Result<std::optional<std::string>> LineSplitter::next() {
  const auto end = held_.find('\n');
  if (end == std::string::npos) {
    if (held_.size() <= kMaxKeeperLine) return std::optional<std::string>();
    return Fault{Errc::kMessageTooLarge, Condition::kInternal,
                 "A line between agent and keeper was longer than " +
                     std::to_string(kMaxKeeperLine) +
                     " bytes. Is the environment of this session that large?"};
  }
  std::optional<std::string> line = held_.substr(0, end);
  held_.erase(0, end + 1);
  return line;
}

}  // namespace nearside::far_end
