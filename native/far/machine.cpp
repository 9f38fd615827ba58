// Two questions at most, each a short run of a program that is there.
#include "far/machine.hpp"

#include "core/paths/limits.hpp"
#include "far/adapter_catalog.hpp"
#include "far/bounded_run.hpp"
#include "far/limits.hpp"
#include "io/host_facts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace nearside::far_end {
namespace {

using nlohmann::json;

/// What the program prints; empty when there is none, or it fails.
asio::awaitable<std::string> ask(OwnChildren& own, io::ProcessOptions options) {
  const auto outcome = co_await run_bounded(own, std::move(options), kMachineQuestionLimit);
  std::string output;
  if (outcome && outcome->status.code == 0) output = outcome->output;
  co_return output;
}

asio::awaitable<std::string> ask_go(OwnChildren& own, const MachineQuestion& question,
                                    const std::string& home) {
  const std::vector<std::string> more{"/usr/local/go/bin", "/usr/lib/go/bin", home + "/go/bin",
                                      "/opt/homebrew/bin", "/snap/bin"};
  const auto go =
      search_program({"go"}, search_folders(io::variable(question.environment, "PATH"), more));
  std::string answer;
  if (!go) co_return answer;
  // A go.mod may name another toolchain than the one that is there: nothing is downloaded on that
  // word, so without it the one that is there answers.
  for (const char* toolchain : {"", "local"}) {
    io::ProcessOptions options;
    options.arguments = {*go, "env", "-json", "GOROOT", "GOPATH", "GOMODCACHE"};
    options.environment = question.environment;
    options.environment["GOPROXY"] = "off";
    if (*toolchain != '\0') options.environment["GOTOOLCHAIN"] = toolchain;
    options.working_directory = question.working_directory;
    answer = co_await ask(own, std::move(options));
    if (!answer.empty()) break;
  }
  co_return answer;
}

}  // namespace

void take_go_env(std::string_view text, paths::HostFacts& facts) {
  const auto said = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!said.is_object()) return;
  const auto value = [&](const char* name) {
    const auto found = said.find(name);
    return found != said.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (auto root = value("GOROOT"); !root.empty()) facts.go_root = std::move(root);
  if (auto cache = value("GOMODCACHE"); !cache.empty()) facts.go_module_cache = std::move(cache);
  if (std::string list = value("GOPATH"); !list.empty()) {
    facts.go_path.clear();
    while (!list.empty() && facts.go_path.size() < paths::kMaxFacts) {
      const auto end = std::min(list.find(':'), list.size());
      if (end > 0) facts.go_path.push_back(list.substr(0, end));
      list.erase(0, end + 1);
    }
  }
}

std::string distribution_of(std::string_view output) {
  for (const std::string_view prefix : {"\\\\wsl.localhost\\", "\\\\wsl$\\"}) {
    if (!output.starts_with(prefix)) continue;
    const auto rest = output.substr(prefix.size());
    return std::string(rest.substr(0, rest.find_first_of("\\\r\n")));
  }
  return {};
}

asio::awaitable<void> describe_machine(Background& background, OwnChildren& own,
                                       MachineQuestion question, paths::HostFacts& facts) {
  const auto seen = std::make_shared<paths::HostFacts>();
  std::function<void()> look = [seen, environment = question.environment] {
    *seen = io::describe_host(environment);
  };
  const bool in_time = co_await background.run(std::move(look), kMachineQuestionLimit);
  if (in_time) facts = std::move(*seen);
  if (question.wants_go) {
    const std::string answer = co_await ask_go(own, question, facts.home);
    take_go_env(answer, facts);
  }
  if (facts.wsl_version != 0 && facts.wsl_distribution.empty()) {
    io::ProcessOptions options;
    options.arguments = {"/usr/bin/wslpath", "-w", "/"};
    options.environment = question.environment;
    const std::string answer = co_await ask(own, std::move(options));
    facts.wsl_distribution = distribution_of(answer);
  }
}

}  // namespace nearside::far_end
