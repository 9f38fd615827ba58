// `nearside audit show` and `nearside audit verify`: what the agent of this machine has recorded,
// and whether that is still as it was written. Reads the files; no agent need run.
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "far/audit_log.hpp"

#include <deque>
#include <iostream>

namespace nearside::cli {
namespace {

using nlohmann::json;

std::string member_text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// "2026-11-22 02:54:26  SHA256:…  laptop  tls://…  session 5f0a…  observer  request
/// setBreakpoints: done  {"lines":[12],…}  why"
std::string line_for_people(std::string_view text) {
  const auto entry = json::parse(text, nullptr, false);
  if (!entry.is_object()) return "(not a line of an audit log)";
  std::string time = member_text(entry, "time").substr(0, 19);
  if (time.size() == 19) time[10] = ' ';
  std::string words = time + "  " + member_text(entry, "event");
  if (const auto what = member_text(entry, "request"); !what.empty()) words += " " + what;
  if (const auto outcome = member_text(entry, "outcome"); !outcome.empty()) words += ": " + outcome;
  for (const char* member : {"who", "name", "from", "role"})
    if (const auto value = member_text(entry, member); !value.empty()) words += "  " + value;
  for (const char* member : {"session", "token"})
    if (const auto value = member_text(entry, member); !value.empty())
      words += "  " + std::string(member) + " " + value;
  const auto details = entry.find("details");
  const auto event = member_text(entry, "event");
  const bool is_of_files = event == audit::kFileBegins || event == audit::kFileEnds;
  if (details != entry.end() && details->is_object() && !is_of_files)
    words += "  " + details->dump(-1, ' ', false, json::error_handler_t::replace);
  if (const auto why = member_text(entry, "reason"); !why.empty()) words += "  (" + why + ")";
  return printable(words);
}

Result<far_end::AuditReport> read_log(const Arguments& arguments,
                                      const std::function<void(std::string_view)>& on_line) {
  const auto state = state_of(arguments);
  if (!state) return state.error();
  const auto identity = io::load_or_make_identity(*state);
  if (!identity) return identity.error();
  return far_end::read_audit_log(*state, *identity, on_line);
}

std::string place_of_problem(const audit::Problem& problem) {
  if (problem.file.empty()) return {};
  return problem.file + (problem.line > 0 ? ":" + std::to_string(problem.line) : "") + ": ";
}

int run_verify(const Arguments& arguments) {
  const auto report = read_log(arguments, {});
  if (!report) return complain(report.error());
  if (arguments.has("--json")) {
    for (const auto& problem : report->problems)
      print_json({{"file", problem.file}, {"line", problem.line}, {"problem", problem.what}});
    print_json({{"lines", report->lines},
                {"last", report->head.number},
                {"lastCode", report->head.mac},
                {"signedUpTo", report->signed_up_to},
                {"problems", report->problems.size()}});
    return report->problems.empty() ? kExitOk : kExitFailed;
  }
  for (const auto& problem : report->problems)
    std::cout << printable(place_of_problem(problem)) << printable(problem.what) << "\n";
  if (!report->problems.empty()) {
    std::cout << "The audit log is not as it was written: " << report->problems.size()
              << (report->problems.size() == 1 ? " problem" : " problems") << " in "
              << report->lines << " lines.\n";
    return kExitFailed;
  }
  if (report->lines == 0) {
    std::cout << "There is no audit log yet: an agent begins it.\n";
    return kExitOk;
  }
  std::cout << "The audit log is whole: " << report->lines << " lines, the last is number "
            << report->head.number << ", signed up to number " << report->signed_up_to << ".\n";
  return kExitOk;
}

int run_show(const Arguments& arguments) {
  std::size_t wanted = 0;
  if (const auto text = arguments.value("--last")) {
    const auto count = parse_number("--last", *text, 1, 1'000'000'000);
    if (!count) return complain(count.error());
    wanted = static_cast<std::size_t>(*count);
  }
  std::deque<std::string> newest;
  const bool as_json = arguments.has("--json");
  const auto print = [as_json](std::string_view line) {
    std::cout << (as_json ? printable(line) : line_for_people(line)) << "\n";
  };
  const auto report = read_log(arguments, [&](std::string_view line) {
    if (wanted == 0) return print(line);
    if (newest.size() == wanted) newest.pop_front();
    newest.emplace_back(line);
  });
  if (!report) return complain(report.error());
  for (const auto& line : newest) print(line);
  if (report->lines == 0) note("There is no audit log yet: an agent begins it.");
  if (!report->problems.empty())
    note("This log is not as it was written: see 'nearside audit verify'.");
  return kExitOk;
}

}  // namespace

Command audit_show_command() {
  return {
      .name = "audit show",
      .summary = "Show who did what at this machine's agent.",
      .usage = "[OPTIONS]",
      .purpose =
          "The agent records who came and from where, who was refused and why, pairing, revoking, "
          "and each request that changes or runs something, with its outcome. Values of variables, "
          "expressions and source text are not in it. Times are UTC.",
      .options = {{"--last", "N", "Only the newest N lines."},
                  kStateOption,
                  {"--json", "", "Print the lines as they are recorded: one JSON object a line."}},
      .exits =
          "0  shown\n"
          "1  failed: the files cannot be read\n"
          "2  the command line is wrong",
      .examples = "nearside audit show --last 50",
      .run = run_show,
  };
}

Command audit_verify_command() {
  return {
      .name = "audit verify",
      .summary = "Check that the audit log is as it was written.",
      .usage = "[OPTIONS]",
      .purpose =
          "Each line has a code over itself and the one before; how far the log reached is signed "
          "by the agent's key. Finds lines that were changed, left out, put elsewhere or cut off. "
          "Whoever can write to the state folder has the key too, and could write another log: the "
          "last number and code, noted elsewhere, show that (--json prints them).",
      .options =
          {kStateOption,
           {"--json", "",
            "Print one JSON object a problem: file, line, problem; then one with lines, last, "
            "lastCode, signedUpTo, problems."}},
      .exits =
          "0  it is as it was written, or there is none\n"
          "1  it is not, or cannot be read\n"
          "2  the command line is wrong",
      .examples = "nearside audit verify",
      .run = run_verify,
  };
}

}  // namespace nearside::cli
