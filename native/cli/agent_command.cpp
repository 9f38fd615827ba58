// `nearside agent`: the far end as a foreground process, from its options to an orderly end.
#include "cli/agent_stdio.hpp"
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/lifecycle.hpp"
#include "cli/limits.hpp"
#include "cli/linger_options.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "cli/silence_option.hpp"
#include "far/agent.hpp"

#include <boost/asio/signal_set.hpp>
#include <unistd.h>

#include <csignal>
#include <iostream>

namespace nearside::cli {
namespace {

Result<io::HostPort> parse_tls_address(std::string_view text) {
  constexpr std::string_view kScheme = "tls://";
  if (!text.starts_with(kScheme))
    return usage_fault("--listen wants tls://ADDR:PORT, such as tls://0.0.0.0:4711, and got '" +
                       std::string(text) + "'. Without TLS nothing listens on a network.");
  auto address = io::parse_host_port(text.substr(kScheme.size()));
  if (!address)
    return usage_fault("--listen " + std::string(text) + ": " + address.error().message);
  return address;
}

Result<io::HostPort> parse_reverse_address(const std::string& text) {
  auto address = io::parse_host_port(text);
  if (!address) return usage_fault("--reverse " + text + ": " + address.error().message);
  if (address->port == 0)
    return usage_fault("--reverse " + text +
                       ": port 0 is nobody's; say where the near end listens.");
  return address;
}

Result<far_end::AgentOptions> options_of(const Arguments& arguments) {
  far_end::AgentOptions options;
  auto state = state_of(arguments);
  if (!state) return state.error();
  options.state = *state;
  for (const std::string& text : arguments.values("--listen")) {
    auto address = parse_tls_address(text);
    if (!address) return address.error();
    options.listen.push_back(std::move(*address));
  }
  for (const std::string& text : arguments.values("--reverse")) {
    auto address = parse_reverse_address(text);
    if (!address) return address.error();
    options.reverse.push_back(std::move(*address));
  }
  auto ca = ca_of(arguments);
  if (!ca) return ca.error();
  options.ca = std::move(*ca);
  options.executable = own_executable();
  if (arguments.has("--on-demand")) options.idle_limit = kDefaultIdleLimit;
  if (const auto text = arguments.value("--idle-limit")) {
    const auto seconds = parse_number("--idle-limit", *text, 1, kMostIdleSeconds);
    if (!seconds) return seconds.error();
    options.idle_limit = std::chrono::seconds(*seconds);
  }
  if (const auto text = arguments.value("--watchdog")) {
    const auto seconds =
        parse_number("--watchdog", *text, 0, static_cast<long>(session::kLongestWatchdog.count()));
    if (!seconds) return seconds.error();
    options.watchdog = std::chrono::seconds(*seconds);
  }
  const auto silence = silence_limit_of(arguments);
  if (!silence) return silence.error();
  options.silence_limit = *silence;
  const auto linger = linger_of(arguments);
  if (!linger) return linger.error();
  options.linger = linger->over(options.linger);
  return options;
}

/// The first signal asks, the second one does not wait for an answer.
void end_on_signals(asio::signal_set& signals, far_end::Agent& agent) {
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    agent.stop();
    signals.async_wait([](const boost::system::error_code& again, int number) {
      if (!again) _exit(128 + number);
    });
  });
}

int run_agent(const Arguments& arguments) {
  if (arguments.has("--stdio")) return run_stdio_agent(arguments);
  auto options = options_of(arguments);
  if (!options) return complain(options.error());
  // Whoever started us may be waiting for the end of a pipe that we inherited (ssh does).
  if (arguments.has("--on-demand")) close_range(3, ~0U, 0);

  const bool as_json = arguments.has("--json");
  const std::string state = options->state.string(), words = state_words(arguments);
  asio::io_context loop(1);
  far_end::Agent agent(loop.get_executor(), std::move(*options), [&](const nlohmann::json& event) {
    if (as_json)
      print_json(event);
    else
      std::cout << lifecycle_text(event, state, words) << std::flush;
  });
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  end_on_signals(signals, agent);
  std::optional<Result<void>> ended;
  asio::co_spawn(loop, agent.run(), [&](std::exception_ptr error, Result<void> result) {
    if (error) std::rethrow_exception(error);
    ended = std::move(result);
    signals.cancel();
    loop.stop();
  });
  loop.run();
  return *ended ? kExitOk : complain(ended->error());
}

}  // namespace

Command agent_command() {
  Command command{
      .name = "agent",
      .summary = "Run the far end here, beside the debugger.",
      .usage =
          "[--listen tls://ADDR:PORT]... [OPTIONS]\n"
          "--reverse HOST:PORT... [OPTIONS]\n"
          "--stdio [--state DIR]\n"
          "pair | stop",
      .purpose =
          "Runs in the foreground until it is stopped, and shows what happens. It always listens "
          "on a Unix socket that only you can reach, and on TLS 1.3 addresses as you say. A near "
          "end that is not paired with it reaches nothing.\n"
          "\n"
          "You need not start it for programs on this machine: the first session with --target "
          "local does, and that agent ends by itself after 30 minutes without use.",
      .options =
          {{"--listen", "tls://ADDR:PORT",
            "Listen here too. Port 0 takes a free one, which is then shown. May be given several "
            "times.",
            true},
           {"--reverse", "HOST:PORT",
            "Dial to a near end that listens there (its --target reverse:[HOST:]PORT), over TLS "
            "1.3 "
            "with both keys, again and again. For machines that nobody can reach. May be given "
            "several times.",
            true},
           {"--stdio", "",
            "Carry one near end's link between stdin, stdout and your agent here, which is started "
            "if there is none and stays. It is what ssh:, docker:, wsl: and kubectl: targets run."},
           kStateOption,
           {"--json", "",
            "Print one JSON object a line for each event. The first one is \"listening\", with the "
            "real addresses."},
           kCaOption,
           kAllowOption,
           {"--idle-limit", "SECONDS",
            "End when nothing has needed the agent for so long. Default: never."},
           {"--watchdog", "SECONDS",
            "Tell the user when a debugger has not answered for so long, and what it is seen to do "
            "(stopped, busy, waiting for what). Nothing is ended by it. 0: never. Default: 10."},
           silence_option(),
           {"--on-demand", "", "Started by a near end.", false, true}},
      .notes =
          "Adapters beside dlv, lldb-dap and debugpy have their names in adapters.json in the "
          "state folder:\n"
          "  {\"mine\": {\"command\": [\"/opt/my-adapter\", \"--stdio\"]}}\n"
          "\n"
          "Ctrl+C (SIGINT, SIGTERM) ends all sessions and then the agent; a second one ends "
          "it at once. Nothing that a session started outlives it, but what you chose to "
          "leave running. An agent that a near end started writes what happens to agent.log "
          "in the state folder.",
      .exits =
          "0  stopped, by whatever way\n"
          "1  could not start: stderr says why (a port in use, another agent, ...)\n"
          "2  the command line is wrong",
      .examples =
          "nearside agent                              # for this machine only\n"
          "nearside agent --listen tls://0.0.0.0:4711  # and from afar, for who is paired\n"
          "nearside agent --listen tls://[::]:0 --json\n"
          "nearside agent --reverse 172.17.0.1:4711    # to who listens there\n"
          "nearside agent --listen tls://0.0.0.0:4711 \\\n"
          "               --ca company.pem --allow alice@example.com",
      .run = run_agent,
  };
  const auto more = linger_options_of_agent();
  command.options.insert(command.options.end() - 1, more.begin(), more.end());
  return command;
}

}  // namespace nearside::cli
