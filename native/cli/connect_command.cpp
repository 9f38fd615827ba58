// `nearside connect`: the near end as a process, for every editor that can start a debug adapter or
// connect to one. With --stdio nothing but DAP ever reaches stdout.
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/inspect_options.hpp"
#include "cli/limits.hpp"
#include "cli/linger_options.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "cli/silence_option.hpp"
#include "near/asking.hpp"
#include "near/dap_server.hpp"
#include "near/steering.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>

#include <csignal>
#include <iostream>
#include <variant>

namespace nearside::cli {
namespace {

struct ConnectOptions {
  near_end::NearEndOptions near_end;
  near_end::SessionOptions session;
  std::optional<near_end::ListenAddress> listen;  ///< Nothing: stdio.
  std::optional<int> control;                     ///< A descriptor, open both ways.
  bool as_json = false;
};

/// The user's own rules: each has to make sense, alone and beside the others. What is only doubtful
/// is said and goes on.
Result<std::vector<paths::Rule>> rules_of(const Arguments& arguments) {
  std::vector<paths::Rule> rules;
  for (const auto& text : arguments.values("--map")) {
    auto rule = paths::parse_rule(text);
    if (!rule) return usage_fault("--map: " + rule.error().message);
    rule->source = "--map";
    rules.push_back(*std::move(rule));
  }
  const paths::RuleSet set(rules, {}, {});
  if (!set.refused().empty()) return usage_fault("--map: " + set.refused().front().fault.message);
  for (const auto& warning : set.warnings()) note("--map: " + warning);
  return rules;
}

/// `--workspace`, else the current folder; absolute.
Result<std::string> workspace_of(const Arguments& arguments) {
  std::error_code error;
  const auto chosen = arguments.value("--workspace");
  auto folder =
      chosen ? std::filesystem::absolute(*chosen, error) : std::filesystem::current_path(error);
  if (!chosen && error) return std::string();  // It has been removed under us.
  auto text = folder.lexically_normal().string();
  if (text.size() > 1 && text.ends_with('/')) text.pop_back();
  if (chosen && !std::filesystem::is_directory(folder, error))
    return usage_fault("--workspace names no folder: '" + *chosen + "'.");
  return text;
}

Result<ConnectOptions> options_of(const Arguments& arguments) {
  if (!arguments.has("--target"))
    return usage_fault("'nearside connect' wants --target. See 'nearside connect --help'.");
  if (arguments.has("--adapter") == arguments.has("--session"))
    return usage_fault(
        "'nearside connect' wants either --adapter, for a new session, or --session, for one that "
        "'nearside sessions' lists. See 'nearside connect --help'.");
  if (arguments.has("--stdio") == arguments.has("--listen"))
    return usage_fault(
        "'nearside connect' wants either --stdio or --listen ADDR: how the client comes.");
  ConnectOptions options;
  const auto target = near_end::parse_target(*arguments.value("--target"));
  if (!target) return usage_fault("--target: " + target.error().message);
  if (const auto address = arguments.value("--listen")) {
    auto parsed = near_end::parse_listen_address(*address);
    if (!parsed) return usage_fault("--listen: " + parsed.error().message);
    options.listen = std::move(*parsed);
  }
  auto state = state_of(arguments);
  if (!state) return state.error();
  auto ca = ca_of(arguments);
  if (!ca) return ca.error();
  auto rules = rules_of(arguments);
  if (!rules) return rules.error();
  auto workspace = workspace_of(arguments);
  if (!workspace) return workspace.error();
  auto inspect = inspect_options_of(arguments);
  if (!inspect) return inspect.error();
  options.session.inspect = *std::move(inspect);
  options.session.paths = near_end::make_path_options(*std::move(rules), *std::move(workspace));
  options.near_end.state = std::move(*state);
  options.near_end.ca = std::move(*ca);
  options.near_end.executable = own_executable();
  options.near_end.state_is_default = !arguments.has("--state");
  options.session.target = *target;
  options.session.adapter = arguments.value("--adapter").value_or("");
  options.session.session = arguments.value("--session").value_or("");
  if (const auto role = arguments.value("--role")) {
    options.session.role = session::role_from(*role);
    if (!options.session.role)
      return usage_fault("--role: \"" + *role + "\" is not observer, controller or owner.");
    if (options.session.session.empty())
      return usage_fault("--role is how a session is joined: say which by --session ID.");
  }
  options.session.restore = arguments.has("--restore");
  const auto linger = linger_of(arguments);
  if (!linger) return linger.error();
  options.session.linger = *linger;
  if (const auto text = arguments.value("--reconnect-for")) {
    const auto seconds = parse_number("--reconnect-for", *text, 0,
                                      static_cast<long>(session::kLongestLinger.count()));
    if (!seconds) return seconds.error();
    options.near_end.reconnect_limit = std::chrono::seconds(*seconds);
  }
  const auto silence = silence_limit_of(arguments);
  if (!silence) return silence.error();
  options.near_end.silence_limit = *silence;
  if (const auto text = arguments.value("--control")) {
    const auto number = parse_number("--control", *text, 3, kMostDescriptor);
    if (!number) return number.error();
    options.control = static_cast<int>(*number);
    if (options.listen) return usage_fault("--control goes with --stdio.");
    if (::fcntl(*options.control, F_SETFD, FD_CLOEXEC) != 0)
      return usage_fault("--control names no open descriptor: '" + *text + "'.");
  }
  options.session.working_directory = arguments.value("--cwd").value_or("");
  options.session.client = own_name();
  options.as_json = arguments.has("--json");
  return options;
}

void log(const std::string& line) {
  note(line);
}

asio::awaitable<Result<int>> serve(near_end::Links& links, ConnectOptions options) {
  if (options.listen) {
    const bool as_json = options.as_json;
    const auto on_listening = [as_json](const std::string& address) {
      if (as_json)
        print_json({{"event", "listening"}, {"address", address}});
      else
        std::cout << "listening on " << address << std::endl;
    };
    const auto served =
        co_await near_end::serve(links, options.session, *options.listen, on_listening, log);
    if (!served) co_return served.error();
    co_return kExitOk;
  }
  const auto fault = co_await near_end::serve_stdio(links, options.session, log);
  co_return fault ? kExitFailed : kExitOk;  // It has been logged and told to the client.
}

asio::awaitable<void> steer(near_end::Links& links, near_end::Target target,
                            std::optional<int> control) {
  if (control) co_return co_await near_end::steer(links, std::move(target), *control);
  asio::steady_timer never(links.executor(), asio::steady_timer::time_point::max());
  co_await never.async_wait(asio::use_awaitable);
}

void tell_trouble(const Fault& fault) {
  log("'nearside status' cannot show this process: " + fault.message);
}

asio::awaitable<Result<int>> serve_until_signal(asio::any_io_executor executor,
                                                ConnectOptions options) {
  using asio::experimental::awaitable_operators::operator||;
  near_end::Links links(executor, options.near_end);
  asio::signal_set signals(executor, SIGINT, SIGTERM);
  const auto control = options.control;
  const auto target = options.session.target;
  const auto ended =
      co_await (serve(links, std::move(options)) || signals.async_wait(asio::use_awaitable) ||
                near_end::answer_askers(links, tell_trouble) || steer(links, target, control));
  co_await links.close();
  if (ended.index() == 1) co_return kExitOk;
  co_return std::get<0>(ended);
}

int run_connect(const Arguments& arguments) {
  auto options = options_of(arguments);
  if (!options) return complain(options.error());
  const auto code = run_to_end([&](asio::any_io_executor executor) {
    return serve_until_signal(executor, std::move(*options));
  });
  return code ? *code : complain(code.error());
}

}  // namespace

Command connect_command() {
  Command command{
      .name = "connect",
      .summary = "Debug through an agent, from any DAP client.",
      .usage =
          "--target TARGET --adapter ADAPTER --stdio [OPTIONS]\n"
          "--target TARGET --adapter ADAPTER --listen ADDR [OPTIONS]\n"
          "--target TARGET --session ID --stdio [OPTIONS]",
      .purpose =
          "Stands in for the debug adapter: takes DAP clients here, and has the agent start the "
          "real adapter there. Each client is a session of its own; all share one link.",
      .options =
          {{"--target", "TARGET",
            "Where the agent is. local: this machine, started when it is not running. "
            "tls://HOST:PORT: another machine, paired before. ssh:[USER@]HOST[:PORT], "
            "docker:CONTAINER, wsl:DISTRO, kubectl:NAMESPACE/POD[/CONTAINER]: your own agent over "
            "there, by that command; it has to find nearside on its PATH or in ~/.nearside/bin. "
            "exec:COMMAND: the same by a command of your own, for /bin/sh, that runs 'nearside "
            "agent --stdio'. reverse:[HOST:]PORT: the agent dials in here."},
           {"--adapter", "ADAPTER",
            "What debugs there: dlv, lldb-dap, debugpy, \"stdio:COMMAND ARG...\" (a program that "
            "speaks DAP on stdio), tcp:HOST:PORT (one that listens already), or a name from the "
            "agent's configuration."},
           {"--session", "ID",
            "Join a session that is there, beside its other clients or after they have gone: "
            "'nearside sessions' lists them. The client starts as it would a new one, and is shown "
            "where the program stands."},
           {"--role", "ROLE",
            "With --session, as what: observer (looks, and changes nothing), controller (all but "
            "ending the program), owner. Default: owner if the session has none, else "
            "controller. No more than that is given."},
           {"--stdio", "", "One client on stdin and stdout. What is to be told goes to stderr."},
           {"--listen", "ADDR",
            "Take clients on 127.0.0.1:PORT (0: a free port) or unix:PATH. Prints one line, "
            "\"listening on ADDR\", when it does. Only your own processes are let in."},
           {"--control", "FD",
            "With --stdio, for the program that starts this: a descriptor that is open both ways. "
            "One JSON object a line says what becomes of the link (kind, target, detail, security, "
            "attempt, nextTry in ms); a line \"retry\" makes the next attempt at once."},
           {"--cwd", "DIR",
            "Absolute folder over there in which the adapter starts (and dlv builds). Default: the "
            "home folder."},
           {"--map", "LOCAL=REMOTE",
            "What is LOCAL here is REMOTE over there: two absolute folders. May be given several "
            "times; the longest match wins. Seldom needed: see below.",
            true},
           {"--workspace", "DIR",
            "Folder in which the files of the program are looked for. Default: the current "
            "folder."},
           {"--restore", "",
            "Set breakpoints again that an earlier session of this workspace, adapter and "
            "configuration (the launch's name, else its program) had, but for those of files that "
            "the client sets itself. 'nearside breakpoints' lists what is stored."},
           {"--reconnect-for", "SECONDS",
            "Try so long to get a link back that is down, while its sessions wait. Default: 86400, "
            "a day."},
           silence_option(),
           kStateOption,
           kCaOption,
           kAllowOption,
           {"--json", "", "With --listen: print that line as {\"event\":\"listening\",...}."}},
      .notes =
          "Ctrl+C (SIGINT, SIGTERM) ends the sessions and then the process.\n"
          "\n"
          "Paths are mapped both ways. Rules come from --map, from the mapping settings in launch "
          "arguments (substitutePath, sourceMap, pathMappings), from what the two machines are "
          "(WSL, containers, Go modules), and are learned from files of the workspace that the "
          "program was built from; an earlier kind is stronger. 'nearside paths rules' lists those "
          "of a session, 'nearside paths explain PATH' tells what becomes of a path.\n"
          "\n"
          "What the client has read of a stop is answered from memory until the program runs on or "
          "is changed, and what it is about to read is pushed from over there, one request after "
          "another: what it read at the stops before, and for VS Code what that asks first.\n"
          "\n"
          "When the link breaks (the network, a sleeping laptop, ssh), the session goes on over "
          "there and the link is made anew: at once, then after growing pauses of at most 10 s. "
          "Meanwhile requests wait, and nothing is lost or done twice.",
      .exits =
          "0  the session ended as the client wished, or we were told to stop\n"
          "1  failed: stderr says why; so did an answer or output event to the client\n"
          "2  the command line is wrong",
      .examples =
          "nearside connect --target local --adapter lldb-dap --stdio\n"
          "nearside connect --target ssh:build-box --adapter dlv --stdio\n"
          "nearside connect --target tls://build-box:4711 --adapter dlv \\\n"
          "                 --listen 127.0.0.1:0\n"
          "\n"
          "Neovim (nvim-dap):\n"
          "  require('dap').adapters.go = { type = 'executable', command = 'nearside',\n"
          "    args = { 'connect', '--target', 'tls://build-box:4711',\n"
          "             '--adapter', 'dlv', '--stdio' } }\n"
          "\n"
          "Helix (languages.toml, in the [[language]] with name = \"go\"):\n"
          "  [language.debugger]\n"
          "  name = \"nearside\"\n"
          "  transport = \"stdio\"\n"
          "  command = \"nearside\"\n"
          "  args = [\"connect\", \"--target\", \"tls://build-box:4711\",\n"
          "          \"--adapter\", \"dlv\", \"--stdio\"]\n"
          "\n"
          "Emacs (dape):\n"
          "  (add-to-list 'dape-configs\n"
          "    '(nearside-go modes (go-mode go-ts-mode)\n"
          "      command \"nearside\" command-args (\"connect\" \"--target\"\n"
          "        \"tls://build-box:4711\" \"--adapter\" \"dlv\" \"--stdio\")\n"
          "      :type \"go\" :request \"launch\" :mode \"debug\"\n"
          "      :program \"/home/me/app\"))",
      .run = run_connect,
  };
  for (const auto& more : {inspect_options(), linger_options_of_session()})
    command.options.insert(command.options.end(), more.begin(), more.end());
  return command;
}

}  // namespace nearside::cli
