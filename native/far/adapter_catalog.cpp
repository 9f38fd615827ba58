// Names to plans. Each adapter that we know has one function; what is special about it stands
// there.
#include "far/adapter_catalog.hpp"

#include "far/bounded_run.hpp"
#include "far/limits.hpp"
#include "far/remedy.hpp"
#include "far/words.hpp"
#include "io/faults.hpp"
#include "io/files.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace nearside::far_end {
namespace {

using nlohmann::json;

std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

Fault missing(const std::string& what, const std::vector<std::string>& looked_at,
              const std::string& remedy) {
  return {Errc::kAdapterMissing, Condition::kAdapterFailed,
          what + " was not found on the far side. Looked in: " + listed(looked_at) + ". " + remedy};
}

Fault misconfigured(std::string message) {
  return {Errc::kConfigurationInvalid, Condition::kMisconfigured, std::move(message)};
}

AdapterPlan plan_for(const AdapterRequest& request, Speech speech, const std::string& program,
                     std::vector<std::string> arguments) {
  AdapterPlan plan;
  plan.name = request.adapter;
  plan.description = request.adapter + " (" + program + ")";
  plan.speech = speech;
  plan.command.program = program;
  plan.command.arguments = std::move(arguments);
  plan.command.arguments.insert(plan.command.arguments.begin(), program);
  plan.command.environment = request.environment;
  plan.command.working_directory =
      request.working_directory.empty() ? request.home : request.working_directory;
  return plan;
}

Result<AdapterPlan> resolve_dlv(const AdapterRequest& request) {
  const std::vector<std::string> arguments{"dap",
                                           std::string("--client-addr=") + kAddressPlaceholder};
  // What the user's editor has been told to use.
  if (const auto own = io::variable(request.environment, "NEARSIDE_DLV"); !own.empty()) {
    if (!std::filesystem::exists(own))
      return missing("Delve (NEARSIDE_DLV)", {own}, "Is the path right?");
    return plan_for(request, Speech::kDialBack, own, arguments);
  }
  std::vector<std::string> more;
  if (const auto bin = io::variable(request.environment, "GOBIN"); !bin.empty())
    more.push_back(bin);
  if (const auto path = io::variable(request.environment, "GOPATH"); !path.empty())
    more.push_back(path.substr(0, path.find(':')) + "/bin");
  for (const auto* folder : {"/go/bin", "/.local/bin"}) more.push_back(request.home + folder);
  for (const auto* folder : {"/go/bin", "/usr/local/go/bin", "/usr/local/bin", "/opt/homebrew/bin"})
    more.emplace_back(folder);
  const auto folders = search_folders(io::variable(request.environment, "PATH"), more);
  const auto program = search_program({"dlv"}, folders);
  if (!program) {
    return missing("Delve (dlv)", folders, how_to_install(Debugger::kDelve, os_release()));
  }
  return plan_for(request, Speech::kDialBack, *program, arguments);
}

Result<AdapterPlan> resolve_lldb_dap(const AdapterRequest& request) {
  std::vector<std::string> more;
  for (int version = 30; version >= 14; --version)
    more.push_back("/usr/lib/llvm-" + std::to_string(version) + "/bin");
  std::erase_if(more, [](const auto& folder) { return !std::filesystem::exists(folder); });
  for (const auto* folder :
       {"/usr/local/bin", "/opt/homebrew/opt/llvm/bin", "/usr/local/opt/llvm/bin",
        "/Library/Developer/CommandLineTools/usr/bin"})
    more.emplace_back(folder);
  const auto folders = search_folders(io::variable(request.environment, "PATH"), more);
  std::vector<std::string> names = versioned_names("lldb-dap", folders);
  // Its name before LLVM 18.
  for (auto& name : versioned_names("lldb-vscode", folders)) names.push_back(std::move(name));
  const auto program = search_program(names, folders);
  if (!program) {
    return missing("lldb-dap (also as lldb-dap-N and lldb-vscode)", folders,
                   how_to_install(Debugger::kLldbDap, os_release()));
  }
  return plan_for(request, Speech::kStdio, *program, {});
}

Result<AdapterPlan> resolve_command(const AdapterRequest& request, std::vector<std::string> words,
                                    Speech speech) {
  const std::string name = words.front();
  const auto folders = search_folders(io::variable(request.environment, "PATH"), {});
  std::optional<std::string> program;
  if (name.find('/') == std::string::npos) {
    program = search_program({name}, folders);
    if (!program)
      return missing("The adapter's program \"" + name + "\"", folders,
                     "Install it there, or write its full path.");
  } else {
    // Found or not is for exec to say: it knows why.
    const bool absolute = name.starts_with('/');
    const std::string base =
        request.working_directory.empty() ? request.home : request.working_directory;
    program = absolute ? name : base + '/' + name;
    if (!std::filesystem::exists(*program))
      return missing("The adapter's program", {*program}, "Is the path right?");
  }
  words.erase(words.begin());
  return plan_for(request, speech, *program, std::move(words));
}

Result<AdapterPlan> resolve_tcp(const AdapterRequest& request, std::string_view where) {
  auto address = io::parse_host_port(where);
  if (!address) return address.error();
  AdapterPlan plan;
  plan.name = request.adapter;
  plan.description = request.adapter;
  plan.speech = Speech::kTcp;
  plan.address = std::move(*address);
  return plan;
}

Result<AdapterPlan> resolve_entry(AdapterRequest request, const json& entry) {
  const auto wrong = [&](const std::string& what) {
    return misconfigured("adapters.json: \"" + request.adapter + "\" " + what);
  };
  if (!entry.is_object()) return wrong("is no object.");
  const json command = entry.value("command", json());
  if (!command.is_array() || command.empty() ||
      !std::all_of(command.begin(), command.end(), [](const json& w) { return w.is_string(); }))
    return wrong("needs a \"command\": a list of the program and its arguments.");
  const json environment = entry.value("environment", json::object());
  if (!environment.is_object()) return wrong("has an \"environment\" that is no object.");
  for (const auto& [name, value] : environment.items()) {
    if (!value.is_string()) return wrong("sets " + name + " to what is no text.");
    request.environment[name] = value.get<std::string>();
  }
  const json folder = entry.value("workingDirectory", json(""));
  if (!folder.is_string()) return wrong("has a \"workingDirectory\" that is no text.");
  if (!folder.get<std::string>().empty()) request.working_directory = folder.get<std::string>();
  const json speaks = entry.value("speaks", json("stdio"));
  if (speaks != "stdio" && speaks != "dial-back")
    return wrong("speaks neither \"stdio\" nor \"dial-back\".");
  return resolve_command(request, command.get<std::vector<std::string>>(),
                         speaks == "stdio" ? Speech::kStdio : Speech::kDialBack);
}

}  // namespace

Result<std::optional<AdapterPlan>> AdapterCatalog::find_named(const AdapterRequest& request) const {
  const auto file = state_ / "adapters.json";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::optional<AdapterPlan>();
  // What stands there is executed, so nobody else may write it.
  const auto text = io::read_private_file(file, kMaxAdaptersFile);
  if (!text) return text.error();
  const json adapters = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!adapters.is_object())
    return misconfigured(file.string() + " is no JSON object. See native/far/README.md.");
  const auto entry = adapters.find(request.adapter);
  if (entry == adapters.end()) return std::optional<AdapterPlan>();
  auto plan = resolve_entry(request, *entry);
  if (!plan) return plan.error();
  return std::optional<AdapterPlan>(std::move(*plan));
}

io::Async<AdapterPlan> AdapterCatalog::resolve_debugpy(AdapterRequest request) const {
  std::vector<std::string> candidates;
  if (const auto venv = io::variable(request.environment, "VIRTUAL_ENV"); !venv.empty())
    candidates.push_back(venv + "/bin/python");
  for (const auto& folder : search_folders(io::variable(request.environment, "PATH"), {"/usr/bin"}))
    candidates.push_back(folder + "/python3");

  std::vector<std::string> looked_at;
  for (const std::string& interpreter : candidates) {
    if (!io::find_program(interpreter, "")) continue;
    io::ProcessOptions probe;
    probe.arguments = {
        interpreter, "-c",
        "import importlib.util as u; raise SystemExit(u.find_spec('debugpy') is None)"};
    probe.environment = request.environment;
    probe.working_directory = "/";
    const auto outcome = co_await run_bounded(own_, std::move(probe), kInterpreterProbeLimit);
    if (!outcome) {
      looked_at.push_back(interpreter + " (" + outcome.error().message + ")");
    } else if (outcome->status.code == 0) {
      AdapterPlan plan = plan_for(request, Speech::kStdio, interpreter, {"-m", "debugpy.adapter"});
      plan.notice =
          "debugpy's adapter opens two ports of its own on the far side's loopback address, which "
          "other users of that machine can reach while this session runs.";
      co_return plan;
    } else {
      looked_at.push_back(interpreter + " (has no debugpy)");
    }
  }
  if (looked_at.empty()) looked_at.emplace_back("PATH and /usr/bin (no python3 there)");
  co_return missing("A Python interpreter with debugpy", looked_at,
                    how_to_install(Debugger::kDebugpy, os_release()));
}

io::Async<AdapterPlan> AdapterCatalog::resolve(AdapterRequest request) const {
  constexpr std::string_view kStdio = "stdio:";
  constexpr std::string_view kTcp = "tcp:";
  auto named = find_named(request);
  if (!named) co_return named.error();
  if (*named) co_return std::move(**named);
  const std::string_view adapter = request.adapter;
  if (adapter == "dlv") co_return resolve_dlv(request);
  if (adapter == "lldb-dap") co_return resolve_lldb_dap(request);
  if (adapter == "debugpy") co_return co_await resolve_debugpy(std::move(request));
  if (adapter.starts_with(kTcp)) co_return resolve_tcp(request, adapter.substr(kTcp.size()));
  if (adapter.starts_with(kStdio)) {
    auto words = split_words(adapter.substr(kStdio.size()));
    if (!words) co_return words.error();
    co_return resolve_command(request, std::move(*words), Speech::kStdio);
  }
  std::string message = "There is no adapter called \"" + request.adapter.substr(0, 64) +
                        "\". Known are dlv, lldb-dap, debugpy, stdio:COMMAND…, tcp:HOST:PORT and "
                        "the names in " +
                        (state_ / "adapters.json").string() + " on the far side.";
  co_return io::make_fault(Errc::kAdapterUnknown, Condition::kMisconfigured, std::move(message));
}

}  // namespace nearside::far_end
