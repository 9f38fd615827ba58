// Measures what mapping paths costs, for test/bench/paths.ts: one JSON object on stdout, times in
// µs. Each case is timed in rounds that take turns with the same work done by parsing the whole
// message, rewriting it and dumping it (nlohmann), so that a busy moment hits both.
#include "core/paths/mapper.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using namespace nearside;
using namespace nearside::paths;
using dap::Message;
using nlohmann::json;
using Texts = std::vector<std::string>;

/// All files are there: what a disk costs is not measured.
class EveryFile : public LocalFiles {
 public:
  Presence presence(const std::string&) override { return Presence::kThere; }
  std::string digest(const std::string&) override { return {}; }
  std::vector<std::string> named(const std::string&) override { return {}; }
};

/// Rule i of n maps /home/dev/work/module<i> to /build/module<i>.
std::vector<Rule> make_rules(int count) {
  std::vector<Rule> rules;
  for (int i = 0; i < count; ++i) {
    const auto number = std::to_string(i);
    rules.push_back(
        {"/home/dev/work/module" + number, "/build/module" + number, Origin::kUser, ""});
  }
  return rules;
}

/// As Delve writes one. The files are those of the first rules, four frames of each in a row.
std::string make_stack(int frames, int rules) {
  json list = json::array();
  for (int i = 0; i < frames; ++i) {
    const auto file = "file" + std::to_string(i / 4) + ".go";
    const auto module = std::to_string(i / 4 % rules);
    list.push_back({{"id", 1000 + i},
                    {"name", "example.com/project/module.(*Server).handle" + std::to_string(i)},
                    {"source",
                     {{"name", file},
                      {"path", "/build/module" + module + "/internal/server/" + file},
                      {"sourceReference", 0}}},
                    {"line", 17 + i},
                    {"column", 0},
                    {"instructionPointerReference", "0x4a5b6c"}});
  }
  return json{{"seq", 0},
              {"type", "response"},
              {"request_seq", 7},
              {"success", true},
              {"command", "stackTrace"},
              {"body", {{"stackFrames", list}, {"totalFrames", frames}}}}
      .dump();
}

std::string make_variables(std::size_t bytes) {
  std::string list;
  for (int i = 0; list.size() < bytes; ++i) {
    if (i > 0) list += ',';
    const auto number = std::to_string(i);
    list += R"({"name":"[)" + number + R"(]","value":"main.Person {Name: \"Ada\", Age: )" + number +
            R"(, Path: \"/build/module1/file.go\"}","type":"main.Person","variablesReference":)" +
            number + R"(,"evaluateName":"people[)" + number + R"(]"})";
  }
  return R"({"seq":0,"type":"response","request_seq":7,"success":true,"command":"variables","body":{"variables":[)" +
         list + "]}}";
}

/// The processor's time, in µs: what other programs take of it does not count.
double now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double measure(const std::function<void()>& work) {
  const auto begin = now();
  work();
  return now() - begin;
}

/// A way to do the work on each of some copies of a message; it may use them up.
using Way = std::function<void(Texts&)>;

/// The median of µs per message of each way.
std::vector<double> compare(const std::string& text, std::size_t copies, int rounds,
                            const std::vector<Way>& ways) {
  std::vector<std::vector<double>> samples(ways.size());
  for (int round = -1; round < rounds; ++round) {
    for (std::size_t i = 0; i < ways.size(); ++i) {
      Texts texts(copies, text);
      const auto taken = measure([&] { ways[i](texts); });
      // The round before the first warms up.
      if (round >= 0) samples[i].push_back(taken / static_cast<double>(copies));
    }
  }
  std::vector<double> medians;
  for (auto& each : samples) {
    std::ranges::sort(each);
    medians.push_back(each[each.size() / 2]);
  }
  return medians;
}

std::size_t kept = 0;  // So that no work is left out as useless.

/// From the bytes off the link to those for the client.
void map(Mapper& mapper, std::string& text) {
  MapperOutput out;
  mapper.from_adapter(Message::take(text).value(), out);
  kept += out.to_client.at(0).bytes().size();
}

std::string rewrite(const std::string& text, const RuleSet& rules,
                    std::unordered_map<std::string, std::string>& known) {
  auto message = json::parse(text);
  for (auto& frame : message["body"]["stackFrames"]) {
    auto& path = frame["source"]["path"].get_ref<std::string&>();
    auto [found, is_new] = known.try_emplace(path);
    if (is_new) {
      const auto mapped = rules.to_local(path);
      found->second = mapped ? mapped->path : path;
    }
    path = found->second;
  }
  return message.dump();
}

json measure_stack(int frames, int rule_count, int rounds) {
  const auto text = make_stack(frames, rule_count);
  EveryFile files;
  MapperOptions options;
  options.adapter = "dlv";
  options.rules = make_rules(rule_count);
  Mapper mapper(options, files);
  const RuleSet rules(make_rules(rule_count), {}, {});
  std::unordered_map<std::string, std::string> known;

  // Both must say the same, or the comparison is worth nothing.
  MapperOutput out;
  mapper.from_adapter(Message::parse(text).value(), out);
  if (json::parse(out.to_client.at(0).bytes()) != json::parse(rewrite(text, rules, known)))
    std::abort();

  const std::size_t copies = frames > 100 ? 20 : 500;
  const auto taken = compare(text, copies, rounds,
                             {[&](Texts& texts) {
                                for (auto& each : texts) map(mapper, each);
                              },
                              [&](Texts& texts) {
                                for (const auto& each : texts)
                                  kept += rewrite(each, rules, known).size();
                              }});
  // With nothing known of any path; a mapper is made for each, and not timed.
  std::vector<double> first;
  for (int i = 0; i < rounds; ++i) {
    Mapper fresh(options, files);
    auto copy = text;
    first.push_back(measure([&] { map(fresh, copy); }));
  }
  std::ranges::sort(first);
  return {{"frames", frames},   {"rules", rule_count}, {"bytes", text.size()},
          {"mapper", taken[0]}, {"whole", taken[1]},   {"first", first[first.size() / 2]}};
}

json measure_pass_through(std::size_t bytes, int rounds) {
  const auto text = make_variables(bytes);
  EveryFile files;
  MapperOptions options;
  options.rules = make_rules(10);
  options.adapter = "dlv";
  Mapper mapper(options, files);
  options.adapter = "lldb-dap";
  Mapper lldb(options, files);
  std::vector<Message> parsed;
  const auto alone = [&parsed](Mapper& each_mapper) {
    for (auto& message : parsed) {
      MapperOutput out;
      each_mapper.from_adapter(std::move(message), out);
      kept += out.to_client.at(0).bytes().size();
    }
  };
  constexpr std::size_t kCopies = 3;
  const auto taken = compare(text, kCopies, rounds,
                             {[](Texts& texts) {
                                for (const auto& each : texts) {
                                  const std::string copy(each);
                                  kept += static_cast<std::size_t>(copy.back());
                                }
                              },
                              [](Texts& texts) {
                                for (auto& each : texts)
                                  kept += Message::take(each).value().bytes().size();
                              },
                              [&](Texts& texts) {
                                for (auto& each : texts) map(mapper, each);
                              },
                              [&](Texts& texts) {
                                for (auto& each : texts) map(lldb, each);
                              },
                              [](Texts& texts) {
                                for (const auto& each : texts)
                                  kept += json::parse(each).dump().size();
                              }});
  std::vector<double> mapper_alone;
  for (int round = 0; round < rounds; ++round) {
    parsed.clear();
    for (std::size_t i = 0; i < kCopies; ++i) parsed.push_back(Message::parse(text).value());
    mapper_alone.push_back(measure([&] { alone(mapper); }) / kCopies);
  }
  std::ranges::sort(mapper_alone);
  return {{"bytes", text.size()},
          {"copy", taken[0]},
          {"envelope", taken[1]},
          {"mapper", taken[2]},
          {"lldb", taken[3]},
          {"whole", taken[4]},
          {"alone", mapper_alone[mapper_alone.size() / 2]}};
}

}  // namespace

int main(int count, char** arguments) {
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 15;
  if (rounds < 1) {
    std::cerr << "Usage: paths_bench [ROUNDS]\n";
    return 2;
  }
  json stacks = json::array();
  for (const int frames : {20, 1000})
    for (const int rules : {1, 10, 1000}) stacks.push_back(measure_stack(frames, rules, rounds));
  const json result{{"stacks", stacks},
                    {"variables", measure_pass_through(5'000'000, rounds)},
                    {"kept", kept != 0}};
  std::cout << result.dump() << '\n';
}
